import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import type { Client, ClientConfig } from 'pg';
import type { ConnectionProperties, SslMode } from './connection-properties.ts';
import { parseUrl } from './parse-url.ts';
import type { ServerAddress } from './parse-url.ts';
import { textTypes } from './values.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Hands a connection to `use` and closes it after that. When the task is stopped, the statement under way is cancelled
 * on the server.
 * @throws {TaskError} DATABASE_UNREACHABLE, DATABASE_REFUSED.
 */
export async function withConnection<T>(
  context: RunContext,
  properties: ConnectionProperties,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const address = parseUrl(properties.url);
  const host = await context.resolveHost(address.host);
  const connect = (): Promise<Client> => connectTo({ ...address, host }, properties);
  context.signal.throwIfAborted();
  const client = await connect();
  const cancel = (): void => void cancelStatement(client, connect);
  context.signal.addEventListener('abort', cancel, { once: true });
  client.on('notice', ({ message = '', severity }) => {
    if (severity === 'WARNING') context.log.warn(message);
    else context.log.debug(message);
  });
  try {
    return await use(client);
  } finally {
    context.signal.removeEventListener('abort', cancel);
    await client.end().catch(() => undefined);
  }
}

async function connectTo(address: ServerAddress, properties: ConnectionProperties): Promise<Client> {
  const attempts = sslAttempts(sslModeOf(address, properties), properties);
  for (const [n, ssl] of attempts.entries())
    try {
      return await open({ ...configOf(address, properties), ssl });
    } catch (error) {
      if (n === attempts.length - 1 || !isAboutSsl(error)) throw explain(error, address);
    }
  throw new Error('No way to connect was tried.');
}

async function open(config: ClientConfig): Promise<Client> {
  const { default: pg } = await import('pg');
  const client = new pg.Client(config);
  // A connection that breaks while no statement runs says so by the next one.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function configOf(address: ServerAddress, { username, password, timeZoneId }: ConnectionProperties): ClientConfig {
  const { host, port, database, parameters } = address;
  const user = username ?? address.user;
  const options = [
    '-c intervalstyle=iso_8601 -c datestyle=ISO -c extra_float_digits=1',
    timeZoneId && `-c timezone=${timeZoneId}`,
    parameters.get('currentschema') && `-c search_path=${parameters.get('currentschema')}`,
    parameters.get('options'),
  ];
  return {
    host,
    port,
    ...(user !== undefined && { user }),
    ...(database !== undefined && { database }),
    password: password ?? address.password ?? '',
    application_name: parameters.get('applicationname') ?? 'tutti',
    connectionTimeoutMillis: 1000 * Number(parameters.get('connecttimeout') ?? 0) || CONNECT_TIMEOUT_MS,
    options: options.filter((option) => option !== undefined && option !== '').join(' '),
    types: textTypes,
    keepAlive: true,
  };
}

function sslModeOf({ parameters }: ServerAddress, { ssl, sslMode }: ConnectionProperties): SslMode {
  const named = parameters.get('sslmode')?.toUpperCase().replace('-', '_') as SslMode | undefined;
  const asked = ssl || /^(true|)$/.test(parameters.get('ssl') ?? 'false');
  return sslMode ?? named ?? (asked ? 'REQUIRE' : 'PREFER');
}

type Ssl = NonNullable<ClientConfig['ssl']>;

/** What to try in turn: encrypted or not. */
function sslAttempts(mode: SslMode, properties: ConnectionProperties): Ssl[] {
  const { sslRootCert: ca, sslCert: cert, sslKey: key, sslKeyPassword: passphrase } = properties;
  const given = Object.fromEntries(Object.entries({ ca, cert, key, passphrase }).filter(([, value]) => value !== undefined)); // prettier-ignore
  const encrypted = { ...given, rejectUnauthorized: false };
  switch (mode) {
    case 'DISABLE':
      return [false];
    case 'ALLOW':
      return [false, encrypted];
    case 'PREFER':
      return [encrypted, false];
    case 'REQUIRE':
      return [encrypted];
    case 'VERIFY_CA':
      return [{ ...given, rejectUnauthorized: true, checkServerIdentity: () => undefined }];
    case 'VERIFY_FULL':
      return [{ ...given, rejectUnauthorized: true }];
  }
  mode satisfies never;
  return [];
}

const isAboutSsl = (error: unknown): boolean =>
  error instanceof Error && /does not support SSL|no encryption|SSL (on|off)/i.test(error.message);

function explain(error: unknown, { host, port }: ServerAddress): TaskError {
  const message = error instanceof AggregateError ? error.errors.map(String).join('; ') : String(error);
  const answered = error instanceof Error && 'severity' in error;
  return answered
    ? new TaskError('DATABASE_REFUSED', `PostgreSQL at ${host}:${port} refuses the connection: ${message}`, {
        hint: 'Are user, password and database right?',
        cause: error,
      })
    : new TaskError('DATABASE_UNREACHABLE', `PostgreSQL at ${host}:${port} does not answer: ${message}`, {
        hint: 'Is the address right, the server running, and reachable from the runner?',
        cause: error,
      });
}

/** Cancels what a connection is doing, over another one. */
async function cancelStatement(client: Client, connect: () => Promise<Client>): Promise<void> {
  const { processID: pid } = client as Client & { readonly processID: number | null };
  try {
    const other = await connect();
    await other.query('SELECT pg_cancel_backend($1)', [pid]);
    await other.end();
  } catch {
    await client.end().catch(() => undefined);
  }
}
