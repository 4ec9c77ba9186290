import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Logger } from '@tutti/service-kit';
import type { KeyValueStore } from './store/key-value-store.ts';

const INTERVAL_MS = 3_600_000;
/** How long readers are told that a pair has expired, before it is as if it had never been. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** Removes pairs that expired long ago, once an hour. Ends with the signal. */
export async function sweepExpired(
  pairs: KeyValueStore,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pairs
      .sweep(clock.nowMs() - KEPT_MS)
      .catch((error: unknown) => log.warn({ err: error }, 'expired pairs could not be removed'));
    await wait(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
