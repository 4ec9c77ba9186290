import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { callApi } from '../call-api.ts';
import type { ChatAnswer, ChatRequest, FinishReason, Model } from '../model.ts';
import type { Provider } from '../provider-properties.ts';

/** Most texts that one request for embeddings may hold. */
const BATCH_MAX = 256;

const ROLES = { SYSTEM: 'system', AI: 'assistant', USER: 'user' } as const;

interface ChatCompletion {
  readonly choices?: readonly { readonly message?: { readonly content?: string | null; readonly refusal?: string | null; readonly reasoning_content?: string }; readonly finish_reason?: string }[]; // prettier-ignore
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number; readonly total_tokens?: number }; // prettier-ignore
}

interface EmbeddingList {
  readonly data?: readonly { readonly index: number; readonly embedding: readonly number[] }[];
  readonly usage?: { readonly prompt_tokens?: number };
}

/** How an API that speaks as OpenAI's does differs from it. */
export interface Dialect {
  readonly baseUrl: string;
  /** Name of the bound on what is generated; servers other than OpenAI's know the old one. */
  readonly maxTokens: 'max_completion_tokens' | 'max_tokens';
}

/** Models behind `chat/completions` and `embeddings`, of OpenAI or of whoever speaks the same. */
export function openAi(context: RunContext, { modelName, apiKey, ...provider }: Provider, dialect: Dialect): Model {
  const baseUrl = (provider.baseUrl ?? dialect.baseUrl).replace(/\/+$/, '');
  const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const ask = <Answer>(path: string, body: unknown): Promise<Answer> => callApi<Answer>(context, { url: `${baseUrl}/${path}`, headers, body }); // prettier-ignore
  return {
    chat: async (request) => answerOf(await ask<ChatCompletion>('chat/completions', bodyOf(modelName, request, dialect))), // prettier-ignore
    async embed(texts) {
      const vectors: (readonly number[])[] = [];
      let inputTokenCount = 0;
      for (let at = 0; at < texts.length; at += BATCH_MAX) {
        const input = texts.slice(at, at + BATCH_MAX);
        const { data = [], usage } = await ask<EmbeddingList>('embeddings', { model: modelName, input });
        vectors.push(...data.toSorted((left, right) => left.index - right.index).map(({ embedding }) => embedding));
        inputTokenCount += usage?.prompt_tokens ?? 0;
      }
      return { vectors, inputTokenCount };
    },
  };
}

function bodyOf(model: string, { messages, temperature, topP, seed, maxTokens, json }: ChatRequest, dialect: Dialect) {
  return {
    model,
    messages: messages.map(({ type, text }) => ({ role: ROLES[type], content: text })),
    temperature,
    top_p: topP,
    seed,
    [dialect.maxTokens]: maxTokens,
    ...(json && { response_format: json.schema === undefined ? { type: 'json_object' } : { type: 'json_schema', json_schema: { name: 'output', strict: json.strict, schema: json.schema } } }), // prettier-ignore
  };
}

function answerOf({ choices = [], usage = {} }: ChatCompletion): ChatAnswer {
  const [choice] = choices;
  const text = choice?.message?.content;
  if (typeof text !== 'string')
    throw new TaskError('AI_NO_ANSWER', `The model gave no answer (${choice?.message?.refusal ?? choice?.finish_reason ?? 'without a reason'}).`, { retryable: false, hint: 'Word the prompt in another way.' }); // prettier-ignore
  const inputTokenCount = usage.prompt_tokens ?? 0;
  const outputTokenCount = usage.completion_tokens ?? 0;
  return {
    text,
    thinking: choice?.message?.reasoning_content,
    finishReason: FINISH_REASONS[choice?.finish_reason ?? ''] ?? 'OTHER',
    tokens: { inputTokenCount, outputTokenCount, totalTokenCount: usage.total_tokens ?? inputTokenCount + outputTokenCount }, // prettier-ignore
  };
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'STOP',
  length: 'LENGTH',
  tool_calls: 'TOOL_EXECUTION',
  content_filter: 'CONTENT_FILTER',
};
