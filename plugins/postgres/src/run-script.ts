import { fetchTypeOf, firstWord, splitStatements, TaskError } from '@tutti/plugin-sdk';
import type { Fetched, FetchType, RunContext } from '@tutti/plugin-sdk';
import type { Client } from 'pg';
import { runStatement } from './run-statement.ts';
import type { StatementOptions } from './run-statement.ts';

/** What Query and Queries say alike. */
export interface ScriptProperties {
  readonly sql: string;
  readonly afterSQL?: string | undefined;
  readonly fetchType: FetchType;
  readonly fetchSize: number;
  readonly store: boolean;
  readonly fetch: boolean;
  readonly fetchOne: boolean;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
}

/** PostgreSQL refuses these within a transaction. */
const OUTSIDE_TRANSACTION =
  /^(VACUUM|CREATE DATABASE|DROP DATABASE|CREATE TABLESPACE|DROP TABLESPACE|ALTER SYSTEM|(CREATE|DROP) (UNIQUE )?INDEX CONCURRENTLY|REINDEX .*CONCURRENTLY|CALL|BEGIN|START TRANSACTION)\b/i;

/**
 * Runs a script of SQL and what comes after it, in one transaction unless told otherwise; the results of the statements
 * that give rows, in order. A script that steers its transactions itself is left to do so.
 * @throws {TaskError} SQL_EMPTY.
 */
export async function runScript(
  context: RunContext,
  client: Client,
  properties: ScriptProperties,
  transaction: boolean,
): Promise<readonly Fetched[]> {
  const { sql, afterSQL = '', fetchSize, parameters = {} } = properties;
  const statements = splitStatements(sql);
  if (statements.length === 0)
    throw new TaskError('SQL_EMPTY', 'The property "sql" holds no statement.', { retryable: false });
  const options: StatementOptions = { fetchType: fetchTypeOf(properties), fetchSize, parameters };
  const isFree = statements.some(({ text }) => OUTSIDE_TRANSACTION.test(text.replaceAll(/\s+/g, ' ')));
  return within(client, transaction && !isFree, async () => {
    const results: Fetched[] = [];
    for (const statement of statements) {
      const fetched = await runStatement(context, client, statement, options);
      if (fetched && isQuery(statement.text, options.fetchType)) results.push(fetched);
    }
    for (const statement of splitStatements(afterSQL))
      await runStatement(context, client, statement, { ...options, fetchType: 'NONE' });
    return results;
  });
}

/** With NONE a statement that gives rows still counts as one, unless it only changes things. */
const isQuery = (statement: string, fetchType: FetchType): boolean =>
  fetchType !== 'NONE' || ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW'].includes(firstWord(statement));

async function within<T>(client: Client, transaction: boolean, work: () => Promise<T>): Promise<T> {
  if (!transaction) return work();
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
