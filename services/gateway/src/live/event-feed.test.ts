import type { Bus } from '@tutti/bus';
import { describe, expect, it, vi } from 'vitest';
import { SLOW_CONSUMER_CODE, followAll } from './event-feed.ts';

/** A bus with one listener, which the test speaks to. */
function speaker() {
  let listener: (body: number, meta: { subject: string; headers: object }) => void = () => undefined;
  const stop = vi.fn(async () => undefined);
  const bus = {
    listen: (_subject: string, handler: typeof listener) => {
      listener = handler;
      return { stop };
    },
    flush: async () => undefined,
  } as unknown as Bus;
  return { bus, stop, say: (body: number) => listener(body, { subject: 'evt.x', headers: {} }) };
}

describe('followAll', () => {
  it('cuts off a reader that falls too far behind, and keeps no more for it', async () => {
    const { bus, say, stop } = speaker();
    const onOverflow = vi.fn();
    const feed = followAll<number>(bus, 'evt.>', { signal: new AbortController().signal, onOverflow });
    const first = feed.next();
    await Promise.resolve();
    say(0);
    expect((await first).value).toMatchObject({ body: 0 });
    for (let n = 1; n <= 20_000; n++) say(n);
    expect(onOverflow).toHaveBeenCalledExactlyOnceWith(SLOW_CONSUMER_CODE, 'Slow consumer');
    await expect(feed.next()).rejects.toThrow('wait for this client');
    expect(stop).toHaveBeenCalledOnce();
  });

  it('keeps only the last of each key', async () => {
    const { bus, say } = speaker();
    const keyOf = (body: number): string => String(body % 2);
    const feed = followAll<number>(bus, 'evt.>', { signal: new AbortController().signal, keyOf });
    const first = feed.next();
    await Promise.resolve();
    say(0);
    await first;
    for (let n = 1; n <= 20_000; n++) say(n);
    expect([(await feed.next()).value?.body, (await feed.next()).value?.body]).toEqual([19_999, 20_000]);
  });
});
