import type { ListTriggers, TriggerRef } from '@tutti/contracts';
import { columnArrays, unnest } from '@tutti/database';
import type { Database, Queryable } from '@tutti/database';
import type { TriggerRecord } from '../core/trigger-record.ts';
import { COLUMNS, fromRow } from './trigger-row.ts';
import type { StoredTrigger, TriggerRow } from './trigger-row.ts';

/** What a change writes: all that may change in a trigger, and when somebody must look at it next. */
export interface TriggerChange extends TriggerRecord {
  readonly id: number;
  readonly version: number;
  readonly dueAtMs: number | undefined;
}

const CHANGE = {
  id: 'bigint',
  version: 'int',
  due_at_ms: 'bigint',
  next_date_ms: 'bigint',
  last_date_ms: 'bigint',
  execution_id: 'text',
  owed: 'jsonb',
  backfill: 'jsonb',
  disabled: 'boolean',
} as const;

/** The rows of `trigger.triggers`. Each change counts up `version`. */
export class TriggerStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.#database.transaction(work);
  }

  /** When the next trigger is due; `undefined` when none waits for a time. */
  async earliest(): Promise<number | undefined> {
    const [row] = await this.#database.query<{ due_at_ms: number | null }>({
      name: 'trigger earliest',
      text: `SELECT least((SELECT min(due_at_ms) FROM trigger.triggers), (SELECT min(due_at_ms) FROM trigger.starts)) AS due_at_ms`,
    });
    return row?.due_at_ms ?? undefined;
  }

  /** Makes all that is under way due: after a start or a lost connection nobody knows what was heard. */
  async recheckStarts(nowMs: number): Promise<void> {
    await this.#database.execute(
      'UPDATE trigger.triggers SET due_at_ms = $1 WHERE execution_id IS NOT NULL AND due_at_ms > $1',
      [nowMs],
    );
    await this.#database.execute('UPDATE trigger.starts SET due_at_ms = $1 WHERE due_at_ms > $1', [nowMs]);
  }

  /** Locks what is due, the longest waiting first, and leaves out what another instance has in hand. */
  async lockDue(transaction: Queryable, nowMs: number, limit: number): Promise<StoredTrigger[]> {
    const rows = await transaction.query<TriggerRow>({
      name: 'trigger lock due',
      text: `SELECT ${COLUMNS} FROM trigger.triggers WHERE due_at_ms <= $1
        ORDER BY due_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED`,
      values: [nowMs, limit],
    });
    return rows.map(fromRow);
  }

  /** Writes changes in one statement; those that were decided upon an older version are dropped. */
  async change(queryable: Queryable | undefined, changes: readonly TriggerChange[], nowMs: number): Promise<void> {
    if (changes.length === 0) return;
    const rows = changes.map((change) => ({
      id: change.id,
      version: change.version,
      due_at_ms: change.dueAtMs,
      next_date_ms: change.nextDateMs,
      last_date_ms: change.lastDateMs,
      execution_id: change.executionId,
      owed: change.owed,
      backfill: change.backfill,
      disabled: change.disabled,
    }));
    await (queryable ?? this.#database).execute({
      name: 'trigger change',
      text: `UPDATE trigger.triggers AS t SET version = t.version + 1, due_at_ms = c.due_at_ms,
          next_date_ms = c.next_date_ms, last_date_ms = c.last_date_ms, execution_id = c.execution_id, owed = c.owed,
          backfill = c.backfill, disabled = c.disabled, updated_at_ms = $1
        FROM ${unnest(CHANGE, 'c', 2)} WHERE t.id = c.id AND t.version = c.version`,
      values: [nowMs, ...columnArrays(CHANGE, rows)],
    });
  }

  /**
   * Triggers wait for these executions no longer; ids that none waits for are left alone.
   * @returns When they are due now, of those that are due at all.
   */
  async release(executionIds: readonly string[], nowMs: number): Promise<number[]> {
    if (executionIds.length === 0) return [];
    const rows = await this.#database.query<{ due_at_ms: number | null }>({
      name: 'trigger release',
      text: `UPDATE trigger.triggers SET version = version + 1, execution_id = NULL, owed = NULL, updated_at_ms = $2,
          due_at_ms = CASE WHEN disabled OR (flow ->> 'disabled')::boolean THEN NULL
            WHEN NOT (backfill ->> 'paused')::boolean THEN (backfill ->> 'currentDateMs')::int8
            ELSE next_date_ms END
        WHERE execution_id = ANY ($1::text[]) RETURNING due_at_ms`,
      values: [executionIds, nowMs],
    });
    return rows.flatMap(({ due_at_ms }) => (due_at_ms === null ? [] : [due_at_ms]));
  }

  async lockOne(
    transaction: Queryable,
    { namespace, flowId, triggerId }: TriggerRef,
  ): Promise<StoredTrigger | undefined> {
    const [row] = await transaction.query<TriggerRow>({
      name: 'trigger lock one',
      text: `SELECT ${COLUMNS} FROM trigger.triggers WHERE namespace = $1 AND flow_id = $2 AND trigger_id = $3 FOR UPDATE`,
      values: [namespace, flowId, triggerId],
    });
    return row && fromRow(row);
  }

  async lockFlow(transaction: Queryable, namespace: string, flowId: string): Promise<StoredTrigger[]> {
    const rows = await transaction.query<TriggerRow>({
      name: 'trigger lock flow',
      text: `SELECT ${COLUMNS} FROM trigger.triggers WHERE namespace = $1 AND flow_id = $2 FOR UPDATE`,
      values: [namespace, flowId],
    });
    return rows.map(fromRow);
  }

  async list({ namespace, flowId }: ListTriggers): Promise<StoredTrigger[]> {
    const rows = await this.#database.query<TriggerRow>({
      name: 'trigger list',
      text: `SELECT ${COLUMNS} FROM trigger.triggers
        WHERE ($1::text IS NULL OR namespace = $1) AND ($2::text IS NULL OR flow_id = $2)
        ORDER BY namespace, flow_id, trigger_id`,
      values: [namespace ?? null, flowId ?? null],
    });
    return rows.map(fromRow);
  }

  /** Adds a trigger, or writes a new definition over it. */
  async put(transaction: Queryable, record: TriggerRecord, dueAtMs: number | undefined, nowMs: number): Promise<void> {
    const { flow, definition } = record;
    await transaction.execute({
      name: 'trigger put',
      text: `INSERT INTO trigger.triggers AS t (namespace, flow_id, trigger_id, kind, definition, flow, flow_revision,
          disabled, due_at_ms, next_date_ms, last_date_ms, execution_id, owed, backfill, created_at_ms, updated_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
        ON CONFLICT (namespace, flow_id, trigger_id) DO UPDATE SET version = t.version + 1, kind = excluded.kind,
          definition = excluded.definition, flow = excluded.flow, flow_revision = excluded.flow_revision,
          disabled = excluded.disabled, due_at_ms = excluded.due_at_ms, next_date_ms = excluded.next_date_ms,
          last_date_ms = excluded.last_date_ms, execution_id = excluded.execution_id, owed = excluded.owed,
          backfill = excluded.backfill, updated_at_ms = excluded.updated_at_ms`,
      values: [
        flow.namespace,
        flow.id,
        definition.id,
        record.kind,
        JSON.stringify(definition),
        JSON.stringify(flow),
        flow.revision,
        record.disabled,
        dueAtMs ?? null,
        record.nextDateMs ?? null,
        record.lastDateMs ?? null,
        record.executionId ?? null,
        record.owed ? JSON.stringify(record.owed) : null,
        record.backfill ? JSON.stringify(record.backfill) : null,
        nowMs,
      ],
    });
  }

  /** Which version of each flow its triggers were made of, by `namespace/flow`. */
  async flowVersions(): Promise<Map<string, string>> {
    const rows = await this.#database.query<{ key: string; version: string }>(
      `SELECT concat(namespace, '/', flow_id) AS key, version FROM trigger.flows`,
    );
    return new Map(rows.map(({ key, version }) => [key, version]));
  }

  /** Notes which version of a flow its triggers are made of; instances that do so at once wait for each other here. */
  async noteFlow(transaction: Queryable, namespace: string, flowId: string, version: string): Promise<void> {
    await transaction.execute({
      name: 'trigger note flow',
      text: `INSERT INTO trigger.flows (namespace, flow_id, version) VALUES ($1, $2, $3)
        ON CONFLICT (namespace, flow_id) DO UPDATE SET version = excluded.version`,
      values: [namespace, flowId, version],
    });
  }

  async forgetFlow(transaction: Queryable, namespace: string, flowId: string): Promise<void> {
    await transaction.execute('DELETE FROM trigger.flows WHERE namespace = $1 AND flow_id = $2', [namespace, flowId]);
  }

  async remove(transaction: Queryable, ids: readonly number[]): Promise<void> {
    if (ids.length > 0) await transaction.execute('DELETE FROM trigger.triggers WHERE id = ANY ($1::bigint[])', [ids]);
  }
}
