import { expect, it } from 'vitest';
import { MASK, shortSnapshot, shortTaskRunSnapshot, snapshotOf, taskRunSnapshotOf } from './snapshot.ts';
import { control, failing, NOW_MS, planOf, run, say, World } from './testing.ts';

it('shows an execution and its task runs as others see them', () => {
  const loop = control('forEach', 'each', [failing('a')], { properties: { values: ['x'] } });
  const world = new World(planOf([loop]), { scheduleAtMs: 5, originalId: 'o', attemptNumber: 2 }).start();
  expect(snapshotOf(world.execution)).toEqual({
    id: 'e',
    namespace: 'n',
    flowId: 'f',
    flowRevision: 1,
    state: 'FAILED',
    histories: ['CREATED', 'RUNNING', 'FAILED'].map((state) => ({ state, atMs: NOW_MS })),
    version: world.events.length,
    labels: [{ key: 'system.correlationId', value: 'e' }],
    inputs: {},
    variables: {},
    originalId: 'o',
    attemptNumber: 2,
    scheduleAtMs: 5,
    createdAtMs: NOW_MS,
    endedAtMs: NOW_MS,
  });
  expect(taskRunSnapshotOf(world.execution, world.taskRun('a'))).toEqual({
    id: 'e-2',
    executionId: 'e',
    namespace: 'n',
    flowId: 'f',
    taskId: 'a',
    parentTaskRunId: 'e-1',
    value: 'x',
    iteration: 0,
    state: 'FAILED',
    histories: ['CREATED', 'RUNNING', 'FAILED'].map((state) => ({ state, atMs: NOW_MS })),
    attempts: [{ attempt: 1, cause: 'FIRST', state: 'FAILED', startedAtMs: NOW_MS, endedAtMs: NOW_MS }],
    error: 'Task failure',
  });
});

it('shows who started it, what it was given and what it came to', () => {
  const inputs = [{ id: 'open', type: 'STRING', required: false, properties: {} }, { id: 'key', type: 'SECRET', required: false, properties: {} }, { id: 'none', type: 'SECRET', required: false, properties: {} }] as const; // prettier-ignore
  const outputs = [{ id: 'o', type: 'STRING', value: 'x', required: true }] as const;
  const parent = { executionId: 'p', taskRunId: 'p-1', attempt: 2, index: 3, wait: true };
  const trigger = { id: 't', type: 's', variables: { date: 'd' } };
  const world = new World(planOf([say('a', 'x')], { inputs, outputs }), { parent, trigger, inputs: { open: 'o', key: 'sesame' } }).start(); // prettier-ignore
  expect(snapshotOf(world.execution)).toMatchObject({
    inputs: { open: 'o', key: MASK },
    outputs: { o: 'x' },
    trigger,
    parent: { executionId: 'p', taskRunId: 'p-1' },
  });
  expect(Object.keys(snapshotOf(world.execution).inputs!)).toEqual(['open', 'key']);
  expect(taskRunSnapshotOf(world.execution, world.taskRun('a')).outputs).toEqual({ value: 'x' });
});

it('says when and why an execution ended when no task does', () => {
  const world = new World(planOf([run('a')]));
  world.nowMs += 10;
  world.send({ type: 'RefuseSlot', behavior: 'FAIL' });
  expect(snapshotOf(world.execution).endedAtMs).toBe(NOW_MS + 10);
  expect(snapshotOf(world.execution)).toMatchObject({ state: 'FAILED', error: world.execution.error });
});

it('leaves out what there is not', () => {
  const world = new World(planOf([run('a')])).start();
  for (const name of ['endedAtMs', 'outputs', 'trigger', 'parent', 'scheduleAtMs', 'error'])
    expect(Object.keys(snapshotOf(world.execution))).not.toContain(name);
  expect(taskRunSnapshotOf(world.execution, world.taskRun('a'))).not.toHaveProperty('iteration');
});

it('can do without the values of users, and says so', () => {
  const snapshot = snapshotOf(new World(planOf([say('a', 'x')])).start().execution);
  expect(shortSnapshot(snapshot)).toMatchObject({ id: 'e', state: 'SUCCESS', valuesOmitted: true });
  for (const name of ['inputs', 'outputs', 'variables', 'trigger'])
    expect(Object.keys(shortSnapshot(snapshot))).not.toContain(name);
});

it('can do without what is long past', () => {
  const world = new World(planOf([failing('a')])).start();
  const histories = Array.from({ length: 300 }, (_, atMs) => ({ state: 'RUNNING' as const, atMs }));
  const error = 'e'.repeat(5_000);
  const short = shortSnapshot({ ...snapshotOf(world.execution), histories, error });
  expect([short.histories.length, short.histories.at(-1), short.error?.length]).toEqual([100, histories.at(-1), 2_000]);
  const attempts = histories.map((_, attempt) => ({ attempt, cause: 'RETRY' as const, state: 'FAILED' as const }));
  const taskRun = taskRunSnapshotOf(world.execution, world.taskRun('a'));
  const shortTaskRun = shortTaskRunSnapshot({ ...taskRun, histories, attempts, error, value: 'v', outputs: {} });
  expect(shortTaskRun).toEqual({ ...taskRun, histories: histories.slice(-100), attempts: attempts.slice(-100), error: error.slice(0, 2_000), valuesOmitted: true }); // prettier-ignore
});
