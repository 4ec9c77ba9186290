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

/**
 * Resolves when the server knows of the subscriptions made so far. While NATS is away it resolves at once: they are made
 * again when it is back, and whoever listens to reconnects then reads the database.
 */
export async function subscribed(bus: Bus): Promise<void> {
  await bus.flush().catch(() => undefined);
}
