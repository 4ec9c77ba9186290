import { setTimeout as wait } from 'node:timers/promises';
import { BusError } from './bus-error.ts';
import type { Bus } from './bus.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** How long to go on asking. */
export interface Patience {
  /** From the first request on, ms. */
  readonly deadlineMs: number;
  /** For one answer, ms. */
  readonly answerMs?: number;
  /** Ends the asking. */
  readonly signal?: AbortSignal;
}

/**
 * Asks again while nobody answers: the owner of a partition may be about to change, or the bus to come back. Only for
 * requests that may be repeated. What the responder itself throws is thrown at once.
 * @throws {BusError} of the last request, once the deadline has passed.
 */
export async function requestPatiently<Res>(
  bus: Bus,
  subject: string,
  body: unknown,
  patience: Patience,
): Promise<Res> {
  const { deadlineMs, answerMs = 10_000, signal } = patience;
  const endMs = performance.now() + deadlineMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await bus.request<unknown, Res>(subject, body, { timeoutMs: answerMs });
    } catch (error) {
      if (!mayPass(error) || signal?.aborted || performance.now() + pauseMs > endMs) throw error;
    }
    await wait(pauseMs, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}

/** Faults of the way there, not of what was asked. */
const mayPass = (error: unknown): boolean =>
  error instanceof BusError &&
  ['NO_RESPONDERS', 'BUS_TIMEOUT', 'REMOTE_FAILED', 'BUS_UNREACHABLE'].includes(error.code);
