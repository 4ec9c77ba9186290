import { setTimeout as wait } from 'node:timers/promises';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** Work that must get done some time: one round at a time, repeated with growing pauses while it fails. */
export class UntilDone {
  readonly #work: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  readonly #stopped = new AbortController();
  #round: Promise<void> | undefined;
  #wanted = false;

  /** @param failed is told of each failure before the next attempt. */
  constructor(work: () => Promise<void>, failed: (error: unknown) => void) {
    this.#work = work;
    this.#failed = failed;
  }

  /** Asks for a round that begins after now. */
  wake(): void {
    this.#wanted = true;
    this.#round ??= this.#run().finally(() => (this.#round = undefined));
  }

  /** Resolves when the attempt under way is over; nothing is repeated any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#round;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    for (let pauseMs = FIRST_PAUSE_MS; this.#wanted && !signal.aborted;) {
      this.#wanted = false;
      try {
        await this.#work();
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        this.#wanted = true;
        this.#failed(error);
        await wait(pauseMs, undefined, { signal }).catch(() => undefined);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  }
}
