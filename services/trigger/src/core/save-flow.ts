import type { Flow, TriggerDefinition } from '@tutti/flow-model';
import type { Dates } from './dates.ts';
import type { TriggerFlow, TriggerKind, TriggerRecord } from './trigger-record.ts';

/** The trigger types this service fires, by their canonical names; others (polling) it leaves alone. */
const KINDS: Readonly<Record<string, TriggerKind>> = {
  'core.trigger.Schedule': 'schedule',
  'core.trigger.ScheduleOnDates': 'scheduleOnDates',
  'core.trigger.Webhook': 'webhook',
  'core.trigger.Flow': 'flow',
};

/** Reads the dates of a schedule; `undefined` for one that cannot be read, which is then never due. */
export type DatesOf = (definition: TriggerDefinition, flow: TriggerFlow) => Dates | undefined;

/**
 * The triggers that a flow has once it is saved. What a trigger has been through stays with it: its dates while its
 * schedule is the same, the execution it waits for, its backfill, and the switch until the flow says otherwise.
 */
export function triggersOf(
  flow: Flow,
  before: readonly TriggerRecord[],
  nowMs: number,
  datesOf: DatesOf,
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
    return kind ? [triggerOf(kind, definition, owner, old, nowMs, datesOf)] : [];
  });
}

function triggerOf(
  kind: TriggerKind,
  definition: TriggerDefinition,
  flow: TriggerFlow,
  old: TriggerRecord | undefined,
  nowMs: number,
  datesOf: DatesOf,
): TriggerRecord {
  const written = definition.disabled ?? false;
  const disabled = old && (old.definition.disabled ?? false) === written ? old.disabled : written;
  const record: TriggerRecord = { ...history(old), kind, definition, flow, disabled };
  return kind === 'schedule' || kind === 'scheduleOnDates' ? scheduled(record, old, nowMs, datesOf) : record;
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

/** Dates that passed while a schedule was switched off, or was another one, are nobody's. */
function scheduled(
  record: TriggerRecord,
  old: TriggerRecord | undefined,
  nowMs: number,
  datesOf: DatesOf,
): TriggerRecord {
  if (!isOn(record)) return record;
  const same = old && isOn(old) && scheduleOf(old) === scheduleOf(record);
  return withNextDate(record, same ? old.nextDateMs : datesOf(record.definition, record.flow)?.next(nowMs));
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
export function switched(
  record: TriggerRecord,
  disabled: boolean,
  nowMs: number,
  dates: Dates | undefined,
): TriggerRecord {
  if (record.disabled === disabled) return record;
  return withNextDate({ ...record, disabled }, disabled ? undefined : dates?.next(nowMs));
}

function withNextDate(
  { nextDateMs: _nextDateMs, ...record }: TriggerRecord,
  nextDateMs: number | undefined,
): TriggerRecord {
  return { ...record, ...(nextDateMs !== undefined && { nextDateMs }) };
}
