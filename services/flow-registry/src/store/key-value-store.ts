import type { Json, KeyValue, PurgeKeyValues } from '@tutti/contracts';
import type { Database } from '@tutti/database';
import type { DataSource, Repository } from 'typeorm';
import { In, Like } from 'typeorm';
import { keyValueEntity, type KeyValueRow } from './entities.ts';
import { escaped } from './flow-store.ts';

/** A pair to store, checked. */
export type NewKeyValue = Pick<KeyValue, 'namespace' | 'key' | 'type' | 'value' | 'description' | 'expiresAtMs'>;

/** Key-value pairs. One that has expired stays until it is replaced or swept, so that readers can be told. */
export class KeyValueStore {
  readonly #database: Database;
  readonly #pairs: Repository<KeyValueRow>;

  constructor(database: Database, source: DataSource) {
    this.#database = database;
    this.#pairs = source.getRepository(keyValueEntity);
  }

  /** Stores a pair; `undefined` when there is one that has not expired and must stay. One statement: two cannot both win. */
  async set(pair: NewKeyValue, overwrite: boolean, nowMs: number): Promise<KeyValue | undefined> {
    const [row] = await this.#database.query<{ version: number; created_at_ms: number }>(
      `INSERT INTO registry.key_values AS old (namespace, key, type, value, description, expires_at_ms, created_at_ms, updated_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
        ON CONFLICT (namespace, key) DO UPDATE SET
          type = excluded.type, value = excluded.value, description = excluded.description,
          expires_at_ms = excluded.expires_at_ms, updated_at_ms = excluded.updated_at_ms,
          version = old.version + 1
        WHERE $8 OR old.expires_at_ms <= $7
        RETURNING version, created_at_ms`,
      [
        pair.namespace,
        pair.key,
        pair.type,
        JSON.stringify(pair.value),
        pair.description ?? null,
        pair.expiresAtMs ?? null,
        nowMs,
        overwrite,
      ],
    );
    return row && { ...pair, version: row.version, createdAtMs: row.created_at_ms, updatedAtMs: nowMs };
  }

  /** The pairs of a key in some namespaces, expired ones too. */
  async find(namespaces: readonly string[], key: string): Promise<KeyValue[]> {
    return (await this.#pairs.findBy({ namespace: In(namespaces), key })).map(keyValueOf);
  }

  async delete(namespace: string, key: string): Promise<boolean> {
    return ((await this.#pairs.delete({ namespace, key })).affected ?? 0) > 0;
  }

  /** Pairs of some namespaces by key; `pattern` may hold `*`. */
  async list(namespaces: readonly string[], pattern: string): Promise<KeyValue[]> {
    const key = Like(escaped(pattern).replaceAll('*', '%'));
    const rows = await this.#pairs.find({ where: { namespace: In(namespaces), key }, order: { key: 'ASC' } });
    return rows.map(keyValueOf);
  }

  /** Deletes pairs of a namespace and those below it, and with `nowMs` only those that have expired by then; how many it were. */
  purge({ namespace, exact = false, keyPattern = '*' }: PurgeKeyValues, nowMs: number | undefined): Promise<number> {
    return this.#database.execute(
      `DELETE FROM registry.key_values
        WHERE (namespace = $1 OR NOT $2::bool AND starts_with(namespace, $1 || '.'))
          AND key LIKE $3 AND ($4::int8 IS NULL OR expires_at_ms <= $4)`,
      [namespace, exact, escaped(keyPattern).replaceAll('*', '%'), nowMs ?? null],
    );
  }

  /** Removes what expired before a time. */
  async sweep(beforeMs: number): Promise<void> {
    await this.#database.execute('DELETE FROM registry.key_values WHERE expires_at_ms < $1', [beforeMs]);
  }
}

function keyValueOf({ description, expiresAtMs, ...row }: KeyValueRow): KeyValue {
  const value = row.value as Json;
  return { ...row, value, ...(description !== null && { description }), ...(expiresAtMs !== null && { expiresAtMs }) };
}
