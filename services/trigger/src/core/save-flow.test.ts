import type { Flow, TriggerDefinition } from '@tutti/flow-model';
import { describe, expect, it } from 'vitest';
import { switched, triggersOf } from './save-flow.ts';
import type { TriggerRecord } from './trigger-record.ts';

const NOW_MS = 1_000;

const flowOf = (triggers: readonly TriggerDefinition[], more: Partial<Flow> = {}): Flow => ({
  id: 'f',
  namespace: 'n',
  revision: 1,
  disabled: false,
  labels: {},
  inputs: [],
  outputs: [],
  variables: {},
  tasks: [],
  errors: [],
  finally: [],
  afterExecution: [],
  triggers,
  sla: [],
  checks: [],
  ...more,
});
const schedule = (cron: string, more: Partial<TriggerDefinition> = {}): TriggerDefinition => ({
  id: 't',
  type: 'core.trigger.Schedule',
  properties: { cron },
  ...more,
});
/** A next date that tells when it was asked for. */
const nextDate = (_: unknown, afterMs: number): number => afterMs + 7;
const save = (flow: Flow, before: readonly TriggerRecord[] = [], nowMs = NOW_MS): TriggerRecord[] => [
  ...triggersOf(flow, before, nowMs, nextDate),
];

describe('triggersOf', () => {
  it('gives a new schedule its next date from now, and a webhook none', () => {
    const webhook = { id: 'w', type: 'core.trigger.Webhook', properties: { key: 'k' } };
    const [tick, hook] = save(flowOf([schedule('* * * * *'), webhook]));
    expect(tick).toMatchObject({ kind: 'schedule', nextDateMs: NOW_MS + 7 });
    expect(hook).not.toHaveProperty('nextDateMs');
  });

  it('leaves triggers of other kinds to others', () => {
    expect(save(flowOf([{ id: 'p', type: 'core.http.Trigger', properties: {} }]))).toEqual([]);
  });

  it('keeps dates, lock and backfill when something else of the flow has changed', () => {
    const [first] = save(flowOf([schedule('0 * * * *', { inputs: { a: 1 } })]));
    const been = { ...first!, lastDateMs: 5, executionId: 'e', backfill: { createdAtMs: 1 } as never };
    const [second] = save(flowOf([schedule('0 * * * *', { inputs: { a: 2 } })], { revision: 2 }), [been], 9_000);
    expect(second).toMatchObject({
      nextDateMs: NOW_MS + 7,
      lastDateMs: 5,
      executionId: 'e',
      backfill: { createdAtMs: 1 },
    });
    expect(second!.flow.revision).toBe(2);
    expect(second!.definition.inputs).toEqual({ a: 2 });
  });

  it.each([
    ['its expression', schedule('5 * * * *')],
    ['a condition', schedule('0 * * * *', { when: '{{ true }}' })],
  ])('counts from now when %s has changed', (_, changed) => {
    const before = save(flowOf([schedule('0 * * * *')]));
    expect(save(flowOf([changed]), before, 9_000)[0]!.nextDateMs).toBe(9_007);
  });

  it('does not mind in which order the database gives the properties back', () => {
    const before = save(flowOf([{ ...schedule(''), properties: { cron: 'x', timezone: 'UTC' } }]));
    const [after] = save(flowOf([{ ...schedule(''), properties: { timezone: 'UTC', cron: 'x' } }]), before, 9_000);
    expect(after!.nextDateMs).toBe(NOW_MS + 7);
  });

  it('keeps the switch that somebody set until the flow itself says otherwise', () => {
    const [on] = save(flowOf([schedule('0 * * * *')]));
    const off = switched(on!, true, NOW_MS, nextDate);
    expect(off).toMatchObject({ disabled: true });
    expect(off).not.toHaveProperty('nextDateMs');
    expect(save(flowOf([schedule('5 * * * *')]), [off])[0]).toMatchObject({ disabled: true });
    const [written] = save(flowOf([schedule('0 * * * *', { disabled: true })]), [off]);
    expect(written).toMatchObject({ disabled: true });
    expect(save(flowOf([schedule('0 * * * *')]), [written!], 9_000)[0]).toMatchObject({
      disabled: false,
      nextDateMs: 9_007,
    });
  });

  it('forgets dates of a flow that is disabled, and counts from now when it is enabled again', () => {
    const before = save(flowOf([schedule('0 * * * *')]));
    const [off] = save(flowOf([schedule('0 * * * *')], { disabled: true }), before);
    expect(off).not.toHaveProperty('nextDateMs');
    expect(save(flowOf([schedule('0 * * * *')]), [off!], 9_000)[0]!.nextDateMs).toBe(9_007);
  });
});

it('is switched on with its next date from now', () => {
  const [record] = save(flowOf([schedule('0 * * * *', { disabled: true })]));
  expect(switched(record!, false, 5_000, nextDate)).toMatchObject({ disabled: false, nextDateMs: 5_007 });
  expect(switched(record!, true, 5_000, nextDate)).toBe(record);
});
