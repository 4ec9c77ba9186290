/**
 * The one statement that a batch of decisions is written by: executions, task runs, journal, logs, metrics, timers and
 * slots, in one round trip and one commit. Each part is a common table expression over a JSON array of rows, and is left
 * out when it has none, so there is one prepared statement for each combination in use.
 *
 * It fails as a whole when a lease is not held any more (LEASE_LOST) or an execution is not at the version that the
 * decision was made on (STALE): both are raised inside the statement, so nothing of the batch stays.
 */
export interface Part {
  readonly name: string;
  /** Column list with types, as `json_to_recordset` wants it. */
  readonly columns: string;
  /** The statement over `r` (the rows) and `held` (the check). */
  readonly sql: string;
}

const TASK_RUN_CHANGES = ['attempt', 'state', 'histories', 'attempts', 'outputs', 'error', 'note'];
const EXECUTION_CHANGES = [
  'state', 'version', 'labels', 'variables', 'outputs', 'ended_at_ms', 'histories', 'error', 'note', 'task_run_count',
]; // prettier-ignore

const EXECUTION_COLUMNS =
  'id text, partition int2, namespace text, flow_id text, flow_revision int4, state text, version int4, labels jsonb, inputs jsonb, secret_inputs jsonb, ' +
  'variables jsonb, outputs jsonb, trigger jsonb, parent jsonb, parent_execution_id text, original_id text, attempt_number int4, ' +
  'schedule_at_ms int8, created_at_ms int8, ended_at_ms int8, histories jsonb, error text, note jsonb, task_run_count int4, idempotency_key text';
const TASK_RUN_COLUMNS =
  'execution_id text, n int4, task_id text, parent_n int4, value text, iteration int4, attempt int4, state text, histories jsonb, ' +
  'attempts jsonb, outputs jsonb, error jsonb, note jsonb';

/** In the order of their parameters; `BatchRows` has a list of rows for each. */
export const PARTS = [
  insert('created', 'executions', EXECUTION_COLUMNS),
  {
    name: 'changed',
    columns: `${EXECUTION_COLUMNS}, from_version int4`,
    sql: `UPDATE executor.executions AS e SET ${EXECUTION_CHANGES.map((column) => `${column} = r.${column}`).join(', ')}
          FROM r, held WHERE e.id = r.id AND e.version = r.from_version RETURNING 1`,
  },
  insert(
    'taskRuns',
    'task_runs',
    TASK_RUN_COLUMNS,
    `ON CONFLICT (execution_id, n) DO UPDATE SET ${TASK_RUN_CHANGES.map((column) => `${column} = excluded.${column}`).join(', ')}`,
  ),
  insert(
    'journal',
    'journal',
    'execution_id text, version int4, partition int2, at_ms int8, events jsonb',
    '',
    'position',
  ),
  {
    name: 'logs',
    columns: 'execution_id text, n int4, task_id text, attempt int4, at_ms int8, level int2, message text',
    sql: `INSERT INTO executor.logs (source, execution_id, n, task_id, attempt, at_ms, level, message)
          SELECT 0, r.execution_id, r.n, r.task_id, r.attempt, r.at_ms, r.level, r.message FROM r, held RETURNING id`,
  },
  insert(
    'metrics',
    'metrics',
    'execution_id text, n int4, task_id text, name text, type text, value float8, tags jsonb, at_ms int8',
  ),
  insert(
    'timers',
    'timers',
    'id text, execution_id text, partition int2, due_at_ms int8',
    'ON CONFLICT (id) DO UPDATE SET due_at_ms = excluded.due_at_ms',
  ),
  {
    name: 'endedTimers',
    columns: 'id text',
    sql: 'DELETE FROM executor.timers AS t USING r, held WHERE t.id = r.id RETURNING 1',
  },
  {
    name: 'droppedTaskRuns',
    columns: 'execution_id text, n int4',
    sql: 'DELETE FROM executor.task_runs AS t USING r, held WHERE t.execution_id = r.execution_id AND t.n = r.n RETURNING 1',
  },
  insert('slots', 'slots', 'execution_id text, namespace text, flow_id text', 'ON CONFLICT (execution_id) DO NOTHING'),
  {
    name: 'freedSlots',
    columns: 'execution_id text',
    sql: 'DELETE FROM executor.slots AS s USING r, held WHERE s.execution_id = r.execution_id RETURNING 1',
  },
] as const satisfies readonly Part[];

export type PartName = (typeof PARTS)[number]['name'];

/** Parameters before the parts': partitions, their epochs, the owner's name, how many executions must have been changed. */
const FIXED_PARAMETERS = 4;

/** The statement for a combination of parts, given as a bit mask over `PARTS`. */
export function commitStatement(mask: number): { readonly name: string; readonly text: string } {
  const known = STATEMENTS.get(mask);
  if (known) return known;
  const parts = PARTS.filter((_, index) => mask & (1 << index));
  const expressions = parts.map(
    ({ name, columns, sql }, index) =>
      `${name} AS (WITH r AS (SELECT * FROM json_to_recordset($${FIXED_PARAMETERS + 1 + index}::json) AS t(${columns})) ${sql})`,
  );
  const changed = parts.some(({ name }) => name === 'changed') ? '(SELECT count(*) FROM changed)' : '0';
  const logs = parts.some(({ name }) => name === 'logs') ? '(SELECT array_agg(id ORDER BY id) FROM logs)' : 'NULL';
  const position = parts.some(({ name }) => name === 'journal') ? '(SELECT max(position) FROM journal)' : 'NULL';
  const statement = {
    name: `commit_${mask}`,
    text: `WITH held AS MATERIALIZED (
        SELECT executor.require(count(*) = cardinality($1::int2[]), 'LEASE_LOST') FROM (
          SELECT 1 FROM executor.partition_leases AS l
          JOIN unnest($1::int2[], $2::int8[]) AS w(partition, epoch) ON l.partition = w.partition AND l.epoch = w.epoch
          WHERE l.owner = $3 FOR SHARE OF l) AS l),
      ${expressions.join(',\n')}
      SELECT executor.require(${changed} = $4::int8, 'STALE'), ${logs} AS log_ids, ${position} AS position FROM held`,
  };
  STATEMENTS.set(mask, statement);
  return statement;
}

const STATEMENTS = new Map<number, { readonly name: string; readonly text: string }>();

function insert<Name extends string>(name: Name, table: string, columns: string, onConflict = '', returning = '1') {
  const names = columns.split(',').map((column) => column.trim().split(' ')[0]!);
  return {
    name,
    columns,
    sql: `INSERT INTO executor.${table} (${names.join(', ')})
          SELECT ${names.map((column) => `r.${column}`).join(', ')} FROM r, held ${onConflict} RETURNING ${returning}`,
  } as const;
}
