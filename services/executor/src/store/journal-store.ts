import type { Database } from '@tutti/database';

/** A journal entry that has to be published. */
export interface JournalEntry {
  readonly position: number;
  readonly executionId: string;
}

/** The journal as an outbox: what was committed and may not have been published. */
export class JournalStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Entries of a partition after a position, in order. */
  async after(partition: number, position: number, limit: number): Promise<JournalEntry[]> {
    const rows = await this.#database.query<{ position: string; execution_id: string }>({
      text: `SELECT position, execution_id FROM executor.journal
             WHERE partition = $1 AND position > $2 ORDER BY position LIMIT $3`,
      values: [partition, position, limit],
    });
    return rows.map((row) => ({ position: Number(row.position), executionId: row.execution_id }));
  }
}
