import type { Flow, TriggerDefinition } from '@tutti/flow-model';
import type { TriggerFlow, TriggerKind, TriggerRecord } from './trigger-record.ts';

/** The trigger types this service fires, by their canonical names; others (polling) it leaves alone. */
const KINDS: Readonly<Record<string, TriggerKind>> = {
  'core.trigger.Schedule': 'schedule',
  'core.trigger.ScheduleOnDates': 'scheduleOnDates',
  'core.trigger.Webhook': 'webhook',
  'core.trigger.Flow': 'flow',
};

/** The first date of a schedule after a time; `undefined` when there is none, or when the schedule cannot be read. */
export type NextDate = (trigger: Pick<TriggerRecord, 'definition' | 'flow'>, afterMs: number) => number | undefined;

/**
 * The triggers that a flow has once it is saved. What a trigger has been through stays with it: its dates while its
 * schedule is the same, the execution it waits for, its backfill, and the switch until the flow says otherwise.
 */
export function triggersOf(
  flow: Flow,
  before: readonly TriggerRecord[],
  nowMs: number,
  nextDate: NextDate,
): readonly TriggerRecord[] {
  const owner = {
    namespace: flow.namespace,
    id: flow.id,
    revision: flow.revision,
    disabled: flow.disabled,
    variables: flow.variables,
  };
  return flow.triggers.flatMap((definition) => {
    const kind = KINDS[definition.type];
    const old = before.find((each) => each.kind === kind && each.definition.id === definition.id);
    return kind ? [triggerOf(kind, definition, owner, old, nowMs, nextDate)] : [];
  });
}

function triggerOf(
  kind: TriggerKind,
  definition: TriggerDefinition,
  flow: TriggerFlow,
  old: TriggerRecord | undefined,
  nowMs: number,
  nextDate: NextDate,
): TriggerRecord {
  const written = definition.disabled ?? false;
  const disabled = old && (old.definition.disabled ?? false) === written ? old.disabled : written;
  const record: TriggerRecord = { ...history(old), kind, definition, flow, disabled };
  return isSchedule(record) ? scheduled(record, old, nowMs, nextDate) : record;
}

function history(old: TriggerRecord | undefined): Partial<TriggerRecord> {
  if (!old) return {};
  const { lastDateMs, executionId, owed, backfill } = old;
  return {
    ...(lastDateMs !== undefined && { lastDateMs }),
    ...(executionId !== undefined && { executionId }),
    ...(owed && { owed }),
    ...(backfill && { backfill }),
  };
}

/** Whether it has dates. */
export const isSchedule = ({ kind }: TriggerRecord): boolean => kind === 'schedule' || kind === 'scheduleOnDates';

/** Dates that passed while a schedule was switched off, or was another one, are nobody's. */
function scheduled(
  record: TriggerRecord,
  old: TriggerRecord | undefined,
  nowMs: number,
  nextDate: NextDate,
): TriggerRecord {
  if (!isOn(record)) return record;
  const same = old && isOn(old) && scheduleOf(old) === scheduleOf(record);
  return withNextDate(record, same ? old.nextDateMs : nextDate(record, nowMs));
}

const isOn = ({ disabled, flow }: TriggerRecord): boolean => !disabled && !flow.disabled;

/** What decides about dates, as a text to compare; the database orders keys as it likes. */
function scheduleOf({ definition: { properties, conditions, when } }: TriggerRecord): string {
  return JSON.stringify([properties, conditions, when], (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Switches a trigger on or off. A schedule that is switched on goes on with its next date from now. */
export function switched(record: TriggerRecord, disabled: boolean, nowMs: number, nextDate: NextDate): TriggerRecord {
  if (record.disabled === disabled) return record;
  const off = withNextDate({ ...record, disabled }, undefined);
  return disabled || !isSchedule(record) ? off : withNextDate(off, nextDate(record, nowMs));
}

function withNextDate(
  { nextDateMs: _nextDateMs, ...record }: TriggerRecord,
  nextDateMs: number | undefined,
): TriggerRecord {
  return { ...record, ...(nextDateMs !== undefined && { nextDateMs }) };
}
