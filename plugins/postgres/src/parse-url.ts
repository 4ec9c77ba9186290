import { TaskError } from '@tutti/plugin-sdk';

/** An address of a PostgreSQL server, taken apart. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** That of the user's name when absent. */
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** What stands behind the question mark, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads `jdbc:postgresql://host:port/database?…`; host and port may be missing, of several hosts the first counts.
 * @throws {TaskError} DATABASE_URL_INVALID.
 */
export function parseUrl(url: string): ServerAddress {
  const [, rest = ''] = /^(?:jdbc:)?postgres(?:ql)?:(.*)$/i.exec(url.trim()) ?? [];
  if (rest === '') throw invalid(url);
  const parsed = toUrl(rest, url);
  const parameters = new Map([...parsed.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, '') || 'localhost',
    port: Number(parsed.port || 5432),
    database: decodeURIComponent(parsed.pathname.slice(1)) || undefined,
    user: parameters.get('user') ?? (decodeURIComponent(parsed.username) || undefined),
    password: parameters.get('password') ?? (decodeURIComponent(parsed.password) || undefined),
    parameters,
  };
}

function toUrl(rest: string, whole: string): URL {
  const absolute = rest.startsWith('//') ? rest : `//localhost/${rest.replace(/^\//, '')}`;
  const oneHost = absolute.replace(/^(\/\/(?:[^/@]*@)?[^/,?]+),[^/?]*/, '$1');
  try {
    return new URL(`http:${oneHost.startsWith('///') ? `//localhost${oneHost.slice(2)}` : oneHost}`);
  } catch (cause) {
    throw invalid(whole, cause);
  }
}

const invalid = (url: string, cause?: unknown): TaskError =>
  new TaskError(
    'DATABASE_URL_INVALID',
    `"${url.replace(/:[^:@/]*@/, ':***@')}" is no address of a PostgreSQL database.`,
    {
      hint: 'Write it as jdbc:postgresql://host:5432/database.',
      retryable: false,
      ...(cause !== undefined && { cause }),
    },
  );
