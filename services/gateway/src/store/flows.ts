import type { FlowRecord, JsonMap, Label } from '@tutti/contracts';
import type { Queryable } from '@tutti/database';
import { Conditions, addNamespace, addText, escapeLike } from './conditions.ts';
import type { NamespaceFilter, TextFilter } from './conditions.ts';
import { COUNT_LIMIT, pageOf } from './database-pages.ts';
import type { KeysetPage, Page } from './database-pages.ts';

/** Which flows are wanted; all that is given must hold. */
export interface FlowFilter {
  readonly namespace?: NamespaceFilter | null;
  readonly id?: TextFilter | null;
  readonly text?: string | null;
  readonly labels?: readonly Label[] | null;
  readonly disabled?: boolean | null;
}

/** Names a flow, or one revision of it. */
export interface FlowKey {
  readonly namespace: string;
  readonly id: string;
  readonly revision?: number | undefined;
}

interface FlowRow {
  readonly namespace: string;
  readonly id: string;
  readonly revision: number;
  readonly source: string;
  readonly flow: JsonMap | null;
  readonly deleted: boolean;
  readonly disabled: boolean;
  readonly updated_at_ms: number;
}

const COLUMNS = 'namespace, id, revision, source, flow, deleted, disabled, updated_at_ms';

/** Reads flows through the views `api.flows` (newest revisions) and `api.flow_revisions` (all). */
export class FlowStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** By namespace and id, after one; deleted flows are left out. */
  async list(filter: FlowFilter, { limit, after }: KeysetPage<FlowKey>): Promise<Page<FlowRecord>> {
    const where = conditionsOf(filter);
    if (after) where.addFixed(`(namespace, id) > (${where.parameter(after.namespace)}, ${where.parameter(after.id)})`);
    return pageOf(await this.#select(where, `LIMIT ${where.parameter(limit + 1)}`), limit);
  }

  /** A page by its number. */
  search(filter: FlowFilter, offset: number, limit: number): Promise<FlowRecord[]> {
    const where = conditionsOf(filter);
    return this.#select(where, `LIMIT ${where.parameter(limit)} OFFSET ${where.parameter(offset)}`);
  }

  /** How many there are, at most `COUNT_LIMIT`. */
  async count(filter: FlowFilter): Promise<number> {
    const where = conditionsOf(filter);
    const text = `SELECT count(*) FROM (SELECT FROM api.flows ${where.sql} LIMIT ${COUNT_LIMIT}) AS found`;
    return (await this.#database.query<{ count: number }>({ text, values: where.values }))[0]?.count ?? 0;
  }

  /** The newest revisions of these flows; missing and deleted ones are left out. */
  async newest(keys: readonly FlowKey[]): Promise<FlowRecord[]> {
    const rows = await this.#database.query<FlowRow>({
      name: 'newest flows',
      text: `SELECT ${COLUMNS} FROM api.flows WHERE NOT deleted
        AND (namespace, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      values: [keys.map(({ namespace }) => namespace), keys.map(({ id }) => id)],
    });
    return rows.map(toRecord);
  }

  /** These revisions, also of flows deleted since. */
  async revisions(keys: readonly Required<FlowKey>[]): Promise<FlowRecord[]> {
    const rows = await this.#database.query<FlowRow>({
      name: 'flow revisions',
      text: `SELECT ${COLUMNS} FROM api.flow_revisions
        WHERE (namespace, id, revision) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::int[]))`,
      values: [keys.map((key) => key.namespace), keys.map((key) => key.id), keys.map((key) => key.revision)],
    });
    return rows.map(toRecord);
  }

  /** All revisions of a flow, oldest first, after one. */
  async history({ namespace, id }: FlowKey, { limit, after = 0 }: KeysetPage<number>): Promise<Page<FlowRecord>> {
    const rows = await this.#database.query<FlowRow>({
      text: `SELECT ${COLUMNS} FROM api.flow_revisions WHERE namespace = $1 AND id = $2 AND revision > $3
        ORDER BY revision LIMIT $4`,
      values: [namespace, id, after, limit + 1],
    });
    return pageOf(rows.map(toRecord), limit);
  }

  /** Namespaces that have flows. */
  async namespaces(): Promise<string[]> {
    const rows = await this.#database.query<{ namespace: string }>(
      'SELECT DISTINCT namespace FROM api.flows WHERE NOT deleted ORDER BY namespace',
    );
    return rows.map(({ namespace }) => namespace);
  }

  /** Namespaces that anybody mentioned: by a flow, a pair, a file. */
  async allNamespaces(): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      `SELECT id FROM api.namespaces UNION SELECT DISTINCT namespace FROM api.flows WHERE NOT deleted`,
    );
    return rows.map(({ id }) => id);
  }

  async #select(where: Conditions, suffix: string): Promise<FlowRecord[]> {
    const text = `SELECT ${COLUMNS} FROM api.flows ${where.sql} ORDER BY namespace, id ${suffix}`;
    return (await this.#database.query<FlowRow>({ text, values: where.values })).map(toRecord);
  }
}

function conditionsOf(filter: FlowFilter): Conditions {
  const where = new Conditions().addFixed('NOT deleted');
  addNamespace(where, 'namespace', filter.namespace);
  addText(where, 'id', filter.id);
  where
    .add('disabled = ?', filter.disabled)
    .add('(namespace ILIKE ? OR id ILIKE ? OR source ILIKE ?)', filter.text && `%${escapeLike(filter.text)}%`)
    .add(`flow->'labels' @> ?::jsonb`, filter.labels?.length ? JSON.stringify(labelMap(filter.labels)) : undefined);
  return where;
}

const labelMap = (labels: readonly Label[]): Record<string, string> =>
  Object.fromEntries(labels.map(({ key, value }) => [key, value]));

function toRecord(row: FlowRow): FlowRecord {
  return {
    namespace: row.namespace,
    id: row.id,
    revision: row.revision,
    source: row.source,
    deleted: row.deleted,
    disabled: row.disabled,
    updatedAtMs: row.updated_at_ms,
    ...(row.flow && { flow: row.flow }),
  };
}
