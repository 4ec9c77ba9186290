import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { callApi } from '../call-api.ts';
import type { ChatAnswer, ChatRequest, Embedded, FinishReason, Model } from '../model.ts';
import type { Provider } from '../provider-properties.ts';

/** Of the Gemini API; the version is part of it, as flows that name another address write it. */
const BASE_URL = 'https://generativelanguage.googleapis.com/v1beta';
/** Most texts that one request for embeddings may hold. */
const BATCH_MAX = 100;

interface Part {
  readonly text?: string;
  /** The text is what the model thought on its way. */
  readonly thought?: boolean;
}

interface GenerateContentResponse {
  readonly candidates?: readonly { readonly content?: { readonly parts?: readonly Part[] }; readonly finishReason?: string }[]; // prettier-ignore
  readonly promptFeedback?: { readonly blockReason?: string };
  readonly usageMetadata?: { readonly promptTokenCount?: number; readonly candidatesTokenCount?: number; readonly thoughtsTokenCount?: number; readonly totalTokenCount?: number }; // prettier-ignore
}

interface BatchEmbedContentsResponse {
  readonly embeddings?: readonly { readonly values: readonly number[] }[];
}

/** Models of the Gemini API: `generateContent` and `batchEmbedContents`. */
export function gemini(context: RunContext, { modelName, apiKey = '', baseUrl = BASE_URL }: Provider): Model {
  const model = modelName.replace(/^models\//, '');
  const ask = <Answer>(method: string, body: unknown): Promise<Answer> =>
    callApi<Answer>(context, {
      url: `${baseUrl.replace(/\/+$/, '')}/models/${encodeURIComponent(model)}:${method}`,
      headers: { 'x-goog-api-key': apiKey },
      body,
    });
  return {
    chat: async (request) => answerOf(await ask<GenerateContentResponse>('generateContent', bodyOf(request))),
    async embed(texts) {
      const vectors: (readonly number[])[] = [];
      for (let at = 0; at < texts.length; at += BATCH_MAX) {
        const requests = texts.slice(at, at + BATCH_MAX).map((text) => ({ model: `models/${model}`, content: { parts: [{ text }] } })); // prettier-ignore
        const { embeddings = [] } = await ask<BatchEmbedContentsResponse>('batchEmbedContents', { requests });
        vectors.push(...embeddings.map(({ values }) => values));
      }
      // The API does not tell what it has counted.
      return { vectors, inputTokenCount: 0 } satisfies Embedded;
    },
  };
}

function bodyOf({ messages, temperature, topK, topP, seed, maxTokens, json, thinking }: ChatRequest) {
  const system = messages.filter(({ type }) => type === 'SYSTEM').map(({ text }) => ({ text }));
  const { enabled, budgetTokens, tell } = thinking;
  const thinkingBudget = enabled === false ? 0 : budgetTokens;
  return {
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    contents: messages
      .filter(({ type }) => type !== 'SYSTEM')
      .map(({ type, text }) => ({ role: type === 'AI' ? 'model' : 'user', parts: [{ text }] })),
    generationConfig: {
      temperature,
      topK,
      topP,
      seed,
      maxOutputTokens: maxTokens,
      ...(json && { responseMimeType: 'application/json', responseJsonSchema: json.schema }),
      ...((thinkingBudget !== undefined || tell) && { thinkingConfig: { thinkingBudget, includeThoughts: tell } }),
    },
  };
}

function answerOf({ candidates = [], promptFeedback, usageMetadata: usage = {} }: GenerateContentResponse): ChatAnswer {
  const [candidate] = candidates;
  const parts = candidate?.content?.parts;
  if (!candidate || !parts) {
    const reason = promptFeedback?.blockReason ?? candidate?.finishReason ?? 'without a reason';
    throw new TaskError('AI_NO_ANSWER', `The model gave no answer (${reason}).`, {
      retryable: false,
      hint:
        reason === 'MAX_TOKENS'
          ? 'It thought until "maxToken" was reached: raise it.'
          : 'Word the prompt in another way.',
    });
  }
  const said = (thought: boolean) => parts.filter((part) => (part.thought ?? false) === thought).map(({ text = '' }) => text).join(''); // prettier-ignore
  const inputTokenCount = usage.promptTokenCount ?? 0;
  const outputTokenCount = (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0);
  return {
    text: said(false),
    thinking: said(true) || undefined,
    finishReason: FINISH_REASONS[candidate.finishReason ?? ''] ?? 'OTHER',
    tokens: { inputTokenCount, outputTokenCount, totalTokenCount: usage.totalTokenCount ?? inputTokenCount + outputTokenCount }, // prettier-ignore
  };
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'STOP',
  MAX_TOKENS: 'LENGTH',
  SAFETY: 'CONTENT_FILTER',
  RECITATION: 'CONTENT_FILTER',
  BLOCKLIST: 'CONTENT_FILTER',
  PROHIBITED_CONTENT: 'CONTENT_FILTER',
  SPII: 'CONTENT_FILTER',
};
