import { silentLogger, UserError } from '@tutti/service-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bus, PulledMessage } from './bus.ts';
import { MAX_MESSAGE_BYTES } from './codec.ts';
import { STREAM } from './stream-table.ts';

/** A server that the suite may disturb. */
export interface BusUnderTest {
  /** A new connection of its own. */
  connect(): Promise<Bus>;
  /** The server answers nothing more until it is restarted. */
  freeze(): void;
  /** Kills the server and starts it again, with its store or without. */
  restart(options: { readonly emptied: boolean }): Promise<void>;
  destroy(): Promise<void>;
}

interface Job {
  readonly id: number;
}

/** What every bus must do. Two connections: what one says the other hears. */
export function busConformance(name: string, start: () => Promise<BusUnderTest>): void {
  describe(`bus: ${name}`, () => {
    let server: BusUnderTest;
    let ours: Bus;
    let theirs: Bus;
    let subject: string;
    let count = 0;

    beforeAll(async () => {
      server = await start();
      ours = await server.connect();
      theirs = await server.connect();
      await ours.ensureStreams();
    });
    afterAll(async () => {
      await ours.drain();
      await theirs.drain();
      await server.destroy();
    });
    beforeEach(() => {
      subject = `test${++count}`;
    });

    const consumerOf = (filter: string, ackWaitMs = 30_000) => ({
      stream: STREAM.tasks,
      durable: filter.replaceAll('.', '_'),
      filter,
      ackWaitMs,
    });
    const publishJobs = async (filter: string, ids: number[]): Promise<void> => {
      await Promise.all(ids.map((id) => ours.publishDurable(filter, { id })));
    };

    describe('request and reply', () => {
      it('carries body, subject and headers there and the answer back', async () => {
        theirs.respond(`${subject}.*`, undefined, (body: unknown, meta) => ({ body, ...plain(meta) }));
        await theirs.flush();
        const answer = await ours.request(`${subject}.a`, { text: 'é\n', none: null }, { headers: { Trace: 't1' } });
        expect(answer).toEqual({
          body: { text: 'é\n', none: null },
          subject: `${subject}.a`,
          headers: { Trace: 't1' },
        });
      });

      it('brings a UserError across with all its parts', async () => {
        const parts = { at: { line: 3, column: 7 }, hint: 'Write a number.', details: { given: 'x' } };
        theirs.respond(subject, undefined, () => {
          throw new UserError('BAD_NUMBER', 'That is no number.', parts);
        });
        await theirs.flush();
        const error = await ours.request(subject, {}).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(UserError);
        expect(error).toMatchObject({ code: 'BAD_NUMBER', message: 'That is no number.', ...parts });
      });

      it('tells of a bug that there was one, and nothing of its insides', async () => {
        theirs.respond(subject, undefined, () => Promise.reject(new Error('password is 123')));
        await theirs.flush();
        const error = await ours.request(subject, {}).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name: 'BusError', code: 'REMOTE_FAILED' });
        expect(String(error)).not.toContain('123');
      });

      it('says at once when nobody responds', async () => {
        await expect(ours.request(subject, {})).rejects.toMatchObject({ code: 'NO_RESPONDERS' });
      });

      it('gives up after the timeout', async () => {
        theirs.receive(subject, undefined, () => undefined);
        await theirs.flush();
        await expect(ours.request(subject, {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'BUS_TIMEOUT' });
      });

      it('refuses a message that is too large, on both ways', async () => {
        theirs.respond(subject, undefined, () => 'x'.repeat(MAX_MESSAGE_BYTES));
        await theirs.flush();
        const tooLarge = { code: 'MESSAGE_TOO_LARGE' };
        await expect(ours.request(subject, 'x'.repeat(MAX_MESSAGE_BYTES))).rejects.toMatchObject(tooLarge);
        await expect(ours.request(subject, 'x')).rejects.toMatchObject(tooLarge);
        await expect(ours.request(subject, 'x'.repeat(MAX_MESSAGE_BYTES - 2))).rejects.toMatchObject(tooLarge);
      });

      it('gives each request to one member of a queue', async () => {
        const heard = [0, 0];
        ours.respond(subject, 'q', () => ++heard[0]!);
        theirs.respond(subject, 'q', () => ++heard[1]!);
        await Promise.all([ours.flush(), theirs.flush()]);
        await Promise.all(Array.from({ length: 100 }, () => ours.request(subject, {})));
        expect(heard[0]! + heard[1]!).toBe(100);
      });

      it('lets an owner answer later, many at once and only once each', async () => {
        const waiting: (() => void)[] = [];
        theirs.receive<number>(subject, undefined, (message) => {
          waiting.push(() => {
            message.reply(message.body * 2);
            message.fail(new Error('too late'));
          });
          if (waiting.length === 10) for (const answer of waiting) answer();
        });
        await theirs.flush();
        const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => ours.request(subject, n)));
        expect(answers).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
      });
    });

    describe('fan-out', () => {
      it('reaches every listener, in order, until it stops', async () => {
        const heard: unknown[][] = [[], []];
        const last = Promise.all(
          [ours, theirs].map(
            (bus, index) =>
              new Promise<void>((resolve) => {
                bus.listen(`${subject}.>`, (body, meta) => {
                  heard[index]!.push([meta.subject, body]);
                  if (heard[index]!.length === 3) resolve();
                });
              }),
          ),
        );
        await theirs.flush();
        for (const n of [1, 2, 3]) ours.publish(`${subject}.n`, n);
        await last;
        const all = [1, 2, 3].map((n) => [`${subject}.n`, n]);
        expect(heard).toEqual([all, all]);
      });
    });

    describe('durable publishing', () => {
      it('numbers messages and knows a repeated id', async () => {
        const first = await ours.publishDurable(`evt.${subject}`, 1, { messageId: `${subject}-1` });
        const again = await ours.publishDurable(`evt.${subject}`, 1, { messageId: `${subject}-1` });
        const second = await ours.publishDurable(`evt.${subject}`, 2, { messageId: `${subject}-2` });
        expect(first.duplicate).toBe(false);
        expect(again).toEqual({ seq: first.seq, duplicate: true });
        expect(second.seq).toBe(first.seq + 1);
      });

      it('fails where no stream listens', async () => {
        await expect(ours.publishDurable(`nothing.${subject}`, 1)).rejects.toMatchObject({ code: 'NO_STREAM' });
      });

      it('says when a stream is full and refuses', async () => {
        const body = 'x'.repeat(200_000);
        const all = await Promise.allSettled(
          Array.from({ length: 100 }, () => ours.publishDurable(`small.${subject}`, body)),
        );
        expect(all.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
        expect(all.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'STREAM_FULL' } });
      });

      it('takes 100,000 at once', async () => {
        const published = await Promise.all(
          Array.from({ length: 100_000 }, (_, id) => ours.publishDurable(`log.${subject}`, { id })),
        );
        expect(new Set(published.map(({ seq }) => seq)).size).toBe(100_000);
      });
    });

    describe('pulling', () => {
      it('never hands over more than there are free slots, and all in the end', async () => {
        const filter = `cmd.task.run.${subject}`;
        await publishJobs(filter, range(50));
        const held: PulledMessage<Job>[] = [];
        const seen: number[] = [];
        let most = 0;
        await new Promise<void>((resolve) => {
          const release = (): void => {
            while (held.length > 0) held.pop()!.ack();
            puller.wake();
          };
          const puller = theirs.pull<Job>(consumerOf(filter), {
            freeSlots: () => 4 - held.length,
            handler: (message) => {
              held.push(message);
              seen.push(message.body.id);
              most = Math.max(most, held.length);
              if (seen.length === 50) void puller.stop().then(resolve);
              if (held.length === 4 || seen.length > 48) setImmediate(release);
            },
          });
        });
        expect(most).toBe(4);
        expect(seen.toSorted((a, b) => a - b)).toEqual(range(50));
      });

      it('shares the work of one consumer, each message once', async () => {
        const filter = `cmd.task.run.${subject}`;
        const seen: number[] = [];
        const pullers = await new Promise<{ stop(): Promise<void> }[]>((resolve) => {
          const both = [ours, theirs].map((bus) =>
            bus.pull<Job>(consumerOf(filter), {
              freeSlots: () => 3,
              handler: (message) => {
                seen.push(message.body.id);
                message.ack();
                if (seen.length === 200) resolve(both);
              },
            }),
          );
          void publishJobs(filter, range(200));
        });
        await Promise.all(pullers.map((puller) => puller.stop()));
        expect(seen.toSorted((a, b) => a - b)).toEqual(range(200));
      });

      it('delivers again what was given back or threw, and says so', async () => {
        const filter = `cmd.task.run.${subject}`;
        await publishJobs(filter, [1, 2]);
        const seen: [number, boolean][] = [];
        await new Promise<void>((resolve) => {
          const puller = theirs.pull<Job>(consumerOf(filter), {
            freeSlots: () => 1,
            handler: (message) => {
              seen.push([message.body.id, message.redelivered]);
              if (message.redelivered) message.ack();
              else if (message.body.id === 1) message.nak(20);
              else throw new Error('thrown by the test');
              if (seen.length === 4) void puller.stop().then(resolve);
            },
          });
        });
        expect(seen.toSorted(([a, x], [b, y]) => a - b || Number(x) - Number(y))).toEqual([
          [1, false],
          [1, true],
          [2, false],
          [2, true],
        ]);
      });

      it('delivers again what was not acknowledged in time, unless it is still being worked on', async () => {
        const filter = `cmd.task.run.${subject}`;
        await publishJobs(filter, [1, 2]);
        const deliveries: number[] = [];
        await new Promise<void>((resolve) => {
          const puller = theirs.pull<Job>(consumerOf(filter, 300), {
            freeSlots: () => 2,
            handler: (message) => {
              deliveries.push(message.body.id);
              if (message.body.id === 2 && message.redelivered) {
                message.ack();
                void puller.stop().then(resolve);
              } else if (message.body.id === 1) {
                const keep = setInterval(() => message.working(), 50);
                keep.unref();
              }
            },
          });
        });
        expect(deliveries).toEqual([1, 2, 2]);
      });

      it('gives back what arrives after it stopped, for others to take at once', async () => {
        const filter = `cmd.task.run.${subject}`;
        const idle = ours.pull<Job>(consumerOf(filter), {
          freeSlots: () => 100,
          handler: (message) => message.nak(),
        });
        await idle.stop();
        const taken = new Promise<number>((resolve) => {
          theirs.pull<Job>(consumerOf(filter), {
            freeSlots: () => 1,
            handler: (message) => {
              message.ack();
              resolve(message.body.id);
            },
          });
        });
        await publishJobs(filter, [7]);
        expect(await taken).toBe(7);
      });
    });

    describe('reading streams', () => {
      it('hands over batches: the next is what came during the last', async () => {
        const filter = `log.${subject}`;
        const sizes: number[] = [];
        const seen: number[] = [];
        await new Promise<void>((resolve) => {
          const reader = theirs.consumeBatches<Job>(
            { stream: STREAM.logs, durable: subject, filter, ackWaitMs: 30_000 },
            {
              maxBatch: 64,
              handler: async (messages) => {
                sizes.push(messages.length);
                seen.push(...messages.map(({ body }) => body.id));
                if (seen.length >= 500) setImmediate(() => void reader.stop().then(resolve));
                await Promise.resolve();
              },
            },
          );
          for (const id of range(500)) void ours.publishDurable(filter, { id });
        });
        expect(seen.toSorted((a, b) => a - b)).toEqual(range(500));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
      });

      it('replays from a position and goes on with what comes', async () => {
        const filter = `evt.${subject}`;
        const [, second] = await Promise.all(range(3).map((id) => ours.publishDurable(filter, { id })));
        const seen: number[] = [];
        let heard: () => void = () => undefined;
        const replay = await theirs.replay<Job>(STREAM.events, filter, { fromSeq: second!.seq }, ({ body }) => {
          seen.push(body.id);
          heard();
        });
        const until = (length: number): Promise<void> =>
          new Promise((resolve) => {
            heard = () => seen.length >= length && resolve();
            heard();
          });
        await until(2);
        await ours.publishDurable(filter, { id: 3 });
        await until(3);
        await replay.stop();
        expect(seen).toEqual([1, 2, 3]);
      });
    });

    describe('faults', () => {
      for (const emptied of [false, true])
        it(`goes on after the server was killed${emptied ? ' and its store was deleted' : ''}`, async () => {
          const filter = `cmd.task.run.${subject}`;
          const seen = new Set<number>();
          let wanted = 1;
          let satisfied: () => void = () => undefined;
          const until = (size: number): Promise<void> =>
            new Promise((resolve) => {
              wanted = size;
              satisfied = () => seen.size >= wanted && resolve();
              satisfied();
            });
          const puller = theirs.pull<Job>(consumerOf(filter), {
            freeSlots: () => 4,
            handler: (message) => {
              seen.add(message.body.id);
              message.ack();
              satisfied();
            },
          });
          theirs.respond(subject, undefined, (body) => body);
          await publishJobs(filter, [1]);
          await until(1);

          const back = Promise.all(
            [ours, theirs].map((bus) => new Promise<void>((resolve) => bus.onReconnect(resolve))),
          );
          await server.restart({ emptied });
          await back;
          expect(ours.isConnected()).toBe(true);
          await ours.publishDurable(filter, { id: 2 }, { messageId: `${subject}-2` });
          await until(2);
          expect(await ours.request(subject, 'hello')).toBe('hello');
          await puller.stop();
        });

      it('does not wait for an answer that was lost with the server', async () => {
        theirs.receive(subject, undefined, () => undefined);
        await theirs.flush();
        const lost = ours.request(subject, {}, { timeoutMs: 60_000 }).catch((error: unknown) => error);
        await ours.flush();
        await server.restart({ emptied: false });
        expect(await lost).toMatchObject({ code: 'BUS_TIMEOUT' });
      });

      it('makes its streams anew where the answer was lost with the server', async () => {
        server.freeze();
        const lost = ours.ensureStreams().catch((error: unknown) => error);
        const back = new Promise<void>((resolve) => ours.onReconnect(resolve));
        await server.restart({ emptied: true });
        await back;
        await ours.ensureStreams();
        expect(await lost).toMatchObject({ code: 'BUS_TIMEOUT' });
        expect((await ours.publishDurable(`cmd.task.run.${subject}`, { id: 1 })).seq).toBe(1);
      });

      it('sends what was published while the server was away', async () => {
        const filter = `cmd.task.run.${subject}`;
        const lost = server.restart({ emptied: true });
        const published = range(20).map((id) => ours.publishDurable(filter, { id }, { messageId: `${subject}-${id}` }));
        await lost;
        expect((await Promise.all(published)).length).toBe(20);
      });

      it('refuses to connect with a sentence that says what to do', async () => {
        const { connectBus } = await import('./connect-bus.ts');
        const options = { url: 'nats://127.0.0.1:1', name: 'test', log: silentLogger, connectTimeoutMs: 0 };
        await expect(connectBus(options)).rejects.toMatchObject({ code: 'BUS_UNREACHABLE', hint: expect.any(String) });
      });
    });
  });
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

const plain = ({ subject, headers }: { subject: string; headers: unknown }) => ({ subject, headers });
