import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import type { Dispatcher } from 'undici';
import { formBody } from './form-body.ts';
import { httpSettingsOf } from './http-properties.ts';
import type { HttpProperties, HttpSettings } from './http-properties.ts';

const REDIRECTS_MAX = 10;
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** An answer whose body has not been read. */
export interface HttpAnswer {
  readonly uri: string;
  readonly code: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Unpacked, when the answer says that it is packed. */
  readonly body: Readable;
}

/**
 * Sends a request, hands its answer to `use`, and closes the connection after that.
 * @throws {TaskError} HTTP_UNREACHABLE, HTTP_STATUS.
 */
export async function send<T>(
  context: RunContext,
  properties: HttpProperties,
  use: (answer: HttpAnswer, settings: HttpSettings) => Promise<T>,
): Promise<T> {
  const settings = httpSettingsOf(properties);
  const dispatcher = await dispatcherFor(context, settings);
  try {
    const answer = await answerTo(context, properties, settings, dispatcher);
    if (!settings.accepts(answer.code)) throw await refused(properties, answer);
    return await use(answer, settings);
  } finally {
    await dispatcher.destroy();
  }
}

async function answerTo(
  context: RunContext,
  properties: HttpProperties,
  settings: HttpSettings,
  dispatcher: Dispatcher,
): Promise<HttpAnswer> {
  const { request } = await import('undici');
  const { method, uri, params = {} } = properties;
  const { body, headers } = await bodyOf(context, properties, settings);
  const url = new URL(uri);
  for (const [name, value] of Object.entries(params)) url.searchParams.append(name, value);
  if (settings.logs.includes('REQUEST_HEADERS')) logHeaders(context, `${method} ${url.href}`, headers);
  if (settings.logs.includes('REQUEST_BODY') && typeof body === 'string') context.log.info(body);
  try {
    const answer = await request(url, { method, headers, body: body ?? null, dispatcher, signal: context.signal });
    const received = listed(answer.headers);
    if (settings.logs.includes('RESPONSE_HEADERS')) logHeaders(context, `${answer.statusCode}`, answer.headers);
    return { uri: url.href, code: answer.statusCode, headers: received, body: unpacked(answer.body, received) };
  } catch (error) {
    throw context.signal.aborted ? error : unreachable(method, url, error);
  }
}

async function bodyOf(context: RunContext, properties: HttpProperties, settings: HttpSettings) {
  const { method, contentType, formData, body } = properties;
  const form = formData === undefined ? undefined : await formBody(context, formData, contentType);
  const headers: Record<string, string> = {
    'user-agent': 'Tutti',
    ...(settings.authorization !== undefined && { authorization: settings.authorization }),
    ...(UNSAFE.has(method) && { 'idempotency-key': context.taskRun.attemptId }),
    ...(body !== undefined && { 'content-type': contentType ?? contentTypeOf(body) }),
    ...form?.headers,
    ...lowerCased(properties.headers),
  };
  return { body: form?.body ?? body, headers };
}

/** Connects as the flow wants it; host names that only containers know lead where the installation says. */
async function dispatcherFor(context: RunContext, settings: HttpSettings): Promise<Dispatcher> {
  const { Agent, ProxyAgent, interceptors } = await import('undici');
  const timeouts = { headersTimeout: settings.readTimeoutMs, bodyTimeout: settings.readTimeoutMs };
  const tls = { rejectUnauthorized: !settings.trustAll };
  const agent =
    settings.proxyUrl === undefined
      ? new Agent({ ...timeouts, connect: { timeout: settings.connectTimeoutMs, lookup: aliasing(context), ...tls } })
      : new ProxyAgent({ uri: settings.proxyUrl, requestTls: tls, ...timeouts });
  return settings.followRedirects ? agent.compose(interceptors.redirect({ maxRedirections: REDIRECTS_MAX })) : agent;
}

const aliasing =
  ({ resolveHost }: RunContext): LookupFunction =>
  (hostname, options, callback) =>
    void resolveHost(hostname).then(
      (name) => lookup(name, options, callback),
      () => lookup(hostname, options, callback),
    );

function unpacked(body: Readable, headers: HttpAnswer['headers']): Readable {
  const [encoding] = headers['content-encoding'] ?? [];
  if (encoding === 'gzip' || encoding === 'deflate') return body.pipe(createUnzip());
  return encoding === 'br' ? body.pipe(createBrotliDecompress()) : body;
}

async function refused({ method }: HttpProperties, { uri, code, body }: HttpAnswer): Promise<TaskError> {
  const said = await start(body);
  return new TaskError('HTTP_STATUS', `${method} ${uri} answered ${code}${said === '' ? '.' : `: ${said}`}`, {
    hint: 'Set options.allowFailed: true, or name the status in options.allowedResponseCodes, to go on with it.',
    retryable: code >= 500 || code === 408 || code === 429,
  });
}

const SAID_MAX = 1_000;

async function start(body: Readable): Promise<string> {
  let said = '';
  for await (const chunk of body.setEncoding('utf8')) {
    said += String(chunk);
    if (said.length > SAID_MAX) break;
  }
  return said.slice(0, SAID_MAX).trim();
}

function unreachable(method: string, url: URL, error: unknown): TaskError {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  return new TaskError('HTTP_UNREACHABLE', `${method} ${url.origin}${url.pathname} failed: ${reason}`, {
    hint: 'Is the host name right, and can the runner reach it?',
    cause: error,
  });
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

const listed = (headers: RawHeaders): Record<string, string[]> =>
  Object.fromEntries(Object.entries(headers).map(([name, value = []]) => [name.toLowerCase(), [value].flat()]));

function logHeaders({ log }: RunContext, title: string, headers: RawHeaders): void {
  const shown = Object.entries(headers).map(([name, value]) => `${name}: ${name === 'authorization' ? '***' : [value].flat().join(', ')}`); // prettier-ignore
  log.info([title, ...shown].join('\n'));
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const contentTypeOf = (body: string): string =>
  /^\s*[[{]/.test(body) ? 'application/json' : 'text/plain; charset=utf-8';
