import { MAX_MESSAGE_BYTES } from '@tutti/bus';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttemptLog } from './attempt-log.ts';
import type { AttemptLogOptions } from './attempt-log.ts';

type Batch = Parameters<AttemptLogOptions['send']>[0];

function logWith(options: Partial<AttemptLogOptions> = {}) {
  const batches: Batch[] = [];
  const send = (batch: Batch): Promise<boolean> => {
    batches.push(batch);
    return Promise.resolve(true);
  };
  const log = new AttemptLog({ send, mask: (text) => text, nowMs: () => 0, maxBytes: 1e9, ...options });
  return { log, batches, messages: () => batches.flatMap(({ lines }) => lines.map(({ message }) => message)) };
}

describe('the log of an attempt', () => {
  it('arrives whole and in order, numbered through, in batches of bounded size', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3_000), { maxLength: 600 }), async (lengths) => {
        const { log, batches, messages } = logWith();
        const lines = lengths.map((length, n) => `${n}`.padEnd(length, 'x'));
        for (const line of lines) log.write('INFO', line);
        await log.flush();
        expect(messages()).toEqual(lines);
        let index = 0;
        for (const { firstIndex, lines: sent } of batches) {
          expect(firstIndex).toBe(index);
          expect(JSON.stringify(sent).length).toBeLessThan(MAX_MESSAGE_BYTES);
          index += sent.length;
        }
      }),
      { numRuns: 30 },
    ));

  it('keeps the lines of children apart', async () => {
    const { log, batches } = logWith();
    log.logger('INFO', 'a').info('one');
    log.logger('INFO', 'b').info('two');
    await log.flush();
    expect(batches.map(({ childTaskId, firstIndex }) => [childTaskId, firstIndex])).toEqual([['a', 0], ['b', 1]]); // prettier-ignore
  });

  it('asks writers to wait while too much is on its way, and lets them in again', async () => {
    let store = (): void => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    const { log } = logWith({ send: () => stored.then(() => true) });
    expect(log.room()).toBeUndefined();
    for (let n = 0; n < 80; n++) log.write('INFO', 'x'.repeat(10_000));
    const room = log.room();
    expect(room).toBeInstanceOf(Promise);
    store();
    await room;
    await log.flush();
  });

  it('stops when the attempt is not this runner’s any more', async () => {
    const { log, batches } = logWith({ send: () => Promise.resolve(false) });
    log.write('INFO', 'one');
    await log.flush();
    log.write('INFO', 'two');
    await log.flush();
    expect([batches, log.room()]).toEqual([[], undefined]);
  });

  it('fits into messages whatever its characters are', async () => {
    const { log, batches } = logWith();
    for (let n = 0; n < 20; n++) log.write('INFO', '\u0001é'.repeat(10_000));
    await log.flush();
    for (const batch of batches) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(MAX_MESSAGE_BYTES);
  });

  it('cuts lines that are too long', async () => {
    const { log, messages } = logWith();
    log.write('INFO', 'x'.repeat(40_000));
    await log.flush();
    expect(messages()[0]).toMatch(/^x{32768}… \(7232 more characters\)$/);
  });
});
