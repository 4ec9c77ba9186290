import type { CreateExecution, JsonMap } from '@tutti/contracts';
import type { TriggerDefinition } from '@tutti/flow-model';
import type { BackfillState, TriggerFlow, TriggerKind, TriggerRecord } from '../core/trigger-record.ts';

/** A trigger as it lies in the database. */
export interface StoredTrigger extends TriggerRecord {
  readonly id: number;
  /** Counts the changes: what was decided upon an older one does not count. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** The columns of `trigger.triggers`. */
export interface TriggerRow {
  readonly id: number;
  readonly kind: TriggerKind;
  readonly definition: TriggerDefinition;
  readonly flow: TriggerFlow;
  readonly disabled: boolean;
  readonly version: number;
  readonly due_at_ms: number | null;
  readonly next_date_ms: number | null;
  readonly last_date_ms: number | null;
  readonly execution_id: string | null;
  readonly owed: (CreateExecution & JsonMap) | null;
  readonly backfill: BackfillState | null;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

export const COLUMNS = `id, kind, definition, flow, disabled, version, due_at_ms, next_date_ms, last_date_ms, execution_id,
  owed, backfill, created_at_ms, updated_at_ms`;

/** The row without the nulls. */
export function fromRow(row: TriggerRow): StoredTrigger {
  return {
    id: row.id,
    version: row.version,
    kind: row.kind,
    definition: row.definition,
    flow: row.flow,
    disabled: row.disabled,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    ...(row.next_date_ms !== null && { nextDateMs: row.next_date_ms }),
    ...(row.last_date_ms !== null && { lastDateMs: row.last_date_ms }),
    ...(row.execution_id !== null && { executionId: row.execution_id }),
    ...(row.owed !== null && { owed: row.owed }),
    ...(row.backfill !== null && { backfill: row.backfill }),
  };
}
