import type { FlowRecord, JsonMap } from '@tutti/contracts';
import type { Database, Queryable } from '@tutti/database';

/** A revision that is to be stored. */
export interface NewRevision {
  readonly namespace: string;
  readonly id: string;
  readonly source: string;
  readonly flow: JsonMap;
  readonly disabled: boolean;
  readonly deleted: boolean;
  readonly by: string | undefined;
  readonly nowMs: number;
}

interface FlowRow {
  readonly namespace: string;
  readonly id: string;
  readonly revision: number;
  readonly source: string;
  readonly flow: JsonMap;
  readonly deleted: boolean;
  readonly disabled: boolean;
  readonly updated_at_ms: number;
}

const COLUMNS = 'namespace, id, revision, source, flow, deleted, disabled, updated_at_ms';

/** What a change of a flow sees while nobody else can change it. */
export interface FlowChange {
  readonly newest: FlowRecord | undefined;
  readonly add: (revision: NewRevision) => Promise<FlowRecord>;
}

/** Revisions of flows. Only a new revision is ever written; the older ones stay as they are. */
export class FlowStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Runs a change of one flow alone: others of the same flow wait. */
  change<T>(namespace: string, id: string, work: (change: FlowChange) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (transaction) => {
      await transaction.execute('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${namespace}/${id}`]);
      const newest = await findNewest(transaction, namespace, id);
      return work({ newest, add: (revision) => insert(transaction, revision, newest?.revision ?? 0) });
    });
  }

  newest(namespace: string, id: string): Promise<FlowRecord | undefined> {
    return findNewest(this.#database, namespace, id);
  }

  async revision(namespace: string, id: string, revision: number): Promise<FlowRecord | undefined> {
    const where = 'namespace = $1 AND id = $2 AND revision = $3';
    return (await select(this.#database, where, [namespace, id, revision]))[0];
  }

  revisions(namespace: string, id: string): Promise<FlowRecord[]> {
    return select(this.#database, 'namespace = $1 AND id = $2 ORDER BY revision', [namespace, id]);
  }

  /** Newest revisions of flows that are not deleted; `namespaces` as LIKE patterns. */
  async list(
    filter: { readonly namespaces?: readonly string[]; readonly text?: string },
    offset: number,
    limit: number,
  ) {
    const values = [filter.namespaces ?? null, filter.text === undefined ? null : `%${escaped(filter.text)}%`];
    const where = `newest AND NOT deleted AND ($1::text[] IS NULL OR namespace LIKE ANY($1))
      AND ($2::text IS NULL OR source ILIKE $2)`;
    const [counted] = await this.#database.query<{ total: number }>(
      `SELECT count(*) AS total FROM registry.flows WHERE ${where}`,
      values,
    );
    const page = `${where} ORDER BY namespace, id OFFSET $3 LIMIT $4`;
    return { records: await select(this.#database, page, [...values, offset, limit]), total: counted?.total ?? 0 };
  }

  /** Revisions whose event has not been announced, oldest first. */
  unannounced(limit: number): Promise<FlowRecord[]> {
    return select(this.#database, 'NOT announced ORDER BY updated_at_ms, revision LIMIT $1', [limit]);
  }

  async markAnnounced({ namespace, id, revision }: FlowRecord): Promise<void> {
    await this.#database.execute(
      'UPDATE registry.flows SET announced = true WHERE namespace = $1 AND id = $2 AND revision = $3',
      [namespace, id, revision],
    );
  }
}

/** A text as a LIKE pattern that matches only itself. */
export const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

async function findNewest(on: Queryable, namespace: string, id: string): Promise<FlowRecord | undefined> {
  return (await select(on, 'newest AND namespace = $1 AND id = $2', [namespace, id]))[0];
}

async function select(on: Queryable, where: string, values: readonly unknown[]): Promise<FlowRecord[]> {
  const text = `SELECT ${COLUMNS} FROM registry.flows WHERE ${where}`;
  return (await on.query<FlowRow>({ text, values })).map(recordOf);
}

async function insert(transaction: Queryable, revision: NewRevision, last: number): Promise<FlowRecord> {
  const { namespace, id, source, flow, disabled, deleted, by, nowMs } = revision;
  const numbered = { ...flow, revision: last + 1 };
  await transaction.execute('UPDATE registry.flows SET newest = false WHERE newest AND namespace = $1 AND id = $2', [namespace, id]); // prettier-ignore
  const [row] = await transaction.query<FlowRow>(
    `INSERT INTO registry.flows (${COLUMNS}, newest, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, true, $9)
      RETURNING ${COLUMNS}`,
    [namespace, id, last + 1, source, JSON.stringify(numbered), deleted, disabled, nowMs, by ?? null],
  );
  return recordOf(row!);
}

function recordOf({ updated_at_ms, ...row }: FlowRow): FlowRecord {
  return { ...row, updatedAtMs: updated_at_ms };
}
