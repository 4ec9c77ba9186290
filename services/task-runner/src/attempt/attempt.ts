import type { HeldAttempt, Work } from '@tutti/contracts';

/** Why an attempt was stopped before its task was done. */
export type StopReason = 'KILLED' | 'TIMEOUT' | 'LEASE_LOST' | 'RUNNER_STOPPING';

/** One attempt of a task run that this runner holds the lease of. */
export class Attempt {
  readonly work: Work;
  readonly #controller = new AbortController();
  #stopped: StopReason | undefined;

  constructor(work: Work) {
    this.work = work;
  }

  /** Aborted when the work must stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get stopped(): StopReason | undefined {
    return this.#stopped;
  }

  /** Whether the executor still wants to hear of it. */
  get isHeld(): boolean {
    return this.#stopped !== 'LEASE_LOST' && this.#stopped !== 'RUNNER_STOPPING';
  }

  /** What the executor knows the attempt by. */
  get key(): HeldAttempt {
    const { executionId, taskRunId, attempt, lease } = this.work;
    return { executionId, taskRunId, attempt, lease };
  }

  /** The first reason counts, but a lost lease ends everything. */
  stop(reason: StopReason): void {
    if (this.#stopped === undefined || reason === 'LEASE_LOST') this.#stopped = reason;
    this.#controller.abort();
  }
}
