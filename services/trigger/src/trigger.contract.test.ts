import { subjects } from '@tutti/contracts';
import type { CreateExecution, ListTriggersReply, TriggerReply, TriggerState, WebhookReply } from '@tutti/contracts';
import { UserError } from '@tutti/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHarness } from './testing/trigger-harness.ts';

type Harness = Awaited<ReturnType<typeof startHarness>>;
const HOUR_MS = 3_600_000;

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.stop());

describe('schedules', () => {
  it('fire every second, each date once, with its variables, inputs and labels', async () => {
    await harness.start();
    await harness.registry.save(
      flow('tick', {
        inputs: '[{id: day, type: STRING}]',
        trigger: `{type: core.trigger.Schedule, cron: "* * * * * *", withSeconds: true, allowConcurrent: true,
          inputs: {day: "{{ trigger.date | date('yyyy-MM-dd') }}"}, labels: {from: schedule}}`,
      }),
    );
    const [first, second] = await harness.executor.until(2);
    const date = dateOf(first!);
    expect(first!.trigger!.variables['next']).toBe(second!.trigger!.variables['date']);
    expect(first!.inputs).toEqual({ day: date.slice(0, 10) });
    expect(first!.labels).toEqual([{ key: 'from', value: 'schedule' }]);
    expect(new Set(harness.executor.created.map(({ executionId }) => executionId)).size).toBe(
      harness.executor.created.length,
    );
  });

  it('wait for the execution before, and do not forget the dates meanwhile', async () => {
    await harness.start();
    await harness.registry.save(flow('slow', { trigger: EVERY_SECOND }));
    const [first] = await harness.executor.until(1);
    const waiting = await stateOf('slow');
    expect(waiting.executionId).toBe(first!.executionId);
    await harness.executor.end(first!.executionId);
    const [, second] = await harness.executor.until(2);
    expect(second!.trigger!.variables['date']).toBe(first!.trigger!.variables['next']);
  });

  it.each([
    ['ALL', ['01:00', '02:00', '03:00']],
    ['LAST', ['03:00']],
    ['NONE', []],
  ])('make up for missed dates: %s', async (recovery, hours) => {
    harness.setClock(Date.parse('2031-05-05T00:30:00Z'));
    const before = await harness.start();
    await harness.registry.save(flow('hourly', { trigger: hourly(recovery) }));
    await untilKnown('hourly');
    await before.stop();
    harness.setClock(Date.parse('2031-05-05T03:30:00Z'));
    await harness.start();
    const created = await harness.executor.until(hours.length);
    expect(created.map((each) => dateOf(each).slice(11, 16))).toEqual(hours);
    await until(async () => (await stateOf('hourly')).nextDateMs === Date.parse('2031-05-05T04:00:00Z'));
    expect(harness.executor.created.length).toBe(hours.length);
  });

  it('are fired once by two services, also when one dies before its start is confirmed', async () => {
    harness.setClock(Date.parse('2031-05-05T00:30:00Z'));
    const before = await harness.start();
    await harness.registry.save(flow('hourly', { trigger: hourly('ALL') }));
    await untilKnown('hourly');
    await before.stop();
    harness.setClock(Date.parse('2031-05-05T10:30:00Z'));
    await Promise.all([harness.start(), harness.start()]);
    const dates = (await harness.executor.until(10)).map(({ trigger }) => trigger!.variables['date']);
    expect(new Set(dates).size).toBe(10);
    // As if the process had died between its commit and the answer: the start is asked for again, under the same id.
    const last = harness.executor.created.at(-1)!;
    await harness.database.owner.execute(
      `UPDATE trigger.triggers SET owed = $1, due_at_ms = 1, version = version + 1 WHERE trigger_id = 't'`,
      [JSON.stringify(last)],
    );
    const asked = harness.executor.nextRequest();
    harness.bus.publish(subjects.trigger('changed'), { namespace: 'test', flowId: 'hourly' });
    await asked;
    expect(harness.executor.asked.get(last.executionId)).toBe(2);
    expect(harness.executor.created.length).toBe(10);
  });

  it('follow the flow: changed, switched off, gone', async () => {
    await harness.start();
    await harness.registry.save(flow('plan', { trigger: '{type: core.trigger.Schedule, cron: "0 0 1 1 *"}' }));
    expect(new Date((await untilKnown('plan')).nextDateMs!).toISOString()).toMatch(/-01-01T00:00:00/);
    await harness.registry.save(flow('plan', { trigger: '{type: core.trigger.Schedule, cron: "0 0 2 1 *"}' }));
    await until(async () => new Date((await stateOf('plan')).nextDateMs!).toISOString().includes('-01-02T00:00:00'));

    const { trigger } = await harness.ask<TriggerReply>('set-disabled', { ...ref('plan'), disabled: true });
    expect(trigger.nextDateMs).toBeUndefined();
    await harness.registry.save(flow('plan', { trigger: '{type: core.trigger.Schedule, cron: "0 0 3 1 *"}' }));
    await until(async () => (await list('plan'))[0]!.updatedAtMs > trigger.updatedAtMs);
    expect(await stateOf('plan')).toMatchObject({ disabled: true });

    await harness.registry.remove('test', 'plan');
    await until(async () => (await list('plan')).length === 0);
  });

  it('are found at a start although the event of their flow was lost', async () => {
    await harness.registry.save(flow('quiet', { trigger: EVERY_SECOND }), true);
    await harness.start();
    expect((await harness.executor.until(1))[0]).toMatchObject({ flowId: 'quiet' });
  });

  it('go on when the executor refuses a date', async () => {
    harness.executor.refusal = new UserError('INPUT_INVALID', 'no');
    await harness.start();
    const refused = harness.executor.nextRequest();
    await harness.registry.save(flow('refused', { trigger: EVERY_SECOND }));
    await refused;
    harness.executor.refusal = undefined;
    expect((await harness.executor.until(1))[0]).toMatchObject({ flowId: 'refused' });
  });

  it('are switched off after an execution that ended in a state of stopAfter', async () => {
    await harness.start();
    await harness.registry.save(
      flow('stops', {
        trigger: '{type: core.trigger.Schedule, cron: "* * * * * *", withSeconds: true, stopAfter: [FAILED]}',
      }),
    );
    const [first] = await harness.executor.until(1);
    await harness.executor.end(first!.executionId, 'FAILED');
    await until(async () => (await stateOf('stops')).executionId === undefined);
    expect(await stateOf('stops')).toMatchObject({ disabled: true });
  });
});

describe('backfills', () => {
  it('run over the dates of the past one after the other, then the schedule goes on', async () => {
    await harness.start();
    await harness.registry.save(
      flow('past', {
        inputs: '[{id: kind, type: STRING, defaults: live}]',
        trigger: '{type: core.trigger.Schedule, cron: "0 9 1 * *"}',
      }),
    );
    const { nextDateMs } = await untilKnown('past');
    const { trigger } = await backfill('past', {
      action: 'create',
      startMs: Date.parse('2024-01-01T00:00:00Z'),
      endMs: Date.parse('2024-03-31T00:00:00Z'),
      inputs: { kind: 'old' },
      labels: [{ key: 'backfill', value: 'true' }],
    });
    expect(trigger.backfill).toMatchObject({ paused: false, currentDateMs: Date.parse('2024-01-01T09:00:00Z') });
    for (const [index, month] of ['01', '02', '03'].entries()) {
      const created = (await harness.executor.until(index + 1)).at(-1)!;
      expect(created).toMatchObject({ inputs: { kind: 'old' }, labels: [{ key: 'backfill', value: 'true' }] });
      expect(created.trigger!.variables['date']).toBe(`2024-${month}-01T09:00:00Z`);
      await harness.executor.end(created.executionId);
    }
    await until(async () => (await stateOf('past')).backfill === undefined);
    expect(await stateOf('past')).toMatchObject({ nextDateMs });
  });

  it('are held, continued and ended', async () => {
    await harness.start();
    await harness.registry.save(flow('held', { trigger: '{type: core.trigger.Schedule, cron: "0 9 1 * *"}' }));
    const { nextDateMs } = await untilKnown('held');
    await backfill('held', { action: 'create', startMs: Date.parse('2020-01-01T00:00:00Z') });
    const [first] = await harness.executor.until(1);
    expect((await backfill('held', { action: 'pause' })).trigger).toMatchObject({
      nextDateMs,
      backfill: { paused: true },
    });
    await harness.executor.end(first!.executionId);
    await until(async () => (await stateOf('held')).executionId === undefined);
    await backfill('held', { action: 'unpause' });
    expect((await harness.executor.until(2)).at(-1)!.trigger!.variables['date']).toBe('2020-02-01T09:00:00Z');
    expect((await backfill('held', { action: 'delete' })).trigger).not.toHaveProperty('backfill');
    await expect(backfill('held', { action: 'pause' })).rejects.toMatchObject({ code: 'BACKFILL_NONE' });
  });

  it.each([
    ['BACKFILL_INVALID', { startMs: 2 * HOUR_MS, endMs: HOUR_MS }],
    ['BACKFILL_INVALID', { startMs: Date.parse('2099-01-01T00:00:00Z'), endMs: Date.parse('2099-02-01T00:00:00Z') }],
    ['BACKFILL_EMPTY', { startMs: HOUR_MS, endMs: 2 * HOUR_MS }],
  ])('say what is wrong: %s', async (code, range) => {
    await harness.start();
    await harness.registry.save(flow('past', { trigger: '{type: core.trigger.Schedule, cron: "0 9 1 * *"}' }));
    await untilKnown('past');
    await expect(backfill('past', { action: 'create', ...range })).rejects.toMatchObject({
      code,
      hint: expect.any(String),
    });
  });
});

describe('webhooks', () => {
  const call = (flowId: string, key: string, more: object = {}): Promise<WebhookReply> =>
    harness.ask('webhook', { namespace: 'test', flowId, key, method: 'POST', headers: {}, parameters: {}, ...more });

  it('start an execution with body, headers and parameters, and inputs made of them', async () => {
    await harness.start();
    await harness.registry.save(
      flow('hook', {
        inputs: '[{id: name, type: STRING}]',
        trigger: '{type: core.trigger.Webhook, key: opens, inputs: {name: "{{ trigger.body.name }}"}}',
      }),
    );
    await untilKnown('hook');
    const parameters = { a: ['1', '2'] };
    const reply = await call('hook', 'opens', { body: '{"name":"x"}', headers: { host: ['h'] }, parameters });
    expect(reply).toMatchObject({ outcome: 'started', triggerId: 't', wait: false });
    expect(harness.executor.created[0]).toMatchObject({
      inputs: { name: 'x' },
      trigger: {
        id: 't',
        type: 'core.trigger.Webhook',
        variables: { body: { name: 'x' }, headers: { host: ['h'] }, parameters },
      },
    });
  });

  it('stay closed to a wrong key, an unknown flow and a condition that is not met', async () => {
    await harness.start();
    await harness.registry.save(
      flow('picky', {
        trigger: `{type: core.trigger.Webhook, key: opens,
          conditions: [{type: core.condition.Expression, expression: "{{ trigger.body.go == true }}"}]}`,
      }),
    );
    await untilKnown('picky');
    expect(await call('picky', 'wrong')).toEqual({ outcome: 'not-found', message: 'Webhook not found' });
    expect(await call('nobody', 'opens')).toEqual({ outcome: 'not-found', message: 'Flow not found' });
    expect(await call('picky', 'opens', { body: '{"go":false}' })).toEqual({ outcome: 'condition-false' });
    expect(await call('picky', 'opens', { body: '{"go":true}' })).toMatchObject({ outcome: 'started' });
    expect(harness.executor.created.length).toBe(1);
  });

  it('keep a body that is no JSON as text, and pass the key of a repetition on', async () => {
    await harness.start();
    await harness.registry.save(flow('text', { trigger: '{type: core.trigger.Webhook, key: opens}' }));
    await untilKnown('text');
    await call('text', 'opens', { body: '{broken', idempotencyKey: 'k1' });
    expect(harness.executor.created[0]!.trigger!.variables['body']).toBe('{broken');
    expect(harness.executor.created[0]!.idempotencyKey).toBe('webhook/t/k1');
  });
});

describe('flow triggers', () => {
  it('start when an execution of another flow has ended, with its outputs', async () => {
    await harness.start();
    await harness.registry.save(
      flow('listener', {
        inputs: '[{id: word, type: STRING}]',
        trigger: `{type: core.trigger.Flow, inputs: {word: "{{ trigger.outputs.word | upper }}"},
          preconditions: {id: one, flows: [{namespace: test, flowId: source, states: [SUCCESS]}]}}`,
      }),
    );
    await untilKnown('listener');
    await harness.executor.endOther('test', 'source', 'FAILED', { word: 'failed' });
    const id = await harness.executor.endOther('test', 'source', 'SUCCESS', { word: 'done' });
    const [created] = await harness.executor.until(1);
    expect(created).toMatchObject({
      flowId: 'listener',
      inputs: { word: 'DONE' },
      trigger: {
        variables: { executionId: id, flowId: 'source', state: 'SUCCESS', flowRevision: 1, outputs: { word: 'done' } },
      },
    });
    expect(created!.labels).toContainEqual({ key: 'system.correlationId', value: id });
  });

  it('wait for several flows within a window, and begin anew', async () => {
    await harness.start();
    await harness.registry.save(
      flow('both', {
        trigger: `{type: core.trigger.Flow, states: [SUCCESS],
          dependsOn: [{namespace: test, flowId: a}, {namespace: test, flowId: b}]}`,
      }),
    );
    await untilKnown('both');
    await harness.executor.endOther('test', 'a', 'SUCCESS', { x: 1 });
    await harness.executor.endOther('test', 'a', 'SUCCESS', { x: 2 });
    await harness.executor.endOther('test', 'b', 'SUCCESS', { y: 3 });
    const [created] = await harness.executor.until(1);
    expect(created!.trigger!.variables['outputs']).toMatchObject({ a: { x: 2 }, b: { y: 3 } });
    await harness.executor.endOther('test', 'a', 'SUCCESS');
    await harness.executor.endOther('test', 'b', 'SUCCESS');
    expect((await harness.executor.until(2)).length).toBe(2);
    await until(async () => (await harness.database.owner.query('SELECT FROM trigger.starts')).length === 0);
  });

  it('never hear of their own flow', async () => {
    await harness.start();
    await harness.registry.save(flow('narcissus', { trigger: '{type: core.trigger.Flow}' }));
    await harness.registry.save(flow('echo', { trigger: '{type: core.trigger.Flow}' }));
    await untilKnown('echo');
    await harness.executor.endOther('test', 'narcissus', 'SUCCESS');
    expect((await harness.executor.until(1)).map(({ flowId }) => flowId)).toEqual(['echo']);
  });
});

const EVERY_SECOND = '{type: core.trigger.Schedule, cron: "* * * * * *", withSeconds: true}';
const hourly = (recovery: string): string =>
  `{type: core.trigger.Schedule, cron: "0 * * * *", allowConcurrent: true, recoverMissedSchedules: ${recovery}}`;

function flow(id: string, { trigger, inputs = '[]' }: { trigger: string; inputs?: string }): string {
  return `
id: ${id}
namespace: test
inputs: ${inputs}
tasks: [{id: say, type: core.log.Log, message: hello}]
triggers: [${trigger.replace('{', '{id: t, ')}]`;
}

const dateOf = ({ trigger }: CreateExecution): string => trigger!.variables['date'] as string;
const ref = (flowId: string) => ({ namespace: 'test', flowId, triggerId: 't' });

function backfill(flowId: string, body: object): Promise<TriggerReply> {
  return harness.ask('backfill', { ...ref(flowId), ...body });
}

async function list(flowId: string): Promise<readonly TriggerState[]> {
  return (await harness.ask<ListTriggersReply>('list', { namespace: 'test', flowId })).triggers;
}

async function stateOf(flowId: string): Promise<TriggerState> {
  const [state] = await list(flowId);
  if (!state) throw new Error(`no trigger of ${flowId}`);
  return state;
}

/** The trigger's state, once the service has heard of the flow. */
async function untilKnown(flowId: string): Promise<TriggerState> {
  await until(async () => (await list(flowId)).length > 0);
  return stateOf(flowId);
}

/** Asks until it is so; each question waits for an answer of the service, so this does not spin. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()));
}
