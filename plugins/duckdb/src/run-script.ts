import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  TaskError,
  bindParameters,
  fetchTypeOf,
  firstWord,
  splitStatements,
  takeRows,
  withLocalCopies,
  writeInputFiles,
} from '@tutti/plugin-sdk';
import type { Fetched, FetchType, Row, RunContext, SqlStatement } from '@tutti/plugin-sdk';
import type { DuckdbProperties } from './duckdb-properties.ts';
import { skipsInstall } from './install-extension.ts';
import { jsonConverter } from './values.ts';

/** What a script gave: one entry for each statement with rows, and the files it was told to keep. */
export interface ScriptResult {
  readonly results: readonly Fetched[];
  readonly files: { readonly outputFiles?: Record<string, string>; readonly databaseUri?: string };
}

/**
 * Runs a script of SQL in a DuckDB of its own, in the working folder of the attempt.
 * @throws {TaskError} SQL_EMPTY, SQL_FAILED, DATABASE_URL_INVALID, EXTENSION_MISSING, FILE_NOT_WRITTEN.
 */
export async function runScript(
  context: RunContext,
  properties: DuckdbProperties,
  transaction: boolean,
): Promise<ScriptResult> {
  const folder = await context.workingDirectory();
  await writeInputFiles(context, folder, { inputFiles: properties.inputFiles });
  const database = await databasePath(context, properties, folder);
  const outputPaths = new Map((properties.outputFiles ?? []).map((name) => [name, join(folder, name)]));
  const names = { workingDir: folder, outputFiles: Object.fromEntries(outputPaths), dbFilePath: database };
  const render = async (sql: string): Promise<SqlStatement[]> =>
    splitStatements(await withLocalCopies(context, folder, await context.render(sql, names)));
  const [statements, after] = [await render(properties.sql), await render(properties.afterSQL ?? '')];
  if (statements.length === 0)
    throw new TaskError('SQL_EMPTY', 'The property "sql" holds no statement.', { retryable: false });
  const results = await withDatabase(context, database, async (connection) => {
    await connection.run(`SET file_search_path = ${quoted(folder)}`);
    if (properties.timeZoneId !== undefined) await connection.run(`SET TimeZone = ${quoted(properties.timeZoneId)}`);
    return runAll(context, connection, { statements, after, properties, transaction });
  });
  return { results, files: await keepFiles(context, properties, outputPaths, database) };
}

interface Script {
  readonly statements: readonly SqlStatement[];
  readonly after: readonly SqlStatement[];
  readonly properties: DuckdbProperties;
  readonly transaction: boolean;
}

const STEERS_ITSELF = new Set(['BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'ATTACH', 'DETACH', 'CHECKPOINT', 'VACUUM', 'INSTALL', 'LOAD', 'PRAGMA', 'SET', 'USE', 'EXPORT', 'IMPORT']); // prettier-ignore

async function runAll(context: RunContext, connection: DuckDBConnection, script: Script): Promise<Fetched[]> {
  const { statements, after, properties, transaction } = script;
  const within = transaction && !statements.some(({ text }) => STEERS_ITSELF.has(firstWord(text)));
  const results: Fetched[] = [];
  if (within) await connection.run('BEGIN TRANSACTION');
  for (const statement of statements) {
    const fetched = await runStatement(context, connection, statement, fetchTypeOf(properties), properties.parameters);
    if (fetched) results.push(fetched);
  }
  for (const statement of after) await runStatement(context, connection, statement, 'NONE', properties.parameters);
  if (within) await connection.run('COMMIT');
  return results;
}

const QUERIES = new Set(['SELECT', 'FROM', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'DESCRIBE', 'SUMMARIZE', 'PIVOT', 'UNPIVOT', 'EXPLAIN', 'CALL']); // prettier-ignore

async function runStatement(
  context: RunContext,
  connection: DuckDBConnection,
  statement: SqlStatement,
  fetchType: FetchType,
  parameters: DuckdbProperties['parameters'] = {},
): Promise<Fetched | undefined> {
  if (await skipsInstall(context, connection, statement.text)) return undefined;
  const { text, values } = bindParameters(statement.text, parameters, (n) => `$${n}`);
  try {
    const result = await connection.stream(text, values.map(parameterOf));
    const isQuery = QUERIES.has(firstWord(statement.text)) || (/\bRETURNING\b/i.test(text) && fetchType !== 'NONE');
    if (!isQuery) {
      await result.getRows();
      return undefined;
    }
    const converter = jsonConverter(await import('@duckdb/node-api'));
    const batches = result.yieldConvertedRowObjects(converter) as AsyncIterable<readonly Row[]>;
    if (fetchType === 'NONE') for await (const _ of batches);
    return await takeRows(context, fetchType, batches);
  } catch (error) {
    throw explain(context, error, statement);
  }
}

const parameterOf = (value: unknown): string | number | boolean | null =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as string | number | boolean | null);

function explain({ signal }: RunContext, error: unknown, { text, line }: SqlStatement): unknown {
  if (signal.aborted || error instanceof TaskError || !(error instanceof Error)) return error;
  const inside = Number(/LINE (\d+):/.exec(error.message)?.[1] ?? 1);
  const start = text.slice(0, 60).replaceAll(/\s+/g, ' ');
  return new TaskError('SQL_FAILED', `${error.message} (line ${line + inside - 1} of the SQL: ${start} …)`, {
    cause: error,
  });
}

async function withDatabase<T>(
  context: RunContext,
  path: string,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(path).catch((cause: unknown) => {
    throw new TaskError('DATABASE_UNREACHABLE', `DuckDB cannot open ${path}: ${String(cause)}`, { cause });
  });
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  context.signal.addEventListener('abort', interrupt, { once: true });
  try {
    context.signal.throwIfAborted();
    return await use(connection);
  } finally {
    context.signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** The file to open: that of the address, a copy of the one given, one to keep, or none. */
async function databasePath(context: RunContext, properties: DuckdbProperties, folder: string): Promise<string> {
  const { url, databaseUri, outputDbFile } = properties;
  const [, named] = /^(?:jdbc:)?duckdb:(.*)$/s.exec(url) ?? [];
  if (named === undefined)
    throw new TaskError('DATABASE_URL_INVALID', `"${url}" is no address of a DuckDB database.`, {
      hint: 'Write jdbc:duckdb: for one in memory, or jdbc:duckdb:/path/of/a.db.',
      retryable: false,
    });
  const own = join(folder, 'duckdb.db');
  if (databaseUri !== undefined) {
    await writeFile(own, await context.storage.get(databaseUri));
    return own;
  }
  const path = named.trim() === ':memory:' ? '' : named.trim();
  return path === '' ? (outputDbFile ? own : ':memory:') : path;
}

async function keepFiles(
  { storage }: RunContext,
  { outputDbFile }: DuckdbProperties,
  outputPaths: ReadonlyMap<string, string>,
  database: string,
): Promise<ScriptResult['files']> {
  const outputFiles: Record<string, string> = {};
  for (const [name, path] of outputPaths) {
    await stat(path).catch((cause: unknown) => {
      throw new TaskError('FILE_NOT_WRITTEN', `The SQL did not write the output file "${name}".`, {
        hint: `Write it with COPY … TO '{{ outputFiles.${name} }}'.`,
        cause,
      });
    });
    outputFiles[name] = (await storage.put(name, createReadStream(path))).uri;
  }
  const kept = outputDbFile ? await storage.put('duckdb.db', createReadStream(database)) : undefined;
  return { ...(outputPaths.size > 0 && { outputFiles }), ...(kept && { databaseUri: kept.uri }) };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
