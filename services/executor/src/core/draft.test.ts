import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { Draft } from './draft.ts';
import type { Input } from './messages.ts';
import type { Execution } from './state.ts';
import { control, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
/** With the order in which task runs stand. */
const allOf = ({ plan: _plan, ...rest }: Execution) => structuredClone({ ...rest, order: [...rest.taskRuns.keys()] });
const STORED = { rows: { 'tutti:stored': 'kestra:///rows.json' } };
const SLA = [{ id: 's', behavior: 'FAIL', labels: {}, type: 'MAX_DURATION', durationMs: 500 }] as const;

describe('deciding', () => {
  const loop = control('loopUntil', 'l', [run('a')], { properties: { condition: 'false' } });
  const paused = world([control('parallel', 'p', [loop, control('sequential', 's', [run('b')])])]);
  paused.end('a', 'SUCCESS', { n: 1 });
  const stored = world([control('forEach', 'each', [run('a')], { properties: { values: ['x', 'y'], concurrencyLimit: 0 } })]); // prettier-ignore
  stored.end('a', 'SUCCESS', STORED, 'x');
  const refused = new World(planOf([run('a')]));
  refused.send({ type: 'RefuseSlot', behavior: 'FAIL' });
  const ended = world([say('a', 'x')], { outputs: [{ id: 'o', type: 'STRING', value: 'x', required: true }] });

  it.each<[string, World, Input]>([
    ['first outputs', world([run('a')]), { type: 'AttemptEnded', taskRunId: 'e-1', attempt: 1, state: 'SUCCESS', outputs: { n: 1 } }], // prettier-ignore
    ['dropped task runs', paused, { type: 'TimerFired', timerId: 'e-2/wait/1' }],
    ['another value in storage', stored, { type: 'AttemptEnded', taskRunId: 'e-3', attempt: 1, state: 'SUCCESS', outputs: STORED }], // prettier-ignore
    ['an error that is given', new World(planOf([run('a')])), { type: 'RefuseSlot', behavior: 'FAIL' }],
    ['an error that is taken', refused, { type: 'SetState', state: 'SUCCESS' }],
    ['outputs of the flow', new World(ended.execution.plan), { type: 'StartExecution' }],
    ['an end that has outputs', ended, { type: 'SetState', state: 'FAILED' }],
  ])('leaves no trace: %s', (_what, { execution, context }, input) => {
    const before = allOf(execution);
    expect(decide(execution, input, context).events).not.toEqual([]);
    expect(allOf(execution)).toStrictEqual(before);
  });
});

describe('of several stops', () => {
  it('a kill is overruled by nothing', () => {
    const it = world([run('a')], { sla: SLA });
    it.claim('a');
    it.send({ type: 'KillExecution', cascade: true });
    it.send({ type: 'TimerFired', timerId: 'e/sla/s' });
    it.end('a', 'KILLED');
    expect(it.state).toBe('KILLED');
  });

  it('a kill overrules the others', () => {
    const it = world([run('a')], { sla: SLA });
    it.claim('a');
    it.send({ type: 'TimerFired', timerId: 'e/sla/s' });
    it.send({ type: 'KillExecution', cascade: true });
    it.end('a', 'KILLED');
    expect(it.state).toBe('KILLED');
  });

  it('the first of two at the same moment counts', () => {
    const assertion = { labels: {}, type: 'EXECUTION_ASSERTION', assert: 'false' } as const;
    const sla = [
      { ...assertion, id: 's', behavior: 'FAIL' },
      { ...assertion, id: 't', behavior: 'CANCEL' },
    ] as const;
    expect(world([run('a')], { sla }).state).toBe('FAILED');
    expect(world([run('a')], { sla: sla.toReversed() }).state).toBe('CANCELLED');
  });
});

describe('an agenda', () => {
  const draftOf = () => {
    const it = world([control('sequential', 'g', [run('a')])]);
    it.claim('a');
    return { draft: new Draft(it.execution, it.context), g: it.taskRun('g'), a: it.taskRun('a') };
  };

  it('has one that has ended since it was to be looked at only once', () => {
    const { draft, g, a } = draftOf();
    draft.follow(g.id);
    draft.move(a, 'SUCCESS');
    draft.move(g, 'SUCCESS');
    draft.follow(g.id);
    expect([draft.take(), draft.take()]).toEqual([g.id, undefined]);
  });

  it('counts an end that was left to a later decision once, however often it was left', () => {
    const { draft, g, a } = draftOf();
    draft.move(a, 'SUCCESS');
    for (let times = 0; times < 2; times++) draft.defer(a.id);
    expect(draft.isDrained(g.id)).toBe(false);
    draft.undefer(a.id);
    expect(draft.isDrained(g.id)).toBe(true);
  });
});
