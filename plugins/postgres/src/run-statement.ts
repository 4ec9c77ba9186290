import { TaskError, bindParameters, takeRows } from '@tutti/plugin-sdk';
import type { Fetched, FetchType, Row, RunContext, SqlStatement } from '@tutti/plugin-sdk';
import type { Client, FieldDef, QueryResult } from 'pg';
import type Cursor from 'pg-cursor';
import { jsonOf } from './values.ts';

/** How statements are run. */
export interface StatementOptions {
  readonly fetchType: FetchType;
  readonly fetchSize: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Runs one statement; its rows are read in batches and never all held, unless they become an output.
 * `undefined`: it is of a kind that gives no rows.
 * @throws {TaskError} SQL_FAILED with the line of the script.
 */
export async function runStatement(
  context: RunContext,
  client: Client,
  statement: SqlStatement,
  { fetchType, fetchSize, parameters }: StatementOptions,
): Promise<Fetched | undefined> {
  const { text, values } = bindParameters(statement.text, parameters, (n) => `$${n}`);
  const { default: RowCursor } = await import('pg-cursor');
  const cursor = client.query(new RowCursor<unknown[]>(text, values.map(parameterOf), { rowMode: 'array' }));
  try {
    const first = await read(cursor, fetchType === 'FETCH_ONE' ? 1 : fetchSize);
    if (first.fields.length === 0) return undefined;
    const batches = batchesOf(cursor, first, fetchSize);
    if (fetchType === 'NONE') await runToEnd(batches);
    return await takeRows(context, fetchType, batches);
  } catch (error) {
    throw explain(error, statement);
  } finally {
    await cursor.close().catch(() => undefined);
  }
}

interface Batch {
  readonly rows: readonly unknown[][];
  readonly fields: readonly FieldDef[];
}

/** The next rows; a cursor that is at its end gives none, and no result. */
const read = (cursor: Cursor<unknown[]>, count: number): Promise<Batch> =>
  new Promise((resolve, reject) =>
    cursor.read(count, (error, rows, result) => {
      if (error) reject(error);
      else resolve({ rows, fields: (result as QueryResult | undefined)?.fields ?? [] });
    }),
  );

async function* batchesOf(cursor: Cursor<unknown[]>, first: Batch, size: number): AsyncGenerator<readonly Row[]> {
  const { fields } = first;
  for (let { rows } = first; rows.length > 0; { rows } = await read(cursor, size))
    yield rows.map((row) => objectOf(row as (string | null)[], fields));
}

/** Nobody wants the rows, but making them may do something. */
async function runToEnd(batches: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of batches);
}

const objectOf = (values: readonly (string | null)[], fields: readonly FieldDef[]): Row =>
  Object.fromEntries(fields.map(({ name, dataTypeID }, n) => [name, jsonOf(values[n] ?? null, dataTypeID)]));

const parameterOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/** The message of the server, with the line of the script that it speaks of. */
function explain(error: unknown, { text, line }: SqlStatement): unknown {
  if (!(error instanceof Error) || !('severity' in error)) return error;
  const { position, detail, hint, code } = error as Error & { readonly position?: string; readonly detail?: string; readonly hint?: string; readonly code?: string }; // prettier-ignore
  const at = line + (position === undefined ? 0 : text.slice(0, Number(position) - 1).split('\n').length - 1);
  const said = [`${error.message} (line ${at} of the SQL, ${code ?? 'no code'})`, detail].filter(Boolean).join('\n');
  return new TaskError('SQL_FAILED', said, { cause: error, ...(hint !== undefined && { hint }) });
}
