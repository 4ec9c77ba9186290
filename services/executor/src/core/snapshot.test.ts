import { expect, it } from 'vitest';
import { snapshotOf, taskRunSnapshotOf } from './snapshot.ts';
import { control, failing, NOW_MS, planOf, run, World } from './testing.ts';

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

it('leaves out what there is not', () => {
  const world = new World(planOf([run('a')])).start();
  expect(Object.keys(snapshotOf(world.execution))).not.toEqual(expect.arrayContaining(['endedAtMs']));
  expect(taskRunSnapshotOf(world.execution, world.taskRun('a'))).not.toHaveProperty('iteration');
});
