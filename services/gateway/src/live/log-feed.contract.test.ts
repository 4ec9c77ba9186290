import { subjects } from '@tutti/contracts';
import type { LogLine } from '@tutti/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscribe } from '../testing/subscriber.ts';
import { AT_MS, snapshot, startWorld } from '../testing/world.ts';
import type { World } from '../testing/world.ts';

const QUERY = `subscription Follow($id: ID!, $after: String, $minLevel: LogLevel) {
  executionLogs(executionId: $id, after: $after, minLevel: $minLevel) { lines { message level } cursor ended }
}`;

interface Followed {
  readonly executionLogs: {
    readonly lines: readonly { readonly message: string; readonly level: string }[];
    readonly cursor: string;
    readonly ended: boolean;
  };
}

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Stores lines and publishes them, as the executor does. */
async function log(executionId: string, source: 0 | 1, messages: readonly string[], published = true): Promise<void> {
  const ids = await world.insertLogs(
    executionId,
    messages.map((message) => ({ source, message })),
  );
  const lines = messages.map((message, index): LogLine => ({ id: ids[index] ?? 0, source, executionId, atMs: AT_MS, level: 'INFO', message })); // prettier-ignore
  if (published) world.others.publish(subjects.log(executionId), { executionId, lines });
}

async function end(executionId: string): Promise<void> {
  const execution = snapshot({ id: executionId, state: 'SUCCESS', version: 9, endedAtMs: AT_MS });
  await world.insertExecution(execution);
  world.others.publish(subjects.executionEvent('ended', executionId, 'company.team', 'hello'), { execution });
}

async function followToEnd(id: string, variables: Record<string, unknown> = {}): Promise<string[]> {
  const messages: string[] = [];
  for await (const { executionLogs } of subscribe<Followed>(world.url, QUERY, { id, ...variables }))
    messages.push(...executionLogs.lines.map(({ message }) => message));
  return messages;
}

describe('executionLogs', () => {
  it('brings each of 100,000 lines once although the connection is cut ten times', { timeout: 120_000 }, async () => {
    const [id, total, batch, cuts] = ['cuts', 100_000, 500, 10];
    await world.insertExecution({ id, state: 'RUNNING' });
    const write = async (): Promise<void> => {
      for (let first = 0; first < total; first += batch) {
        const messages = Array.from({ length: batch }, (_, index) => `line ${first + index}`);
        await log(id, first % (4 * batch) === 0 ? 0 : 1, messages);
      }
      await end(id);
    };
    const writing = write();

    const received: string[] = [];
    let after: string | undefined;
    let wasCut = 0;
    for (let ended = false; !ended;) {
      const subscriber = subscribe<Followed>(world.url, QUERY, { id, after });
      try {
        for await (const { executionLogs } of subscriber) {
          received.push(...executionLogs.lines.map(({ message }) => message));
          after = executionLogs.cursor;
          ended = executionLogs.ended;
          if (wasCut < cuts && received.length >= ((wasCut + 1) * total) / (cuts + 1)) {
            wasCut++;
            subscriber.cut();
          }
        }
      } catch {
        // the cut; it goes on from the last cursor
      }
    }
    await writing;
    expect(wasCut).toBe(cuts);
    expect(received.length).toBe(total);
    expect(new Set(received).size).toBe(total);
  });

  it('keeps the order within each source', async () => {
    const id = 'order';
    await world.insertExecution({ id, state: 'RUNNING' });
    await log(id, 1, ['r1', 'r2']);
    await log(id, 0, ['e1']);
    await log(id, 1, ['r3']);
    await log(id, 0, ['e2', 'e3']);
    await end(id);
    const messages = await followToEnd(id);
    expect(messages.filter((message) => message.startsWith('r'))).toEqual(['r1', 'r2', 'r3']);
    expect(messages.filter((message) => message.startsWith('e'))).toEqual(['e1', 'e2', 'e3']);
  });

  it('finds lines that were stored and never published before it says that the log has ended', async () => {
    const id = 'unpublished';
    await world.insertExecution({ id, state: 'RUNNING' });
    await log(id, 1, ['published']);
    await log(id, 1, ['not published'], false);
    await end(id);
    expect(await followToEnd(id)).toEqual(['published', 'not published']);
  });

  it('reads the store when the executor says that lines may be missing', async () => {
    const id = 'gap';
    await world.insertExecution({ id, state: 'RUNNING' });
    const events = subscribe<Followed>(world.url, QUERY, { id })[Symbol.asyncIterator]();
    await log(id, 1, ['first']);
    expect((await events.next()).value?.executionLogs.lines).toMatchObject([{ message: 'first' }]);
    await log(id, 1, ['lost'], false);
    world.others.publish(subjects.log(id), { executionId: id, lines: [], gap: true });
    expect((await events.next()).value?.executionLogs.lines).toMatchObject([{ message: 'lost' }]);
    await events.return?.();
  });

  it('hears lines again after NATS was restarted', async () => {
    const id = 'restart';
    await world.insertExecution({ id, state: 'RUNNING' });
    const events = subscribe<Followed>(world.url, QUERY, { id })[Symbol.asyncIterator]();
    await log(id, 1, ['before']);
    expect((await events.next()).value?.executionLogs.lines).toMatchObject([{ message: 'before' }]);
    await world.nats.kill();
    await log(id, 1, ['meanwhile'], false);
    await world.nats.up();
    expect((await events.next()).value?.executionLogs.lines).toMatchObject([{ message: 'meanwhile' }]);
    await events.return?.();
  });

  it('leaves out lesser levels and refuses a cursor that is none', async () => {
    const id = 'levels';
    await world.insertExecution({ id, state: 'SUCCESS', endedAtMs: AT_MS });
    await world.insertLogs(id, [
      { source: 1, message: 'chatter', level: 'DEBUG' },
      { source: 1, message: 'trouble', level: 'WARN' },
    ]);
    expect(await followToEnd(id, { minLevel: 'INFO' })).toEqual(['trouble']);
    await expect(followToEnd(id, { after: 'nonsense' })).rejects.toThrow('not the cursor');
  });
});
