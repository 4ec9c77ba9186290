import { subjects } from '@tutti/contracts';
import type { ExecutionSnapshot, TaskRunEvent } from '@tutti/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscribe } from '../testing/subscriber.ts';
import { AT_MS, snapshot, startWorld } from '../testing/world.ts';
import type { World } from '../testing/world.ts';

const QUERY = `subscription Watch($id: ID, $namespace: String, $flowId: String) {
  executionUpdated(id: $id, namespace: $namespace, flowId: $flowId) {
    id state version ended taskRuns { nodes { taskId state } }
  }
}`;

interface Watched {
  readonly executionUpdated: {
    readonly id: string;
    readonly state: string;
    readonly version: number;
    readonly taskRuns: { readonly nodes: readonly { readonly taskId: string; readonly state: string }[] };
  };
}

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const watch = (variables: Record<string, unknown>) =>
  subscribe<Watched>(world.url, QUERY, variables)[Symbol.asyncIterator]();
const tell = (execution: ExecutionSnapshot, kind = 'updated'): void =>
  world.others.publish(subjects.executionEvent(kind, execution.id, execution.namespace, execution.flowId), {
    execution,
  });

describe('executionUpdated of one execution', () => {
  it('brings it as it is, then after each change with its task runs, and completes at its end', async () => {
    await world.insertExecution({ id: 'one', state: 'RUNNING', version: 2 });
    await world.insertTaskRun('one', 1, 'a', 'SUCCESS');
    const updates = watch({ id: 'one' });
    expect((await updates.next()).value?.executionUpdated).toMatchObject({
      state: 'RUNNING',
      taskRuns: { nodes: [{ taskId: 'a' }] },
    });

    const event: TaskRunEvent = { executionId: 'one', version: 3, taskRuns: [taskRun('one', 2, 'b')] };
    world.others.publish(subjects.taskRunEvent('updated', 'one', 'company.team', 'hello'), event);
    expect((await updates.next()).value?.executionUpdated.taskRuns.nodes).toEqual([
      { taskId: 'a', state: 'SUCCESS' },
      { taskId: 'b', state: 'RUNNING' },
    ]);

    const ended = snapshot({ id: 'one', state: 'SUCCESS', version: 4, endedAtMs: AT_MS });
    await world.insertExecution(ended);
    tell(ended, 'ended');
    expect((await updates.next()).value?.executionUpdated).toMatchObject({ state: 'SUCCESS', version: 4 });
    expect((await updates.next()).done).toBe(true);
  });

  it('does not go back when events come late or twice', async () => {
    await world.insertExecution({ id: 'late', state: 'RUNNING', version: 5 });
    const updates = watch({ id: 'late' });
    await updates.next();
    tell(snapshot({ id: 'late', state: 'CREATED', version: 1 }), 'created');
    tell(snapshot({ id: 'late', state: 'RUNNING', version: 5 }));
    tell(snapshot({ id: 'late', state: 'PAUSED', version: 6 }));
    expect((await updates.next()).value?.executionUpdated).toMatchObject({ state: 'PAUSED', version: 6 });
    await updates.return?.();
  });

  it('says that there is none', async () => {
    await expect(watch({ id: 'nobody' }).next()).rejects.toThrow('no execution "nobody"');
  });
});

describe('executionUpdated of many', () => {
  it('brings those of the namespace and below, or of the one flow', async () => {
    const [inNamespace, ofFlow] = [watch({ namespace: 'many' }), watch({ namespace: 'many', flowId: 'f' })];
    const received = Promise.all([inNamespace.next(), ofFlow.next()]);
    await heard(async () => tell(snapshot({ id: 'first', namespace: 'many', flowId: 'f' })), received);
    expect((await received).map(({ value }) => value?.executionUpdated.id)).toEqual(['first', 'first']);
    tell(snapshot({ id: 'below', namespace: 'many.more', flowId: 'g' }));
    expect(await nextAfter('first', inNamespace)).toBe('below');
    tell(snapshot({ id: 'elsewhere', namespace: 'manyfold', flowId: 'f' }));
    tell(snapshot({ id: 'second', namespace: 'many', flowId: 'f' }));
    expect(await nextAfter('first', ofFlow)).toBe('second');
    await Promise.all([inNamespace.return?.(), ofFlow.return?.()]);
  });

  it('wants a namespace where a flow is named', async () => {
    await expect(watch({ flowId: 'f' }).next()).rejects.toThrow('"namespace" is missing');
  });
});

describe('events', () => {
  it('brings what the filter wants', async () => {
    const query =
      'subscription { events(filter: { types: ["execution.ended"], namespace: "told" }) { type subject data } }';
    const events = subscribe<{ events: { type: string; data: { execution: { id: string } } } }>(world.url, query)[Symbol.asyncIterator](); // prettier-ignore
    const next = events.next();
    const sayAll = async (): Promise<void> => {
      tell(snapshot({ id: 'running', namespace: 'told' }), 'updated');
      tell(snapshot({ id: 'elsewhere', namespace: 'other' }), 'ended');
      tell(snapshot({ id: 'ended', namespace: 'told.below' }), 'ended');
    };
    await heard(sayAll, next);
    expect((await next).value?.events).toMatchObject({ type: 'execution.ended', data: { execution: { id: 'ended' } } });
    await events.return?.();
  });
});

describe('executionUpdated while NATS restarts', () => {
  it('reads the present state when NATS was away', async () => {
    await world.insertExecution({ id: 'away', state: 'RUNNING', version: 1 });
    const updates = watch({ id: 'away' });
    await updates.next();
    await world.nats.kill();
    await world.insertExecution({ id: 'away', state: 'FAILED', version: 2, endedAtMs: AT_MS });
    await world.nats.up();
    expect((await updates.next()).value?.executionUpdated).toMatchObject({ state: 'FAILED' });
    expect((await updates.next()).done).toBe(true);
  });
});

function taskRun(executionId: string, n: number, taskId: string): TaskRunEvent['taskRuns'][number] {
  return { id: `${executionId}-${n}`, executionId, namespace: 'company.team', flowId: 'hello', taskId, state: 'RUNNING', histories: [], attempts: [] }; // prettier-ignore
}

/** The first id that is another one. */
async function nextAfter(id: string, updates: AsyncIterator<Watched>): Promise<string | undefined> {
  for (;;) {
    const { value } = await updates.next();
    if (value?.executionUpdated.id !== id) return value?.executionUpdated.id;
  }
}

/** A feed without a past says nothing of being ready, so it is told until it has heard. */
async function heard(say: () => Promise<void>, reply: Promise<unknown>): Promise<void> {
  let isHeard = false;
  void reply.finally(() => (isHeard = true));
  while (!isHeard) {
    await say();
    await world.others.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
