import { STATUS_CODES } from 'node:http';
import { isUserError } from '@tutti/service-kit';
import { errorCodeOf } from './error-code.ts';
import type { ErrorCode } from './error-code.ts';

/** A fault within a faulty document. */
export interface EmbeddedError {
  readonly message: string;
  readonly path: string;
  readonly hint?: string;
  readonly line?: number;
  readonly column?: number;
}

const STATUS: Readonly<Record<ErrorCode, { readonly status: number; readonly prefix: string }>> = {
  UNAUTHENTICATED: { status: 401, prefix: 'Unauthorized' },
  FORBIDDEN: { status: 403, prefix: 'Forbidden' },
  NOT_FOUND: { status: 404, prefix: 'Not Found' },
  BAD_USER_INPUT: { status: 422, prefix: 'Invalid entity' },
  CONFLICT: { status: 409, prefix: 'Illegal state' },
  RATE_LIMITED: { status: 429, prefix: 'Too Many Requests' },
  COST_LIMIT_EXCEEDED: { status: 422, prefix: 'Illegal argument' },
  TOO_LARGE: { status: 413, prefix: 'Request Entity Too Large' },
  TIMEOUT: { status: 504, prefix: 'Gateway Timeout' },
  UNAVAILABLE: { status: 503, prefix: 'Service Unavailable' },
  INTERNAL: { status: 500, prefix: 'Internal server error' },
};

/** Reasons that Kestra's API tells in other words than those of their kind. */
const ILLEGAL_ARGUMENTS: ReadonlySet<string> = new Set([
  'LABEL_RESERVED',
  'KV_KEY_INVALID',
  'STORAGE_URI_INVALID',
  'CURSOR_INVALID',
  'ZIP_INVALID',
  'NAMESPACE_FILE_PATH_INVALID',
]);

/** A REST fault with the status and the prefix that Kestra's API has for it, where those of the error's kind differ. */
export class RestError extends Error {
  readonly status: number;
  readonly errors: readonly EmbeddedError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    options: { readonly errors?: readonly EmbeddedError[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** 422 `Illegal argument`, Kestra's answer to a parameter that makes no sense. */
export const illegalArgument = (message: string): RestError => new RestError(422, `Illegal argument: ${message}`);

/** Status and body that tell of an error. Internals of a bug stay in the log. */
export function errorReply(
  error: unknown,
  path: string,
): { readonly status: number; readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  if (error instanceof RestError)
    return { status: error.status, body: envelope(error.message, path, error.errors), headers: error.headers };
  const code = errorCodeOf(error);
  const { status, prefix } = STATUS[code];
  const headers: Record<string, string> = code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Basic' } : {};
  if (status === 401) return { status, body: '', headers };
  const message = code === 'INTERNAL' ? 'the log of the gateway says more' : messageOf(error);
  const errors = isUserError(error) ? embeddedOf(error) : [];
  const word = isUserError(error) && ILLEGAL_ARGUMENTS.has(error.code) ? 'Illegal argument' : prefix;
  return { status, body: envelope(`${word}: ${message}`, path, errors), headers };
}

/** The standard words for a status, for a fault without words of its own. */
export const reasonPhrase = (status: number): string => STATUS_CODES[status] ?? String(status);

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isUserError(error) && error.hint ? `${message} ${error.hint}` : message;
}

function embeddedOf(error: Error & { readonly code: string }): EmbeddedError[] {
  const { details, at } = error as Error & { details?: { path?: unknown }; at?: { line: number; column: number } };
  if (!at && typeof details?.path !== 'string') return [];
  return [
    {
      message: error.message,
      path: typeof details?.path === 'string' ? details.path : '',
      ...(at && { line: at.line, column: at.column }),
    },
  ];
}

const NO_LINK = {
  templated: false,
  profile: null,
  deprecation: null,
  title: null,
  hreflang: null,
  type: null,
  name: null,
};

function envelope(message: string, path: string, errors: readonly EmbeddedError[]): string {
  const embedded = errors.map((error) => ({ logref: null, ...error, _links: {}, _embedded: {} }));
  return JSON.stringify({
    message,
    logref: null,
    path: null,
    _links: { self: { href: path, ...NO_LINK } },
    _embedded: errors.length > 0 ? { errors: embedded } : {},
  });
}
