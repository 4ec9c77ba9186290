import { expect, it } from 'vitest';
import { apply } from './apply.ts';
import { nodeOf, rebuild } from './derived.ts';
import { control, effect, NOW_MS, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();

it('drops task runs as if they had never been', () => {
  const it = world([control('workingDirectory', 'w', [run('a')])], { labels: { l: 'm' } });
  it.claim('w');
  it.send({ type: 'ChildMoved', taskRunId: 'e-1', attempt: 1, childTaskId: 'a', state: 'SUCCESS', outputs: { n: 1 } });
  it.send({ type: 'AttemptLost', taskRunId: 'e-1', attempt: 1 });
  expect(it.execution.derived.children).toEqual(new Map([['', ['e-1']]]));
  expect(it.execution.derived.outputs).toEqual({});
  expect(it.execution.labels).toContainEqual({ key: 'l', value: 'm' });
  expect(it.reloaded()).toEqual(it.execution);
});

it('drops outputs with the places that were there for them alone', () => {
  const rounds = control('loopUntil', 'l', [run('a')], { properties: { condition: 'false' } });
  const it = world([control('forEach', 'each', [rounds], { properties: { values: ['x', 'y'], concurrencyLimit: 0 } })]);
  const [x, y] = it.taskRuns.filter(({ taskId }) => taskId === 'a');
  for (const { id: taskRunId } of [x!, y!]) it.send({ type: 'AttemptEnded', taskRunId, attempt: 1, state: 'SUCCESS', outputs: { n: 1 } }); // prettier-ignore
  it.send({ type: 'TimerFired', timerId: `${x!.parentId}/wait/1` });
  expect(it.execution.derived.outputs).toEqual({
    a: { y: { n: 1 } },
    l: { x: { iterationCount: 2 }, y: { iterationCount: 1 } },
  });
  it.send({ type: 'TimerFired', timerId: `${y!.parentId}/wait/1` });
  expect(Object.keys(it.execution.derived.outputs)).toEqual(['l']);
});

it('drops the outputs of one iteration of the inner loop, and leaves the others', () => {
  const rounds = control('loopUntil', 'l', [run('a'), say('without', '', { runIf: 'false' })], { properties: { condition: 'false' } }); // prettier-ignore
  const inner = control('forEach', 'inner', [rounds], { properties: { values: ['x', 'y'], concurrencyLimit: 0 } });
  const it = world([control('forEach', 'outer', [inner], { properties: { values: ['o'] } })]);
  const [x, y] = it.taskRuns.filter(({ taskId }) => taskId === 'a');
  for (const { id: taskRunId } of [x!, y!]) it.send({ type: 'AttemptEnded', taskRunId, attempt: 1, state: 'SUCCESS', outputs: { n: 1 } }); // prettier-ignore
  it.send({ type: 'TimerFired', timerId: `${x!.parentId}/wait/1` });
  expect(it.execution.derived.outputs['a']).toEqual({ o: { y: { n: 1 } } });
});

it('drops what is below a handler without forgetting which part is at hand', () => {
  const rounds = control('loopUntil', 'l', [control('sequential', 's', [say('x', '')])], { properties: { condition: 'false' } }); // prettier-ignore
  const it = world([run('a')], { errors: [rounds] });
  it.end('a', 'FAILED');
  apply(it.execution, { type: 'TaskRunsDropped', taskRunIds: [it.taskRun('s').id, it.taskRun('x').id] });
  expect(it.summary).toEqual(['a:FAILED', 'l:PAUSED']);
  expect(it.execution.tally.phase).toBe('errors');
});

it('keeps everything else when variables are set after the end', () => {
  const outputs = [{ id: 'o', type: 'STRING', value: 'x', required: true }] as const;
  const it = world([say('a', 'x')], { outputs, labels: { l: 'm' }, afterExecution: [effect('v', { setVariables: { n: 1 } })] }); // prettier-ignore
  expect(it.execution).toMatchObject({ outputs: { o: 'x' }, variables: { n: 1 } });
  expect(it.execution.labels).toContainEqual({ key: 'l', value: 'm' });
});

it.each([
  [{ type: 'ExecutionMoved', to: 'RETRYING', atMs: NOW_MS }, 'Not a move: CREATED to RETRYING.'],
  [{ type: 'TaskRunMoved', taskRunId: 'e-1', to: 'PAUSED', attempt: 1, atMs: NOW_MS }, 'Not a move: CREATED to PAUSED.'], // prettier-ignore
  [{ type: 'TaskRunMoved', taskRunId: 'e-9', to: 'RUNNING', attempt: 1, atMs: NOW_MS }, 'Execution e has no task run e-9.'], // prettier-ignore
] as const)('refuses %j', (event, message) => {
  const { execution } = new World(planOf([run('a')]));
  apply(execution, { type: 'TaskRunCreated', taskRunId: 'e-1', taskId: 'a', atMs: NOW_MS });
  expect(() => apply(execution, event)).toThrow(message);
  expect(() => nodeOf(execution.plan, 'none')).toThrow('The plan of n.f has no task "none".');
});

it('is worked out anew from the rows, whatever was derived before', () => {
  const it = world([control('loopUntil', 'l', [run('a')], { properties: { condition: 'false' } })]);
  it.end('a', 'SUCCESS', { rows: { 'tutti:stored': 'kestra:///rows.json' } });
  it.send({ type: 'TimerFired', timerId: 'e-1/wait/1' });
  expect([...it.execution.derived.stored]).toEqual(['a']);
  rebuild(it.execution);
  expect([...it.execution.derived.stored]).toEqual([]);
});
