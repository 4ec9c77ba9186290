import type { Json } from '@tutti/plugin-sdk';

/** A language model of some provider. What it throws is a `TaskError`. */
export interface Model {
  chat(request: ChatRequest): Promise<ChatAnswer>;
  /** One vector for each text, in order. */
  embed(texts: readonly string[]): Promise<Embedded>;
}

export interface ChatMessage {
  readonly type: 'SYSTEM' | 'AI' | 'USER';
  readonly text: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly temperature?: number | undefined;
  readonly topK?: number | undefined;
  readonly topP?: number | undefined;
  readonly seed?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly json?: { readonly schema?: Json | undefined; readonly strict: boolean } | undefined;
  readonly thinking: { readonly enabled?: boolean | undefined; readonly budgetTokens?: number | undefined; readonly tell: boolean }; // prettier-ignore
}

export type FinishReason = 'STOP' | 'LENGTH' | 'TOOL_EXECUTION' | 'CONTENT_FILTER' | 'OTHER';

export interface ChatAnswer {
  readonly text: string;
  readonly thinking?: string | undefined;
  readonly finishReason: FinishReason;
  readonly tokens: TokenUsage;
}

export interface TokenUsage {
  readonly inputTokenCount: number;
  readonly outputTokenCount: number;
  readonly totalTokenCount: number;
}

export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  readonly inputTokenCount: number;
}
