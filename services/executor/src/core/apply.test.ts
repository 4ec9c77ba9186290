import { expect, it } from 'vitest';
import { control, planOf, run, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();

it('drops task runs as if they had never been', () => {
  const it = world([control('workingDirectory', 'w', [run('a')])]);
  it.claim('w');
  it.send({ type: 'ChildMoved', taskRunId: 'e-1', attempt: 1, childTaskId: 'a', state: 'SUCCESS', outputs: { n: 1 } });
  it.send({ type: 'AttemptLost', taskRunId: 'e-1', attempt: 1 });
  expect(it.execution.derived.children).toEqual(new Map([['', ['e-1']]]));
  expect(it.execution.derived.outputs).toEqual({});
  expect(it.reloaded()).toEqual(it.execution);
});

it('drops outputs with the places that were there for them alone', () => {
  const rounds = control('loopUntil', 'l', [run('a')], { properties: { condition: 'false' } });
  const it = world([control('forEach', 'each', [rounds], { properties: { values: ['x', 'y'], concurrencyLimit: 0 } })]);
  const [x, y] = it.taskRuns.filter(({ taskId }) => taskId === 'a');
  for (const { id: taskRunId } of [x!, y!]) it.send({ type: 'AttemptEnded', taskRunId, attempt: 1, state: 'SUCCESS', outputs: { n: 1 } }); // prettier-ignore
  it.send({ type: 'TimerFired', timerId: `${x!.parentId}/wait/1` });
  expect(it.execution.derived.outputs).toEqual({ a: { y: { n: 1 } }, l: { x: { iterationCount: 2 } } });
  it.send({ type: 'TimerFired', timerId: `${y!.parentId}/wait/1` });
  expect(Object.keys(it.execution.derived.outputs)).toEqual(['l']);
});
