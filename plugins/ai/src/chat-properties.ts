import { property, s } from '@tutti/plugin-sdk';
import type { Json, RunContext } from '@tutti/plugin-sdk';
import { TaskError } from '@tutti/plugin-sdk';
import type { ChatAnswer, ChatMessage, ChatRequest, Model } from './model.ts';

const responseFormat = s.object({
  type: s.enum(['TEXT', 'JSON']).default('TEXT'),
  jsonSchema: property(s.json().optional(), {}),
  jsonSchemaDescription: s.string().optional(),
  strictJson: s.boolean().default(false),
});

const configurationSchema = s.object({
  temperature: s.number().optional(),
  topK: s.int().optional(),
  topP: s.number().optional(),
  seed: s.int().optional(),
  maxToken: s.int().optional(),
  responseFormat: responseFormat.optional(),
  thinkingEnabled: s.boolean().optional(),
  thinkingBudgetTokens: s.int().optional(),
  returnThinking: s.boolean().default(false),
  logRequests: s.boolean().default(false),
  logResponses: s.boolean().default(false),
  promptCaching: s.boolean().optional(),
});

/** How a model answers. */
export const configurationProperty = {
  configuration: configurationSchema.prefault({}).describe('Temperature, bounds, and whether the answer is text or JSON of some schema.'), // prettier-ignore
} as const;

type Configuration = ReturnType<typeof configurationSchema.parse>;

/** What a conversation gives. */
export const chatOutputs = {
  textOutput: s.string().describe('The answer.'),
  jsonOutput: s.json().describe('The answer as a value, where JSON was asked for.'),
  thinking: s.string().describe('What the model thought on its way, where it was asked to tell.'),
  finishReason: s.enum(['STOP', 'LENGTH', 'TOOL_EXECUTION', 'CONTENT_FILTER', 'OTHER']).describe('Why the answer ends.'), // prettier-ignore
  tokenUsage: s.record(s.int()).describe('inputTokenCount, outputTokenCount and totalTokenCount.'),
  requestDuration: s.int().describe('How long the model took, ms.'),
} as const;

/**
 * One turn of a conversation, with its metrics and outputs.
 * @throws {TaskError} AI_ANSWER_NO_JSON, and what the model throws.
 */
export async function converse(
  context: RunContext,
  model: Model,
  messages: readonly ChatMessage[],
  configuration: Configuration,
) {
  const { log } = context;
  if (configuration.logRequests) for (const { type, text } of messages) log.info(`${type}: ${text}`);
  const startedMs = performance.now();
  const answer = await model.chat(requestOf(messages, configuration));
  const requestDuration = Math.round(performance.now() - startedMs);
  if (configuration.logResponses) log.info(`AI: ${answer.text}`);
  measure(context, answer, requestDuration);
  return {
    textOutput: answer.text,
    ...(configuration.responseFormat?.type === 'JSON' && { jsonOutput: jsonOf(answer) }),
    ...(configuration.returnThinking && answer.thinking !== undefined && { thinking: answer.thinking }),
    finishReason: answer.finishReason,
    tokenUsage: { ...answer.tokens },
    requestDuration,
  };
}

function requestOf(messages: readonly ChatMessage[], configuration: Configuration): ChatRequest {
  const { temperature, topK, topP, seed, maxToken, responseFormat: format } = configuration;
  const description = format?.type === 'JSON' ? format.jsonSchemaDescription : undefined;
  return {
    messages: description === undefined ? messages : [...messages, { type: 'SYSTEM', text: description }],
    temperature,
    topK,
    topP,
    seed,
    maxTokens: maxToken,
    ...(format?.type === 'JSON' && { json: { schema: format.jsonSchema, strict: format.strictJson } }),
    thinking: {
      enabled: configuration.thinkingEnabled,
      budgetTokens: configuration.thinkingBudgetTokens,
      tell: configuration.returnThinking,
    },
  };
}

function measure(context: RunContext, { tokens }: ChatAnswer, durationMs: number): void {
  context.counter('input.token.count', tokens.inputTokenCount);
  context.counter('output.token.count', tokens.outputTokenCount);
  context.counter('total.token.count', tokens.totalTokenCount);
  context.timer('request.duration', durationMs);
}

/** The value of an answer; models like to put JSON between fences. */
function jsonOf({ text, finishReason }: ChatAnswer): Json {
  const bare = text.trim().replace(/^```(?:json)?\s*|\s*```$/g, '');
  try {
    return JSON.parse(bare) as Json;
  } catch (cause) {
    throw new TaskError('AI_ANSWER_NO_JSON', `The answer is no JSON (${finishReason}): ${text.slice(0, 200)}`, {
      cause,
      hint: finishReason === 'LENGTH' ? 'It was cut off: raise "maxToken".' : 'Give a jsonSchema, or try again.',
    });
  }
}
