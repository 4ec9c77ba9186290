import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { Input } from './messages.ts';
import type { Execution } from './state.ts';
import { control, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const allOf = ({ plan: _plan, ...rest }: Execution) => structuredClone(rest);
const SLA = [{ id: 's', behavior: 'FAIL', labels: {}, type: 'MAX_DURATION', durationMs: 500 }] as const;

describe('deciding', () => {
  const loop = control('loopUntil', 'l', [run('a')], { properties: { condition: 'false' } });
  const paused = world([loop]);
  paused.end('a', 'SUCCESS', { n: 1 });
  const refused = new World(planOf([run('a')]));
  refused.send({ type: 'RefuseSlot', behavior: 'FAIL' });
  const ended = world([say('a', 'x')], { outputs: [{ id: 'o', type: 'STRING', value: 'x', required: true }] });

  it.each<[string, World, Input]>([
    ['first outputs', world([run('a')]), { type: 'AttemptEnded', taskRunId: 'e-1', attempt: 1, state: 'SUCCESS', outputs: { n: 1 } }], // prettier-ignore
    ['dropped task runs', paused, { type: 'TimerFired', timerId: 'e-1/wait/1' }],
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
