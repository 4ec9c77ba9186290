import { describe, expect, it } from 'vitest';
import { owed } from './owed.ts';
import { control, ifElse, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const LATER = "{{ later('x') }}";
const call = { id: 'c', type: 'subflow', properties: { namespace: 'n', flowId: 'g' } };

describe('what waits for an answer asks again', () => {
  it.each([
    ['whether a task is to run', run('a', { runIf: LATER })],
    ['whether a pure task is to run', say('a', 'x', { runIf: LATER })],
    ['whether a control task is to run', control('sequential', 'a', [run('b')], { runIf: LATER })],
    ['the condition of an If', ifElse('a', LATER, [run('b')])],
    ['the properties of a subflow', { ...call, properties: { namespace: 'n', flowId: LATER } }],
    ['the lines of a file', control('loop', 'a', [run('b')], { properties: { values: 'kestra:///a.txt' } })],
    ['the condition of a LoopUntil', control('loopUntil', 'a', [say('b', 'x')], { properties: { condition: LATER } })],
  ])('%s', (_what, task) => {
    const it = world([task]);
    expect(it.commands.at(-1)).toMatchObject({ type: 'Evaluate', taskRunId: 'e-1' });
    expect(owed(it.reloaded())).toEqual(it.commands);
  });

  it('the outputs of the flow', () => {
    const it = world([say('a', 'x')], { outputs: [{ id: 'o', type: 'STRING', value: LATER, required: true }] });
    expect(owed(it.reloaded())).toEqual(it.commands);
    expect(it.commands).toMatchObject([{ type: 'Evaluate', id: 'e/evaluate/outputs', templates: { o: LATER } }]);
  });
});

describe('a subflow', () => {
  it('that was killed before its child was known is started again, so that the child can be killed', () => {
    const it = world([call]);
    const [start] = it.commands;
    it.send({ type: 'KillExecution', cascade: true });
    expect(owed(it.reloaded())).toEqual([start]);
  });

  it('that waits for its retry is owed nothing', () => {
    const retry = { type: 'constant', intervalMs: 1, maxAttempts: 2, behavior: 'RETRY_FAILED_TASK', warningOnRetry: false } as const; // prettier-ignore
    const it = world([{ ...call, retry }]);
    it.send({ type: 'SubflowMoved', taskRunId: 'e-1', attempt: 1, index: 0, executionId: 'x', state: 'FAILED', error: 'not now' }); // prettier-ignore
    expect(it.taskRun('c').state).toBe('RETRYING');
    expect(owed(it.reloaded())).toEqual([]);
  });
});
