import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connectBus, type Bus } from '@tutti/bus';
import type { ExecutionEvent, Json, TaskRunEvent } from '@tutti/contracts';
import { silentLogger } from '@tutti/service-kit';
import type { Execution } from '../core/index.ts';
import { control, planOf, run, World } from '../core/testing.ts';
import { EventPublisher } from './event-publisher.ts';

let bus: Bus;
beforeAll(async () => {
  bus = await connectBus({ url: inject('natsUrl'), name: 'publisher', log: silentLogger });
  await bus.ensureStreams();
});
afterAll(() => bus.drain());

const LARGE = 'x'.repeat(300_000);
const publish = (publisher: EventPublisher, execution: Execution, position: number): void =>
  publisher.publish(
    [
      {
        execution,
        partition: 0,
        created: true,
        fromVersion: 0,
        wasSettled: false,
        idempotencyKey: undefined,
        events: [],
        changedTaskRuns: new Set(execution.taskRuns.keys()),
        endedTimers: new Set(),
        commands: [],
        logs: [],
      },
    ],
    position,
  );

/** Everything that is said of an execution, once the publisher knows it is on the bus. */
async function eventsOf(execution: Execution) {
  const executions: ExecutionEvent[] = [];
  const taskRuns: TaskRunEvent[] = [];
  const subscriptions = [
    bus.listen<ExecutionEvent>(`evt.execution.*.${execution.id}.>`, (event) => executions.push(event)),
    bus.listen<TaskRunEvent>(`evt.taskrun.*.${execution.id}.>`, (event) => taskRuns.push(event)),
  ];
  await bus.flush();
  const publisher = new EventPublisher(bus, silentLogger, () => undefined);
  publish(publisher, execution, 7);
  while (publisher.position !== 7) await new Promise((resolve) => setTimeout(resolve, 5)); // it tells nobody
  await bus.flush();
  await Promise.all(subscriptions.map((subscription) => subscription.stop()));
  return {
    executions: executions.map((event) => event.execution),
    taskRuns: taskRuns.flatMap((event) => event.taskRuns),
  };
}

it('leaves values out of what does not fit into a message, and says so', async () => {
  const inputs = { text: LARGE };
  const world = new World(planOf([control('parallel', 'p', [run('a'), run('b'), run('c')])]), {
    id: 'large1',
    inputs,
  }).start();
  for (const [taskId, text] of Object.entries({ a: LARGE, b: 'y'.repeat(150_000), c: 'z'.repeat(150_000) }))
    world.end(taskId, 'SUCCESS', { text });
  const { executions, taskRuns } = await eventsOf(world.execution);
  expect(executions).toMatchObject([{ id: 'large1', state: 'SUCCESS', valuesOmitted: true }]);
  const seen = Object.fromEntries(taskRuns.map(({ taskId, outputs, valuesOmitted }) => [taskId, [outputs?.['text'], valuesOmitted]])); // prettier-ignore
  expect(seen).toMatchObject({ a: [undefined, true], b: ['y'.repeat(150_000), undefined], c: ['z'.repeat(150_000), undefined] }); // prettier-ignore
});

it('publishes an execution with a long past, and an item that is too large itself', async () => {
  const loop = control('forEach', 'each', [run('a')], { properties: { values: [LARGE] as Json } });
  const { execution } = new World(planOf([loop]), { id: 'large2' }).start();
  execution.histories = Array.from({ length: 10_000 }, (_, atMs) => ({ state: 'RUNNING', atMs }));
  const { executions, taskRuns } = await eventsOf(execution);
  expect(executions).toMatchObject([{ valuesOmitted: true, histories: { length: 100 } }]);
  expect(taskRuns.map(({ taskId, value }) => [taskId, value])).toEqual([['each', undefined], ['a', undefined]]); // prettier-ignore
});

it('goes on past what fits into no message at all', async () => {
  const labels = [{ key: 'large', value: LARGE }];
  const { execution } = new World(planOf([run('a')]), { id: 'large3', labels }).start();
  const { executions, taskRuns } = await eventsOf(execution);
  expect(executions).toEqual([]);
  expect(taskRuns).toHaveLength(1);
});
