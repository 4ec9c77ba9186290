import type { ExecutionSnapshot, ExecutionState, JsonMap, Label, TriggerContext } from '@tutti/contracts';
import type { Queryable } from '@tutti/database';
import { Conditions, addNamespace, addText, addTime, escapeLike } from './conditions.ts';
import type { NamespaceFilter, TextFilter, TimeFilter } from './conditions.ts';
import { COUNT_LIMIT, pageOf } from './database-pages.ts';
import type { KeysetPage, Page } from './database-pages.ts';

/** Which executions are wanted; all that is given must hold. */
export interface ExecutionFilter {
  readonly namespace?: NamespaceFilter | null;
  readonly flowId?: TextFilter | null;
  readonly states?: readonly ExecutionState[] | null;
  readonly labels?: readonly Label[] | null;
  readonly createdAt?: TimeFilter | null;
  readonly parentExecutionId?: string | null;
  /** Only those with (`true`) or without a parent. */
  readonly isChild?: boolean | null;
  readonly triggerId?: string | null;
  readonly text?: string | null;
}

/** Columns that REST answers may be sorted by. */
export const EXECUTION_SORT_COLUMNS = {
  id: 'id',
  namespace: 'namespace',
  flowId: 'flow_id',
  'state.current': 'state',
  'state.startDate': 'created_at_ms',
  'state.endDate': 'ended_at_ms',
} as const;
export type ExecutionSort = keyof typeof EXECUTION_SORT_COLUMNS;

/** Pages by number, as REST has them. */
export interface NumberedPage {
  readonly offset: number;
  readonly limit: number;
  readonly sort?: { readonly by: ExecutionSort; readonly descending: boolean } | undefined;
}

interface ExecutionRow {
  readonly id: string;
  readonly namespace: string;
  readonly flow_id: string;
  readonly flow_revision: number;
  readonly state: ExecutionState;
  readonly version: number;
  readonly labels: readonly Label[] | null;
  readonly inputs: JsonMap | null;
  readonly outputs: JsonMap | null;
  readonly variables: JsonMap | null;
  readonly trigger: TriggerContext | null;
  readonly parent_execution_id: string | null;
  readonly parent_task_run_id: string | null;
  readonly original_id: string | null;
  readonly attempt_number: number | null;
  readonly schedule_at_ms: number | null;
  readonly created_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly histories: readonly (readonly [string, number])[];
  readonly error: string | null;
}

const COLUMNS = `id, namespace, flow_id, flow_revision, state, version, labels, inputs, outputs, variables, trigger,
  parent_execution_id, parent_task_run_id, original_id, attempt_number, schedule_at_ms, created_at_ms, ended_at_ms,
  histories, error`;

/** Reads executions through the view `api.executions`. Ids sort by the time of their drawing. */
export class ExecutionStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Those that exist, in no order. */
  async byIds(ids: readonly string[]): Promise<ExecutionSnapshot[]> {
    const rows = await this.#database.query<ExecutionRow>({
      name: 'executions by id',
      text: `SELECT ${COLUMNS} FROM api.executions WHERE id = ANY($1::text[])`,
      values: [ids],
    });
    return rows.map(toSnapshot);
  }

  async byId(id: string): Promise<ExecutionSnapshot | undefined> {
    return (await this.byIds([id]))[0];
  }

  /** Whether an execution is over, tasks after its end included; `undefined` when there is none. */
  async hasEnded(id: string): Promise<boolean | undefined> {
    const rows = await this.#database.query<{ ended: boolean }>({
      name: 'execution has ended',
      text: 'SELECT ended_at_ms IS NOT NULL AS ended FROM api.executions WHERE id = $1',
      values: [id],
    });
    return rows[0]?.ended;
  }

  /** Newest first, after an id. */
  async list(filter: ExecutionFilter, { limit, after }: KeysetPage<string>): Promise<Page<ExecutionSnapshot>> {
    const where = conditionsOf(filter).add('id < ?', after);
    const text = `SELECT ${COLUMNS} FROM api.executions ${where.sql} ORDER BY id DESC LIMIT ${where.parameter(limit + 1)}`;
    const rows = await this.#database.query<ExecutionRow>({ text, values: where.values });
    return pageOf(rows.map(toSnapshot), limit);
  }

  /** A page by its number; newest first unless sorted otherwise. */
  async search(filter: ExecutionFilter, { offset, limit, sort }: NumberedPage): Promise<ExecutionSnapshot[]> {
    const where = conditionsOf(filter);
    const direction = (sort?.descending ?? true) ? 'DESC' : 'ASC';
    const order = sort ? `${EXECUTION_SORT_COLUMNS[sort.by]} ${direction} NULLS LAST, id ${direction}` : 'id DESC';
    const text = `SELECT ${COLUMNS} FROM api.executions ${where.sql}
      ORDER BY ${order} LIMIT ${where.parameter(limit)} OFFSET ${where.parameter(offset)}`;
    return (await this.#database.query<ExecutionRow>({ text, values: where.values })).map(toSnapshot);
  }

  /** How many there are, at most `COUNT_LIMIT`. */
  async count(filter: ExecutionFilter): Promise<number> {
    const where = conditionsOf(filter);
    const text = `SELECT count(*) FROM (SELECT FROM api.executions ${where.sql} LIMIT ${COUNT_LIMIT}) AS found`;
    return (await this.#database.query<{ count: number }>({ text, values: where.values }))[0]?.count ?? 0;
  }

  /** Ids of what a filter finds, for bulk actions. */
  async ids(filter: ExecutionFilter, limit: number): Promise<string[]> {
    const where = conditionsOf(filter);
    const text = `SELECT id FROM api.executions ${where.sql} ORDER BY id LIMIT ${where.parameter(limit)}`;
    return (await this.#database.query<{ id: string }>({ text, values: where.values })).map(({ id }) => id);
  }

  /** Namespaces in which something ran. */
  async namespaces(): Promise<string[]> {
    const rows = await this.#database.query<{ namespace: string }>(
      'SELECT DISTINCT namespace FROM api.executions ORDER BY namespace',
    );
    return rows.map(({ namespace }) => namespace);
  }

  /** How many of each flow run now. */
  async running(): Promise<{ readonly namespace: string; readonly flowId: string; readonly running: number }[]> {
    return this.#database.query(
      `SELECT namespace, flow_id AS "flowId", count(*) AS running FROM api.executions
       WHERE ended_at_ms IS NULL AND state IN ('RUNNING', 'RESTARTED', 'RETRYING', 'KILLING') GROUP BY namespace, flow_id ORDER BY 1, 2`,
    );
  }

  /** The newest execution of each of these flows. */
  async latest(flows: readonly { readonly namespace: string; readonly id: string }[]): Promise<ExecutionSnapshot[]> {
    const rows = await this.#database.query<ExecutionRow>({
      text: `SELECT newest.* FROM unnest($1::text[], $2::text[]) AS flow(flow_namespace, flow)
        CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM api.executions
          WHERE namespace = flow_namespace AND flow_id = flow ORDER BY id DESC LIMIT 1) AS newest`,
      values: [flows.map(({ namespace }) => namespace), flows.map(({ id }) => id)],
    });
    return rows.map(toSnapshot);
  }
}

function conditionsOf(filter: ExecutionFilter): Conditions {
  const where = new Conditions();
  addNamespace(where, 'namespace', filter.namespace);
  addText(where, 'flow_id', filter.flowId);
  addTime(where, 'created_at_ms', filter.createdAt);
  where
    .add('state = ANY(?::text[])', filter.states)
    .add('labels @> ?::jsonb', filter.labels?.length ? JSON.stringify(filter.labels) : undefined)
    .add('parent_execution_id = ?', filter.parentExecutionId)
    .add(`trigger->>'id' = ?`, filter.triggerId)
    .add(
      "(starts_with(id, ?) OR namespace ILIKE ? || '%' OR flow_id ILIKE '%' || ? || '%')",
      filter.text && escapeLike(filter.text),
    );
  if (typeof filter.isChild === 'boolean')
    where.addFixed(`parent_execution_id IS ${filter.isChild ? 'NOT NULL' : 'NULL'}`);
  return where;
}

function toSnapshot(row: ExecutionRow): ExecutionSnapshot {
  return {
    id: row.id,
    namespace: row.namespace,
    flowId: row.flow_id,
    flowRevision: row.flow_revision,
    state: row.state,
    version: row.version,
    histories: row.histories.map(([state, atMs]) => ({ state, atMs })),
    labels: row.labels ?? [],
    originalId: row.original_id ?? row.id,
    attemptNumber: row.attempt_number ?? 1,
    createdAtMs: row.created_at_ms,
    ...(row.inputs && { inputs: row.inputs }),
    ...(row.outputs && { outputs: row.outputs }),
    ...(row.variables && { variables: row.variables }),
    ...(row.trigger && { trigger: row.trigger }),
    ...(row.parent_execution_id !== null && {
      parent: { executionId: row.parent_execution_id, taskRunId: row.parent_task_run_id ?? '' },
    }),
    ...(row.schedule_at_ms !== null && { scheduleAtMs: row.schedule_at_ms }),
    ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
    ...(row.error !== null && { error: row.error }),
  };
}
