import type { Bus } from '@tutti/bus';

/** Tells those who listen at the moment that the bus was away, so that they may have missed something. */
export class Reconnects {
  readonly #listeners = new Set<() => void>();

  constructor(bus: Bus) {
    bus.onReconnect(() => {
      for (const listener of this.#listeners) listener();
    });
  }

  /** Calls until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
