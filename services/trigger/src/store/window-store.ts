import type { CreateExecution } from '@tutti/contracts';
import type { Database, Queryable } from '@tutti/database';
import type { Progress } from '../core/flow-progress.ts';
import { NO_PROGRESS } from '../core/flow-progress.ts';
import type { Window } from '../core/flow-window.ts';

/** Which window of which group of a flow trigger. */
export interface WindowKey {
  readonly triggerId: number;
  readonly groupId: string;
  readonly window: Window;
}

/** The rows of `trigger.windows`, and of `trigger.starts`: executions that complete windows owe. */
export class WindowStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.#database.transaction(work);
  }

  /** What has happened in a window, locked until the transaction ends; the row is made when there is none. */
  async lock(transaction: Queryable, { triggerId, groupId, window }: WindowKey): Promise<Progress> {
    await transaction.execute({
      name: 'window make',
      text: `INSERT INTO trigger.windows (trigger, group_id, start_ms, end_ms, progress) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING`,
      values: [triggerId, groupId, window.startMs, window.endMs, JSON.stringify(NO_PROGRESS)],
    });
    const [row] = await transaction.query<{ progress: Progress }>({
      name: 'window lock',
      text: 'SELECT progress FROM trigger.windows WHERE trigger = $1 AND group_id = $2 AND start_ms = $3 FOR UPDATE',
      values: [triggerId, groupId, window.startMs],
    });
    return row?.progress ?? NO_PROGRESS;
  }

  /** Writes what has happened, and forgets windows of the group that are over. */
  async save(transaction: Queryable, { triggerId, groupId, window }: WindowKey, progress: Progress): Promise<void> {
    await transaction.execute({
      name: 'window save',
      text: 'UPDATE trigger.windows SET progress = $4 WHERE trigger = $1 AND group_id = $2 AND start_ms = $3',
      values: [triggerId, groupId, window.startMs, JSON.stringify(progress)],
    });
    await transaction.execute({
      name: 'window forget',
      text: 'DELETE FROM trigger.windows WHERE trigger = $1 AND group_id = $2 AND end_ms <= $3',
      values: [triggerId, groupId, window.startMs],
    });
  }

  async owe(transaction: Queryable, owed: CreateExecution, dueAtMs: number): Promise<void> {
    await transaction.execute({
      name: 'start owe',
      text: 'INSERT INTO trigger.starts (execution_id, owed, due_at_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      values: [owed.executionId, JSON.stringify(owed), dueAtMs],
    });
  }

  /** The starts whose confirmation is overdue; they are due again at `againAtMs`. */
  async takeOverdue(nowMs: number, againAtMs: number, limit: number): Promise<CreateExecution[]> {
    const rows = await this.#database.query<{ owed: CreateExecution }>({
      name: 'start take',
      text: `UPDATE trigger.starts SET due_at_ms = $2 WHERE execution_id IN (SELECT execution_id FROM trigger.starts
        WHERE due_at_ms <= $1 ORDER BY due_at_ms LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING owed`,
      values: [nowMs, againAtMs, limit],
    });
    return rows.map(({ owed }) => owed);
  }

  async settle(executionIds: readonly string[]): Promise<void> {
    if (executionIds.length === 0) return;
    await this.#database.execute({
      name: 'start settle',
      text: 'DELETE FROM trigger.starts WHERE execution_id = ANY ($1::text[])',
      values: [executionIds],
    });
  }
}
