import type { Database, Queryable } from '@tutti/database';
import { groupBy } from '../group-by.ts';
import type { BatchRows } from './batch.ts';
import { PARTS, commitStatement } from './commit-statement.ts';
import { jsonText } from './json-text.ts';
import type { ExecutionRow, TaskRunRow } from './rows.ts';

/** What a batch is written under: every partition it touches, with the epoch the writer believes to hold. */
export interface Fence {
  readonly owner: string;
  readonly epochs: ReadonlyMap<number, number>;
}

export interface StoredExecution {
  readonly row: ExecutionRow;
  readonly taskRuns: readonly TaskRunRow[];
}

export interface Committed {
  /** Ids of the log lines, in the order of `rows.logs`. */
  readonly logIds: readonly number[];
  /** Of the last journal entry; 0 when there was none. */
  readonly position: number;
}

/** The batch was not written because the writer's view is out of date; it must forget what it knows and begin anew. */
export class StaleBatchError extends Error {
  readonly reason: 'LEASE_LOST' | 'STALE' | 'EXISTS';

  constructor(reason: StaleBatchError['reason'], cause: unknown) {
    super(`The batch was refused: ${reason}.`, { cause });
    this.reason = reason;
  }
}

const UNIQUE_VIOLATION = '23505';

/** Reads and writes executions; the only one to know their tables. */
export class ExecutionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Executions with all their task runs, in the order these were created; unknown ids are left out. */
  async load(ids: readonly string[]): Promise<StoredExecution[]> {
    const [executions, taskRuns] = await Promise.all([
      this.#database.query<ExecutionRow>({
        name: 'load_executions',
        text: 'SELECT * FROM executor.executions WHERE id = ANY($1)',
        values: [ids],
      }),
      this.#database.query<TaskRunRow>({
        name: 'load_task_runs',
        text: 'SELECT * FROM executor.task_runs WHERE execution_id = ANY($1) ORDER BY execution_id, n',
        values: [ids],
      }),
    ]);
    const byExecution = groupBy(taskRuns, (row) => row.execution_id);
    return executions.map((row) => ({ row, taskRuns: byExecution.get(row.id) ?? [] }));
  }

  /** The execution that was created with this key for the flow. */
  async findByKey(namespace: string, flowId: string, key: string): Promise<string | undefined> {
    const rows = await this.#database.query<{ id: string }>({
      name: 'find_by_key',
      text: `SELECT id FROM executor.executions WHERE namespace = $1 AND flow_id = $2 AND idempotency_key = $3`,
      values: [namespace, flowId, key],
    });
    return rows[0]?.id;
  }

  /** Ids of the executions of some partitions that have not ended, oldest first. */
  async unfinished(partitions: readonly number[]): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>({
      text: `SELECT id FROM executor.executions WHERE partition = ANY($1::int2[]) AND ended_at_ms IS NULL ORDER BY id`,
      values: [partitions],
    });
    return rows.map((row) => row.id);
  }

  /**
   * Writes a batch; all of it or nothing.
   * @throws {StaleBatchError} when a lease is lost, a version differs or an execution exists already.
   */
  async commit(fence: Fence, rows: BatchRows, on: Queryable = this.#database): Promise<Committed> {
    let mask = 0;
    const values: unknown[] = [[...fence.epochs.keys()], [...fence.epochs.values()], fence.owner, rows.changed.length];
    PARTS.forEach(({ name }, index) => {
      if (rows[name].length === 0) return;
      mask |= 1 << index;
      values.push(jsonText(rows[name]));
    });
    try {
      const found = await on.query<{ log_ids: string[] | null; position: string | null }>({
        ...commitStatement(mask),
        values,
      });
      return { logIds: (found[0]?.log_ids ?? []).map(Number), position: Number(found[0]?.position ?? 0) };
    } catch (error) {
      throw staleness(error) ?? error;
    }
  }

  /** Deletes an execution with all it left in the executor's tables. */
  async delete(id: string): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      for (const table of ['task_runs', 'journal', 'logs', 'metrics', 'timers', 'slots'])
        await transaction.execute({ text: `DELETE FROM executor.${table} WHERE execution_id = $1`, values: [id] });
      const deleted = await transaction.execute({
        text: 'DELETE FROM executor.executions WHERE id = $1',
        values: [id],
      });
      return deleted > 0;
    });
  }

  /**
   * Runs `work` while no other executor can give or free a slot of the flow.
   * @returns What `work` returned, once its transaction has committed.
   */
  async withSlots<Result>(
    flows: readonly { readonly namespace: string; readonly flowId: string }[],
    work: (transaction: Queryable, used: (namespace: string, flowId: string) => Promise<number>) => Promise<Result>,
  ): Promise<Result> {
    const keys = [...new Set(flows.map(({ namespace, flowId }) => `${namespace} ${flowId}`))].sort();
    return this.#database.transaction(async (transaction) => {
      for (const key of keys)
        await transaction.execute({ text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', values: [key] });
      return work(transaction, (namespace, flowId) => countSlots(transaction, namespace, flowId));
    });
  }

  /** Executions of a flow that wait for a slot, oldest first. */
  async queued(namespace: string, flowId: string, limit: number): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>({
      name: 'queued',
      text: `SELECT id FROM executor.executions
             WHERE namespace = $1 AND flow_id = $2 AND state = 'QUEUED' AND ended_at_ms IS NULL ORDER BY id LIMIT $3`,
      values: [namespace, flowId, limit],
    });
    return rows.map((row) => row.id);
  }
}

async function countSlots(on: Queryable, namespace: string, flowId: string): Promise<number> {
  const rows = await on.query<{ used: string }>({
    text: 'SELECT count(*) AS used FROM executor.slots WHERE namespace = $1 AND flow_id = $2',
    values: [namespace, flowId],
  });
  return Number(rows[0]?.used ?? 0);
}

function staleness(error: unknown): StaleBatchError | undefined {
  const { code, message } = error as { code?: string; message?: string };
  if (code === UNIQUE_VIOLATION) return new StaleBatchError('EXISTS', error);
  if (message === 'LEASE_LOST' || message === 'STALE') return new StaleBatchError(message, error);
  return undefined;
}
