import { TaskError, s } from '@tutti/plugin-sdk';
import type { Json, RunContext } from '@tutti/plugin-sdk';

const TIMEOUT_MS = 30_000;
const REASON_MAX = 300;

const options = s.object({
  connectTimeout: s.duration().optional(),
  readTimeout: s.duration().optional(),
  readIdleTimeout: s.duration().optional(),
  connectionPoolIdleTimeout: s.duration().optional(),
  maxContentLength: s.int().optional(),
  defaultCharset: s.string().optional(),
  headers: s.record(s.string()).optional(),
});

/** Where a message goes. */
export const webhookProperties = {
  url: s.url().describe('Address of the incoming webhook. Whoever knows it may post, so keep it as a secret.'),
  options: options.optional().describe('`readTimeout` and `headers` of the request.'),
} as const;

/** Text of JSON, or the value itself. */
export const payloadProperty = {
  payload: s.union([s.record(s.json()), s.string()]).optional().describe('The whole message as the service takes it: a map, or the text of one in JSON.'), // prettier-ignore
} as const;

interface Webhook {
  readonly url: string;
  readonly options?: ReturnType<typeof options.parse> | undefined;
}

/**
 * The message that a payload says.
 * @throws {TaskError} PAYLOAD_INVALID when its text is no JSON.
 */
export function messageOf(payload: Json): Json {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload) as Json;
  } catch (cause) {
    throw new TaskError('PAYLOAD_INVALID', `The payload is no JSON: ${(cause as Error).message}`, {
      retryable: false,
      cause,
      hint: 'Put values in by {{ value | toJson }}, which escapes quotes and line breaks, or write the payload as a map.',
    });
  }
}

/**
 * Posts a message to a webhook. Its address is a secret: it is masked, and messages name the host only.
 * @throws {TaskError} HTTP_STATUS, HTTP_UNREACHABLE.
 */
export async function postMessage(
  context: RunContext,
  { url, options: given = {} }: Webhook,
  message: Json,
): Promise<void> {
  const address = new URL(url);
  if (address.pathname.length > 1) context.mask(url);
  const { host } = address;
  address.hostname = await context.resolveHost(address.hostname);
  const timeout = AbortSignal.timeout(given.readTimeout ?? given.readIdleTimeout ?? TIMEOUT_MS);
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...given.headers },
    body: JSON.stringify(message),
    signal: AbortSignal.any([context.signal, timeout]),
  };
  const response = await fetch(address, request).catch((cause: unknown) => {
    if (context.signal.aborted) throw cause;
    throw new TaskError('HTTP_UNREACHABLE', `${host} gave no answer.`, { cause });
  });
  const text = await response.text();
  if (!response.ok) throw refusalOf(host, response, text);
}

function refusalOf(host: string, { status, headers }: Response, text: string): TaskError {
  const wait = headers.get('retry-after');
  const message = `${host} answered ${status}: ${text.slice(0, REASON_MAX)}${wait === null ? '' : ` (wait for ${wait} s)`}`;
  if (status === 429) return new TaskError('HTTP_STATUS', message, { hint: 'Too many messages: add a `retry`.' });
  const hint =
    status === 404 || status === 403 ? 'Was the webhook deleted, or its address cut off?' : 'Check the payload.';
  return new TaskError('HTTP_STATUS', message, { retryable: status >= 500, ...(status < 500 && { hint }) });
}
