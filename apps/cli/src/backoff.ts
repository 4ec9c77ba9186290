const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** After running so long a process counts as healthy again, ms. */
const HEALTHY_AFTER_MS = 30_000;

/** Growing pauses between the restarts of a process that keeps dying. */
export class Backoff {
  #pauseMs = FIRST_PAUSE_MS;
  #startedMs = 0;

  /** The process can be used now. */
  started(): void {
    this.#startedMs = Date.now();
  }

  /** How long to wait before the next start, ms. */
  next(): number {
    if (this.#startedMs > 0 && Date.now() - this.#startedMs > HEALTHY_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    return pauseMs;
  }
}
