import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';

/** How long an answer may take, ms. A model that thinks is silent for minutes. */
const ANSWER_TIMEOUT_MS = 300_000;
const REASON_MAX = 500;

/** A request to the API of a provider. Secrets stand in headers only, which no message shows. */
export interface ApiCall {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST; without, it is a GET. */
  readonly body?: unknown;
}

/**
 * Asks an API that speaks JSON.
 * @throws {TaskError} AI_UNREACHABLE, AI_RATE_LIMITED, AI_ACCESS_REFUSED, AI_NOT_FOUND, AI_REQUEST_REFUSED, AI_UNAVAILABLE.
 */
export async function callApi<Answer>(
  context: Pick<RunContext, 'signal' | 'resolveHost'>,
  { url, headers, body }: ApiCall,
): Promise<Answer> {
  const address = await addressOf(context, url);
  const place = `${address.host}${address.pathname}`;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
  const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  try {
    const response = await fetch(address, {
      ...request,
      signal,
      headers: { 'content-type': 'application/json', ...headers },
    });
    const text = await response.text();
    if (!response.ok) throw refusalOf(place, response, text);
    return JSON.parse(text) as Answer;
  } catch (cause) {
    if (cause instanceof TaskError || context.signal.aborted) throw cause;
    throw new TaskError('AI_UNREACHABLE', `${place} gave no answer: ${reasonOf(cause)}`, {
      cause,
      hint: 'Is the address right, and can the runner reach it? A `retry` helps against short interruptions.',
    });
  }
}

async function addressOf({ resolveHost }: Pick<RunContext, 'resolveHost'>, url: string): Promise<URL> {
  if (!URL.canParse(url))
    throw new TaskError('AI_ADDRESS_INVALID', `"${url}" is no address of an API.`, {
      retryable: false,
      hint: 'Write "baseUrl" with its scheme, such as https://host/v1.',
    });
  const address = new URL(url);
  address.hostname = await resolveHost(address.hostname);
  return address;
}

function refusalOf(place: string, response: Response, text: string): TaskError {
  const { status } = response;
  const message = `${place} answered ${status}: ${messageIn(text)}`;
  if (status === 429) {
    const after = response.headers.get('retry-after');
    const wait = after === null ? '' : ` The provider asks to wait for ${after} s.`;
    return new TaskError('AI_RATE_LIMITED', `${message}${wait}`, { hint: 'Add a `retry` with an interval that grows, or raise the quota.' }); // prettier-ignore
  }
  if (status === 401 || status === 403 || /api.key.*(invalid|not valid|incorrect)/i.test(text))
    return new TaskError('AI_ACCESS_REFUSED', message, { retryable: false, hint: 'Check "apiKey": is it set, valid, and allowed to use this model?' }); // prettier-ignore
  if (status === 404)
    return new TaskError('AI_NOT_FOUND', message, { retryable: false, hint: 'Check "modelName" and "baseUrl".' });
  if (status >= 500 || status === 408)
    return new TaskError('AI_UNAVAILABLE', message, { hint: 'The provider has a problem: add a `retry`.' });
  return new TaskError('AI_REQUEST_REFUSED', message, { retryable: false });
}

/** Both providers put it at `error.message`. */
function messageIn(text: string): string {
  const parsed = parse(text) as { readonly error?: { readonly message?: unknown } | string } | undefined;
  const error = parsed?.error;
  const message = typeof error === 'object' ? error.message : error;
  return (typeof message === 'string' ? message : text.trim()).slice(0, REASON_MAX);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `none within ${ANSWER_TIMEOUT_MS / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
