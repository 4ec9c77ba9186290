import { s } from '@tutti/plugin-sdk';

/** Names of providers as the last part of their `type`. */
export const PROVIDERS = [
  'GoogleGemini',
  'OpenAI',
  'Ollama',
  'MistralAI',
  'DeepSeek',
  'OpenRouter',
  'LocalAI',
] as const;
export type ProviderName = (typeof PROVIDERS)[number];

const providerSchema = s.object({
  type: s.pattern(
    new RegExp(`(^|\\.)provider\\.(${PROVIDERS.join('|')})$`),
    `must be ai.provider.${PROVIDERS.slice(0, -1).join(', ai.provider.')} or ai.provider.${PROVIDERS.at(-1) ?? ''}`,
  ),
  modelName: s.nonEmpty(),
  apiKey: s.string().optional(),
  baseUrl: s.string().optional(),
  endpoint: s.string().optional(),
});

/** Which model of which provider. */
export const provider = () => providerSchema;

type Given = ReturnType<typeof providerSchema.parse>;

/** A provider with the older name of its address taken in. */
export interface Provider {
  readonly name: ProviderName;
  readonly modelName: string;
  readonly apiKey?: string | undefined;
  readonly baseUrl?: string | undefined;
}

export function providerOf({ type, modelName, apiKey, baseUrl, endpoint }: Given): Provider {
  const name = type.slice(type.lastIndexOf('.') + 1) as ProviderName;
  const key = apiKey?.trim();
  return { name, modelName, apiKey: key === '' ? undefined : key, baseUrl: baseUrl ?? endpoint };
}
