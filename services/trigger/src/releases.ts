import type { Clock } from '@tutti/service-kit';
import type { TriggerStore } from './store/trigger-store.ts';

/** Frees triggers in batches: one statement at a time, and the next one holds what came meanwhile. */
export class Releases {
  readonly #store: TriggerStore;
  readonly #clock: Clock;
  readonly #freed: (dueAtMs: number) => void;
  #waiting: string[] = [];
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param freed Told when the freed triggers are due, the earliest only. */
  constructor(store: TriggerStore, clock: Clock, freed: (dueAtMs: number) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#freed = freed;
  }

  /** The triggers that wait for these executions wait no longer, once it resolves. */
  add(executionIds: readonly string[]): Promise<void> {
    this.#waiting.push(...executionIds);
    if (!this.#next) {
      this.#next = this.#last.then(() => this.#write());
      this.#last = this.#next.catch(() => undefined); // those who wait for the batch hear of it
    }
    return this.#next;
  }

  async #write(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    const dueTimes = await this.#store.release(batch, this.#clock.nowMs());
    if (dueTimes.length > 0) this.#freed(dueTimes.reduce((a, b) => Math.min(a, b)));
  }
}
