import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import type { Model } from './model.ts';
import { providerOf } from './provider-properties.ts';
import type { Provider, ProviderName, provider } from './provider-properties.ts';
import { gemini } from './providers/gemini.ts';
import { openAi } from './providers/open-ai.ts';
import type { Dialect } from './providers/open-ai.ts';

/** Providers that speak as OpenAI does. */
const DIALECTS: Readonly<Record<Exclude<ProviderName, 'GoogleGemini'>, Dialect>> = {
  OpenAI: { baseUrl: 'https://api.openai.com/v1', maxTokens: 'max_completion_tokens' },
  MistralAI: { baseUrl: 'https://api.mistral.ai/v1', maxTokens: 'max_tokens' },
  DeepSeek: { baseUrl: 'https://api.deepseek.com/v1', maxTokens: 'max_tokens' },
  OpenRouter: { baseUrl: 'https://openrouter.ai/api/v1', maxTokens: 'max_tokens' },
  Ollama: { baseUrl: 'http://localhost:11434', maxTokens: 'max_tokens' },
  LocalAI: { baseUrl: 'http://localhost:8080/v1', maxTokens: 'max_tokens' },
};
/** Models on one's own machine ask for no key. */
const KEYLESS = new Set<ProviderName>(['Ollama', 'LocalAI']);

/**
 * The model that a flow names. Its key is masked from now on.
 * @throws {TaskError} AI_KEY_MISSING when it needs one that is empty.
 */
export function openModel(context: RunContext, given: ReturnType<ReturnType<typeof provider>['parse']>): Model {
  const chosen = providerOf(given);
  if (chosen.apiKey !== undefined) context.mask(chosen.apiKey);
  else if (!KEYLESS.has(chosen.name))
    throw new TaskError('AI_KEY_MISSING', `The provider ${chosen.name} needs an "apiKey", and it is empty.`, {
      retryable: false,
      hint: 'Give it by {{ secret(...) }} or {{ kv(...) }}.',
    });
  if (chosen.name === 'GoogleGemini') return gemini(context, chosen);
  return openAi(context, chosen.name === 'Ollama' ? ollama(chosen) : chosen, DIALECTS[chosen.name]);
}

/** Flows name the address of Ollama itself; what speaks as OpenAI does lies below it. */
const ollama = (chosen: Provider): Provider => ({
  ...chosen,
  baseUrl: `${(chosen.baseUrl ?? DIALECTS.Ollama.baseUrl).replace(/\/+(v1\/*)?$/, '')}/v1`,
});
