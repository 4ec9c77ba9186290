import { TaskError, defineTask, itemsOf, property, s } from '@tutti/plugin-sdk';
import type { Row, RunContext } from '@tutti/plugin-sdk';
import type { Client } from 'pg';
import { connectionProperties } from './connection-properties.ts';
import { withConnection } from './connect.ts';

const BATCH_FLOW = `id: postgres-batch
namespace: company.team
inputs:
  - id: url
    type: STRING
    defaults: jdbc:postgresql://localhost:5432/postgres
tasks:
  - id: rows
    type: core.storage.Write
    extension: .jsonl
    content: |
      {"id": 1, "name": "Anna"}
      {"id": 2, "name": "Bert"}
  - id: insert
    type: postgres.Batch
    url: "{{ inputs.url }}"
    username: postgres
    password: postgres
    from: "{{ outputs.rows.uri }}"
    sql: INSERT INTO people (id, name) VALUES (?, ?) ON CONFLICT DO NOTHING
`;

export const batch = defineTask({
  type: 'postgres.Batch',
  aliases: ['io.kestra.plugin.jdbc.postgresql.Batch'],
  title: 'Run an INSERT on PostgreSQL for each row of a file.',
  description: 'All rows are inserted in one transaction, many in each statement.',
  properties: {
    ...connectionProperties,
    from: s.string().describe('URI of a file with one row a line, as JSON.'),
    sql: s.string().optional().describe('INSERT … VALUES (?, ?) with a question mark for each column.'),
    table: s.string().optional().describe('Table to insert into, instead of `sql`.'),
    columns: s.list(s.string()).optional().describe('Members of a row, in the order of the question marks; all when left out.'), // prettier-ignore
    chunk: s.int().default(1_000).describe('Rows of one statement.'),
    maxRetries: s.int().optional().describe('Accepted; see the retry of the task.'),
    retryBackoff: property(s.string().optional().describe('Accepted; see the retry of the task.'), {}),
    inputHandling: s.string().optional().describe('Accepted; the file is streamed.'),
    localBufferMaxBytes: s.int().optional().describe('Accepted; the file is streamed.'),
    resumeOnRetry: s.boolean().optional().describe('Accepted; a retry begins anew, after a rollback.'),
    retryScope: s.string().optional().describe('Accepted; see the retry of the task.'),
  },
  outputs: {
    rowCount: s.int().describe('Rows read.'),
    updatedCount: s.int().describe('Rows inserted or changed.'),
  },
  examples: [{ title: 'Insert two people', flow: BATCH_FLOW, runs: false }],
  async run(context, properties) {
    const file = await context.storage.get(properties.from);
    return withConnection(context, properties, async (client) => {
      await client.query('BEGIN');
      const counts = await insertAll(context, client, inserterFor(properties), { rows: itemsOf(file), chunk: properties.chunk }); // prettier-ignore
      await client.query('COMMIT');
      context.counter('records', counts.rowCount);
      context.counter('updated', counts.updatedCount);
      return counts;
    });
  },
});

interface Source {
  readonly rows: AsyncIterable<{ readonly values: Row }>;
  readonly chunk: number;
}

async function insertAll(context: RunContext, client: Client, insert: Inserter, { rows, chunk }: Source) {
  const counts = { rowCount: 0, updatedCount: 0 };
  let waiting: Row[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) counts.updatedCount += await insert(client, waiting);
    context.counter('query', waiting.length > 0 ? 1 : 0);
    waiting = [];
  };
  for await (const { values } of rows) {
    waiting.push(values);
    counts.rowCount++;
    if (waiting.length >= chunk) await flush();
  }
  await flush();
  return counts;
}

/** Inserts rows, returns how many were changed. */
type Inserter = (client: Client, rows: readonly Row[]) => Promise<number>;

/** PostgreSQL takes no more parameters in one statement. */
const PARAMETERS_MAX = 65_535;

/** @throws {TaskError} BATCH_UNCLEAR, SQL_FAILED. */
function inserterFor({
  sql,
  table,
  columns,
}: {
  readonly sql?: string | undefined;
  readonly table?: string | undefined;
  readonly columns?: readonly string[] | undefined;
}): Inserter {
  // prettier-ignore
  const [head, tuple, tail] = (sql === undefined ? undefined : partsOfInsert(sql)) ?? [];
  if ((sql === undefined) === (table === undefined) || (sql !== undefined && tuple === undefined))
    throw new TaskError('BATCH_UNCLEAR', 'Give either `sql` as INSERT … VALUES (?, …), or `table`.', {
      retryable: false,
    });
  return async (client, rows) => {
    const names = columns ?? Object.keys(rows[0] ?? {});
    const shape = tuple ?? `(${names.map(() => '?').join(', ')})`;
    const start = head ?? `INSERT INTO ${table} (${names.map(quoted).join(', ')}) VALUES `;
    let changed = 0;
    const atOnce = Math.max(1, Math.floor(PARAMETERS_MAX / Math.max(1, names.length)));
    for (let from = 0; from < rows.length; from += atOnce) {
      const part = rows.slice(from, from + atOnce);
      let n = 0;
      const tuples = part.map(() => shape.replaceAll('?', () => `$${++n}`));
      const values = part.flatMap((row) => names.map((name) => parameterOf(row[name])));
      const result = await client.query(`${start}${tuples.join(', ')}${tail ?? ''}`, values).catch((cause: unknown) => {
        throw new TaskError('SQL_FAILED', cause instanceof Error ? cause.message : String(cause), { cause });
      });
      changed += result.rowCount ?? 0;
    }
    return changed;
  };
}

/** `INSERT … VALUES `, the tuple with its question marks, and what follows it. */
function partsOfInsert(sql: string): readonly [string, string, string] | undefined {
  const start = /\bVALUES\s*(?=\()/i.exec(sql);
  if (!start) return undefined;
  const from = start.index + start[0].length;
  let depth = 0;
  let to = from;
  do {
    if (sql[to] === '(') depth++;
    if (sql[to] === ')') depth--;
    to++;
  } while (depth > 0 && to < sql.length);
  const tuple = sql.slice(from, to);
  return depth === 0 && tuple.includes('?')
    ? [sql.slice(0, from), tuple, sql.slice(to).replace(/;\s*$/, '')]
    : undefined;
}

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

const parameterOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
