import type { Bus } from '@tutti/bus';
import { UserError } from '@tutti/service-kit';
import { subscribed } from './reconnects.ts';
import { Wakeup } from './wakeup.ts';

/** A message with the subject it came on. */
export interface Heard<Body> {
  readonly subject: string;
  readonly body: Body;
}

/** Which messages, and what becomes of a reader that is too slow. */
export interface EventFeedOptions<Body> {
  readonly signal: AbortSignal;
  /** Messages of the same key replace one another while they wait; all are kept when left out. */
  readonly keyOf?: (body: Body) => string;
  readonly accepts?: (heard: Heard<Body>) => boolean;
  /** Ends the client's connection: it has not read for so long that messages would be lost. */
  readonly onOverflow?: ((code: number, reason: string) => void) | undefined;
}

/** Messages kept for a reader that is slow. */
const MAX_WAITING = 5_000;
/** WebSocket code of a client that does not keep up (4000-4999 are an application's own; like HTTP 429). */
export const SLOW_CONSUMER_CODE = 4429;
const LONG_MS = 2 ** 30;

/**
 * What is said on a subject from now on. Its memory is bounded: a reader that falls too far behind is cut off.
 * @throws {UserError} SLOW_CONSUMER.
 */
export async function* followAll<Body>(
  bus: Bus,
  subject: string,
  { signal, keyOf, accepts = () => true, onOverflow }: EventFeedOptions<Body>,
): AsyncGenerator<Heard<Body>, void, void> {
  const waiting = new Map<string, Heard<Body>>();
  const wakeup = new Wakeup();
  let count = 0;
  let isTooSlow = false;
  const subscription = bus.listen<Body>(subject, (body, meta) => {
    const heard = { subject: meta.subject, body };
    if (isTooSlow || !accepts(heard)) return;
    isTooSlow = waiting.size >= MAX_WAITING;
    if (isTooSlow) onOverflow?.(SLOW_CONSUMER_CODE, 'Slow consumer');
    waiting.set(keyOf?.(body) ?? String(count++), heard);
    wakeup.notify();
  });
  try {
    await subscribed(bus);
    while (!signal.aborted) {
      if (isTooSlow)
        throw new UserError('SLOW_CONSUMER', `More than ${MAX_WAITING} events wait for this client.`, {
          hint: 'Read faster, filter more, or ask for the present state and listen anew.',
        });
      const batch = [...waiting.values()];
      waiting.clear();
      for (const heard of batch) yield heard;
      if (batch.length === 0) await wakeup.wait(LONG_MS, signal);
    }
  } finally {
    void subscription.stop();
  }
}
