import type { Logger } from '@tutti/service-kit';
import pg from 'pg';
import { retryOnConnectionLoss } from './connection-fault.ts';

/** A statement. With a `name` it is prepared once per connection: for statements on a hot path. */
export interface Statement {
  readonly text: string;
  readonly name?: string;
  readonly values?: readonly unknown[];
}

/** Runs statements: the database, or one transaction of it. */
export interface Queryable {
  /** The rows. `bigint` arrives as a number, `timestamptz` as a Date, `json` parsed, `numeric` as text. */
  query<Row extends object>(statement: Statement | string, values?: readonly unknown[]): Promise<Row[]>;
  /** The number of rows it changed. */
  execute(statement: Statement | string, values?: readonly unknown[]): Promise<number>;
}

/** A pool of connections to one database. */
export interface Database extends Queryable {
  /** Commits when the work resolves, else rolls back. Repeated only by the caller. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** A connection of one's own, for COPY, LISTEN or session locks. */
  withClient<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T>;
  /** Waits until the server answers. @throws {UserError} DATABASE_UNREACHABLE. */
  waitUntilReachable(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Where, as whom and how wide to connect. */
export interface DatabaseOptions {
  /** `postgresql://user:password@host:port/name`, or with `?host=/folder/of/socket`. */
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Most connections at once. */
  readonly max: number;
  readonly log: Logger;
  /** Rights to take on after login (`SET ROLE`). */
  readonly role?: string | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 60_000;

/** Opens a pool; connects when first used. A lost connection is replaced by the next statement's. */
export function openDatabase(options: DatabaseOptions): Database {
  return new PgDatabase(options);
}

class PgDatabase implements Database {
  readonly #pool: pg.Pool;

  constructor({ url, applicationName, max, log, role }: DatabaseOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      application_name: applicationName,
      max,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      keepAlive: true,
      types: { getTypeParser: typeParser },
      ...(role && { options: `-c role=${role}` }),
    });
    this.#pool.on('error', (error) => log.warn({ err: error }, 'idle database connection lost'));
  }

  async query<Row extends object>(statement: Statement | string, values?: readonly unknown[]): Promise<Row[]> {
    return (await this.#pool.query<Row>(toConfig(statement, values))).rows;
  }

  async execute(statement: Statement | string, values?: readonly unknown[]): Promise<number> {
    return (await this.#pool.query(toConfig(statement, values))).rowCount ?? 0;
  }

  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.withClient(async (client) => {
      await client.query('BEGIN');
      try {
        const result = await work(queryableOf(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined); // the first error is the one that counts
        throw error;
      }
    });
  }

  async withClient<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let fault: Error | undefined;
    const remember = (error: Error): void => void (fault = error);
    client.on('error', remember);
    try {
      return await work(client);
    } finally {
      client.off('error', remember);
      client.release(fault);
    }
  }

  async waitUntilReachable(timeoutMs: number): Promise<void> {
    await retryOnConnectionLoss(() => this.execute('SELECT 1'), { timeoutMs });
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** A client as `Queryable`. */
export function queryableOf(client: pg.ClientBase): Queryable {
  return {
    query: async <Row extends object>(statement: Statement | string, values?: readonly unknown[]) =>
      (await client.query<Row>(toConfig(statement, values))).rows,
    execute: async (statement, values) => (await client.query(toConfig(statement, values))).rowCount ?? 0,
  };
}

function toConfig(statement: Statement | string, values?: readonly unknown[]): pg.QueryConfig {
  if (typeof statement === 'string') return { text: statement, ...(values && { values: [...values] }) };
  return statement as pg.QueryConfig;
}

/** Counts and sizes are far below 2^53, so `bigint` may be a number. */
function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === pg.types.builtins.INT8
    ? Number
    : (pg.types.getTypeParser(oid, format as 'text') as (v: string) => unknown);
}
