import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { callApi } from '../call-api.ts';

const ASK_FLOW = `id: ask-openai
namespace: company.team
tasks:
  - id: ask
    type: openai.ChatCompletion
    apiKey: "{{ secret('OPENAI_API_KEY') }}"
    model: gpt-5-mini
    prompt: What is a workflow orchestrator, in one sentence?
  - id: show
    type: core.log.Log
    message: "{{ outputs.ask.choices[0].message.content }}"
`;

const message = s.object({ role: s.string(), content: s.string(), name: s.string().optional() });

const requestProperties = {
  apiKey: s.nonEmpty().describe('Key of the account.'),
  host: s.string().default('https://api.openai.com/v1').describe('Address of the interface.'),
  model: s.nonEmpty().describe('Name of the model.'),
  messages: s.list(message).default([]).describe('The conversation so far: `role` and `content` of each message.'),
  prompt: s.string().optional().describe('A last message of the user.'),
  temperature: s.number().optional().describe('How freely it chooses.'),
  topP: s.number().optional().describe('Out of which share of the likely words it chooses.'),
  n: s.int().optional().describe('How many answers it gives.'),
  stop: s.oneOrMany(s.string()).optional().describe('Texts at which it ends.'),
  maxTokens: s.int().optional().describe('Bound on the answer, tokens.'),
  presencePenalty: s.number().optional().describe('How much it avoids what was mentioned.'),
  frequencyPenalty: s.number().optional().describe('How much it avoids to repeat itself.'),
  logitBias: s.record(s.number()).optional().describe('How likely certain tokens are, by their number.'),
  user: s.string().optional().describe('For whom it is asked.'),
  clientTimeout: s.int().optional().describe('Accepted; s. An answer may take five minutes.'),
} as const;

type RequestProperties = { readonly [Name in keyof typeof requestProperties]: (typeof requestProperties)[Name]['_zod']['output'] }; // prettier-ignore

interface ChatCompletion {
  readonly id: string;
  readonly object: string;
  readonly model: string;
  readonly choices: readonly { readonly index: number; readonly message: Readonly<Record<string, string>>; readonly finish_reason: string }[]; // prettier-ignore
  readonly usage?: Readonly<Record<'prompt_tokens' | 'completion_tokens' | 'total_tokens', number>>;
}

export const openAiChatCompletion = defineTask({
  type: 'openai.ChatCompletion',
  aliases: ['io.kestra.plugin.openai.ChatCompletion'],
  title: 'Ask a model of OpenAI, by its own names.',
  description: 'Request and answer are those of `chat/completions`. ai.completion.ChatCompletion asks any provider.',
  properties: requestProperties,
  outputs: {
    id: s.string().describe('Id of the answer.'),
    object: s.string().describe('Its kind.'),
    model: s.string().describe('The model that gave it.'),
    choices: s.list(s.json()).describe('The answers: `message.content`, `finish_reason` and `index` of each.'),
    usage: s.record(s.int()).describe('Tokens: `prompt_tokens`, `completion_tokens`, `total_tokens`.'),
  },
  examples: [{ title: 'Ask a question', flow: ASK_FLOW, runs: false }],
  async run(context, properties) {
    const { apiKey, host, prompt } = properties;
    context.mask(apiKey);
    const messages = [...properties.messages, ...(prompt === undefined ? [] : [{ role: 'user', content: prompt }])];
    if (messages.length === 0)
      throw new TaskError('AI_REQUEST_REFUSED', 'There is neither "messages" nor "prompt".', { retryable: false });
    const { id, object, model, choices, usage } = await callApi<ChatCompletion>(context, {
      url: `${host.replace(/\/+$/, '')}/chat/completions`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: bodyOf(properties, messages),
    });
    if (usage) {
      context.counter('usage.prompt.tokens', usage.prompt_tokens);
      context.counter('usage.completion.tokens', usage.completion_tokens);
      context.counter('usage.total.tokens', usage.total_tokens);
    }
    return {
      id,
      object,
      model,
      choices: choices.map((choice) => ({ ...choice })),
      ...(usage && { usage: { ...usage } }),
    };
  },
});

const bodyOf = (properties: RequestProperties, messages: RequestProperties['messages']) => ({
  model: properties.model,
  messages,
  temperature: properties.temperature,
  top_p: properties.topP,
  n: properties.n,
  stop: properties.stop,
  max_completion_tokens: properties.maxTokens,
  presence_penalty: properties.presencePenalty,
  frequency_penalty: properties.frequencyPenalty,
  logit_bias: properties.logitBias,
  user: properties.user,
});
