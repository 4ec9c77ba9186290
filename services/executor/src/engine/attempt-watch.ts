import type { Heartbeat } from '@tutti/contracts';
import type { Clock } from '@tutti/service-kit';

/** An attempt that was handed to a runner. */
export interface HeldAttempt {
  readonly executionId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly workerId: string;
  /** Fencing token: what a report about this attempt must carry. */
  readonly lease: number;
  readonly taskId: string;
  readonly workerGroup: string;
}

interface Watched extends HeldAttempt {
  /** When its runner last spoke of it, Unix ms. */
  seenAtMs: number;
}

/**
 * Attempts that runners hold, and when they were last heard of. In memory only: whoever takes over a partition gives
 * every running attempt a full term before it takes the runner for dead.
 */
export class AttemptWatch {
  readonly #clock: Clock;
  readonly #lostAfterMs: number;
  readonly #lost: (attempt: HeldAttempt) => void;
  readonly #attempts = new Map<string, Watched>();
  #alarm: NodeJS.Timeout | undefined;

  constructor(clock: Clock, lostAfterMs: number, lost: (attempt: HeldAttempt) => void) {
    this.#clock = clock;
    this.#lostAfterMs = lostAfterMs;
    this.#lost = lost;
  }

  get size(): number {
    return this.#attempts.size;
  }

  hold(attempt: HeldAttempt): void {
    this.#attempts.set(attempt.taskRunId, { ...attempt, seenAtMs: this.#clock.nowMs() });
    this.#arm();
  }

  /** The attempt a report speaks of, if its token is the current one. */
  find(taskRunId: string, attempt: number, lease: number): HeldAttempt | undefined {
    const held = this.#attempts.get(taskRunId);
    return held?.attempt === attempt && held.lease === lease ? held : undefined;
  }

  holder(taskRunId: string): HeldAttempt | undefined {
    return this.#attempts.get(taskRunId);
  }

  release(taskRunId: string): void {
    this.#attempts.delete(taskRunId);
  }

  /** Notes what a runner says it holds; returns what it holds no more and must stop. */
  heard({ attempts }: Heartbeat): { readonly taskRunId: string; readonly attempt: number }[] {
    const nowMs = this.#clock.nowMs();
    return attempts.filter(({ taskRunId, attempt, lease }) => {
      const held = this.#attempts.get(taskRunId);
      if (held?.attempt !== attempt || held.lease !== lease) return true;
      held.seenAtMs = nowMs;
      return false;
    });
  }

  forgetWhere(test: (executionId: string) => boolean): void {
    for (const [id, { executionId }] of this.#attempts) if (test(executionId)) this.#attempts.delete(id);
  }

  stop(): void {
    clearTimeout(this.#alarm);
    this.#alarm = undefined;
    this.#attempts.clear();
  }

  /** One alarm for the attempt that was silent longest; nothing runs while no attempt is held. */
  #arm(): void {
    if (this.#alarm || this.#attempts.size === 0) return;
    let oldestMs = Infinity;
    for (const { seenAtMs } of this.#attempts.values()) oldestMs = Math.min(oldestMs, seenAtMs);
    const waitMs = Math.max(oldestMs + this.#lostAfterMs - this.#clock.nowMs(), this.#lostAfterMs / 8);
    this.#alarm = setTimeout(() => this.#ring(), waitMs);
  }

  #ring(): void {
    this.#alarm = undefined;
    const silentSinceMs = this.#clock.nowMs() - this.#lostAfterMs;
    for (const held of this.#attempts.values())
      if (held.seenAtMs <= silentSinceMs) {
        this.#attempts.delete(held.taskRunId);
        this.#lost(held);
      }
    this.#arm();
  }
}
