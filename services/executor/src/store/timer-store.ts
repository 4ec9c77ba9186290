import type { Database } from '@tutti/database';
import type { TimerRow } from './batch.ts';

/** Due times of waiting things. */
export class TimerStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every timer of some partitions, the earliest first. */
  async load(partitions: readonly number[]): Promise<TimerRow[]> {
    const rows = await this.#database.query<TimerRow & { due_at_ms: string | number }>({
      text: 'SELECT * FROM executor.timers WHERE partition = ANY($1::int2[]) ORDER BY due_at_ms',
      values: [partitions],
    });
    return rows.map((row) => ({ ...row, due_at_ms: Number(row.due_at_ms) }));
  }
}
