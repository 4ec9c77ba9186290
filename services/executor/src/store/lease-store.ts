import type { Database } from '@tutti/database';

/** A partition as this process holds it. */
export interface Lease {
  readonly partition: number;
  /** Rises with every change of owner; every write checks it. */
  readonly epoch: number;
  /** Journal position up to which everything has been published. */
  readonly publishedPosition: number;
}

/**
 * Partition leases and the list of live executors, as rows. Its database must be a single connection that lives as long
 * as the executor: others take the end of that session for the executor's death.
 */
export class LeaseStore {
  readonly #database: Database;
  readonly #owner: string;

  constructor(database: Database, owner: string) {
    this.#database = database;
    this.#owner = owner;
  }

  /** Says that this executor lives; returns all that do, itself included. */
  async announce(ttlMs: number): Promise<string[]> {
    const rows = await this.#database.query<{ owner: string }>({
      name: 'announce_owner',
      text: `WITH mine AS (
          INSERT INTO executor.owners (owner, backend_pid, expires_at) VALUES ($1, pg_backend_pid(), now() + $2 * interval '1 ms')
          ON CONFLICT (owner) DO UPDATE SET backend_pid = excluded.backend_pid, expires_at = excluded.expires_at),
        gone AS (DELETE FROM executor.owners WHERE owner <> $1 AND expires_at < now() - interval '1 hour')
        SELECT o.owner FROM executor.owners AS o JOIN pg_stat_activity AS a ON a.pid = o.backend_pid
        WHERE o.expires_at > now() AND o.owner <> $1 UNION SELECT $1`,
      values: [this.#owner, ttlMs],
    });
    return rows.map((row) => row.owner);
  }

  /** Extends the leases held; those missing from the answer are lost. Stores how far the journal has been published. */
  async renew(ttlMs: number, published: ReadonlyMap<number, number>): Promise<number[]> {
    const rows = await this.#database.query<{ partition: number }>({
      name: 'renew_leases',
      text: `UPDATE executor.partition_leases AS l
             SET expires_at = now() + $2 * interval '1 ms', published_position = greatest(l.published_position, w.position)
             FROM unnest($3::int2[], $4::int8[]) AS w(partition, position)
             WHERE l.partition = w.partition AND l.owner = $1 RETURNING l.partition`,
      values: [this.#owner, ttlMs, [...published.keys()], [...published.values()]],
    });
    return rows.map((row) => row.partition);
  }

  /**
   * Takes those of the partitions that are free: given back, expired, or of an owner whose database session is gone
   * (then it can commit nothing more, so there is no need to wait for the lease to run out).
   */
  async acquire(partitions: readonly number[], ttlMs: number): Promise<Lease[]> {
    const rows = await this.#database.query<{ partition: number; epoch: string; published_position: string }>({
      name: 'acquire_leases',
      text: `UPDATE executor.partition_leases AS l
             SET owner = $1, epoch = epoch + 1, expires_at = now() + $3 * interval '1 ms'
             WHERE partition = ANY($2::int2[]) AND owner IS DISTINCT FROM $1
               AND (owner IS NULL OR expires_at < now()
                    OR NOT EXISTS (SELECT 1 FROM executor.owners AS o JOIN pg_stat_activity AS a ON a.pid = o.backend_pid
                                   WHERE o.owner = l.owner))
             RETURNING partition, epoch, published_position`,
      values: [this.#owner, partitions, ttlMs],
    });
    return rows.map((row) => ({
      partition: row.partition,
      epoch: Number(row.epoch),
      publishedPosition: Number(row.published_position),
    }));
  }

  /** Gives partitions back; the next owner need not wait. */
  async release(partitions: readonly number[], published: ReadonlyMap<number, number>): Promise<void> {
    await this.#database.query({
      text: `UPDATE executor.partition_leases AS l
             SET owner = NULL, published_position = greatest(l.published_position, w.position)
             FROM unnest($2::int2[], $3::int8[]) AS w(partition, position)
             WHERE l.partition = w.partition AND l.owner = $1`,
      values: [this.#owner, partitions, partitions.map((partition) => published.get(partition) ?? 0)],
    });
  }

  /** Takes this executor off the list of live ones. */
  async leave(): Promise<void> {
    await this.#database.query({ text: 'DELETE FROM executor.owners WHERE owner = $1', values: [this.#owner] });
  }
}
