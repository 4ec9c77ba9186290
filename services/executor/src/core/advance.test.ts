import { describe, expect, it } from 'vitest';
import { STARTS_PER_DECISION } from './draft.ts';
import { control, effect, failing, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const loopOf = (length: number, tasks: Parameters<typeof control>[2], more: object = {}) => {
  const values = Array.from({ length }, (_, index) => index);
  return control('forEach', 'each', tasks, { ...more, properties: { values, concurrencyLimit: 0 } });
};
const wakeUps = (it: World) => it.commands.filter(({ id }) => id.startsWith('e/continue/'));

describe('a part that is over', () => {
  it('is followed by all of its finally, where something beside it has failed, too', () => {
    const slow = control('sequential', 'slow', { tasks: [run('wait'), run('never')], finally: [say('f1', ''), say('f2', '')] }); // prettier-ignore
    const it = world([control('parallel', 'p', [run('bad'), slow])]);
    it.end('bad', 'FAILED');
    it.end('wait');
    expect(it.summary).toEqual(['p:FAILED', 'bad:FAILED', 'slow:FAILED', 'wait:SUCCESS', 'f1:SUCCESS', 'f2:SUCCESS']);
  });

  it('is followed by its errors where a failure is tolerated', () => {
    const tolerant = control('allowFailure', 'tolerant', { tasks: [failing('a')], errors: [say('handler', 'x')] });
    expect(world([tolerant]).summary).toEqual(['tolerant:WARNING', 'a:FAILED', 'handler:SUCCESS']);
  });

  it('is followed by its errors where the task fails though its children did not', () => {
    const loop = control('loopUntil', 'l', { tasks: [say('ask', 'x')], errors: [say('handler', 'x')] }, { properties: { condition: 'false', failOnMaxReached: true, checkFrequency: { maxIterations: 1 } } }); // prettier-ignore
    expect(world([loop]).summary).toEqual(['l:FAILED', 'ask:SUCCESS', 'handler:SUCCESS']);
  });

  it('says in the log why what it comes to could not be worked out', () => {
    const loop = control('loop', 'l', [say('a', 'x')], { properties: { values: ['v'], outputs: [{ id: 'o', value: '{{ outputs.none.x }}' }] } }); // prettier-ignore
    const { logs } = world([loop]).decisions[0]!;
    expect(logs.at(-1)).toMatchObject({ level: 'ERROR', taskId: 'l' });
  });
});

describe('what is too much for one decision', () => {
  it('is no longer left once it could begin after all', () => {
    const it = world([loopOf(300, [run('a')])]);
    it.end('a', 'SUCCESS', undefined, '0');
    expect(it.taskRuns).toHaveLength(301);
    expect(it.execution.note).toEqual({});
  });

  it('begins as many task runs as a decision may, and asks to be woken for the rest', () => {
    const it = world([loopOf(300, [run('a')])]);
    expect(it.taskRuns).toHaveLength(STARTS_PER_DECISION);
    expect(wakeUps(it)).toHaveLength(1);
  });

  it('asks to be woken once, whatever goes on beside it', () => {
    const it = world([control('parallel', 'p', [control('sequential', 's', [run('x'), run('y')]), loopOf(300, [run('a')])])]); // prettier-ignore
    expect(wakeUps(it)).toHaveLength(1);
    expect(it.end('x').commands.map(({ id }) => id)).toEqual([`${it.taskRun('y').id}/run/1`]);
  });

  it('goes on with the next task of a strand, too', () => {
    const it = world([loopOf(STARTS_PER_DECISION / 2, [say('a', 'x'), say('b', 'y')])]);
    expect(it.taskRuns).toHaveLength(STARTS_PER_DECISION);
    it.fireTimers();
    expect(it.taskRuns).toHaveLength(STARTS_PER_DECISION + 1);
    expect(it.state).toBe('SUCCESS');
    expect(it.execution.note).toEqual({});
  });

  it('is not gone on with after a stop', () => {
    const it = world([loopOf(300, [effect('leave', { exit: 'WARNING' })])]);
    expect(it.state).toBe('WARNING');
    expect(wakeUps(it)).toEqual([]);
  });

  it('is forgotten by a kill that something outlives', () => {
    const it = world([loopOf(300, [run('a')])]);
    it.claim('a', '0');
    it.send({ type: 'KillExecution', cascade: true });
    expect(it.state).toBe('KILLING');
    expect(it.execution.note).not.toHaveProperty('pending');
  });

  it('is forgotten once the loop has ended without it', () => {
    const it = world([loopOf(300, [run('a')], { allowFailure: true }), run('after')]);
    for (let value = 0; value < STARTS_PER_DECISION - 1; value++) it.end('a', value === 0 ? 'FAILED' : 'SUCCESS', undefined, String(value)); // prettier-ignore
    expect(it.taskRun('each').state).toBe('WARNING');
    it.fireTimers();
    expect(it.summary.filter((line) => line.startsWith('after'))).toEqual(['after:CREATED']);
    expect(it.execution.note).toEqual({});
  });
});

it('waits for nobody who is paused once the execution is stopped, and does not show him', () => {
  const it = world([control('parallel', 'p', [effect('leave', { exit: 'WARNING' }), control('pause', 'wait', [])])]);
  expect(it.history).toEqual(['CREATED', 'RUNNING']);
  it.send({ type: 'ResumeExecution', inputs: {} });
  expect(it.history).toEqual(['CREATED', 'RUNNING', 'WARNING']);
});

it('leaves out what was dropped while the execution was held', () => {
  const it = world([control('workingDirectory', 'w', [run('a')]), run('b')]);
  it.claim('w');
  it.send({ type: 'PauseExecution' });
  it.send({ type: 'ChildMoved', taskRunId: 'e-1', attempt: 1, childTaskId: 'a', state: 'SUCCESS' });
  it.send({ type: 'AttemptLost', taskRunId: 'e-1', attempt: 1 });
  it.send({ type: 'ResumeExecution', inputs: {} });
  expect(it.summary).toEqual(['w:CREATED']);
  expect(it.execution.note).toEqual({});
});
