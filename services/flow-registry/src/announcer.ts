import { setTimeout as wait } from 'node:timers/promises';
import { cloudEventHeaders, subjects, type FlowEvent, type FlowRecord } from '@tutti/contracts';
import type { Bus } from '@tutti/bus';
import type { Logger } from '@tutti/service-kit';
import type { FlowStore } from './store/flow-store.ts';

const BATCH = 100;
/** How long a save waits for its event to be out before it answers: the next command must find the new revision. */
const ANSWER_AFTER_MS = 2_000;
const RETRY_AFTER_MS = 1_000;
/** How often events are looked for that another instance stored and did not announce, because it died between. */
const SWEEP_INTERVAL_MS = 15_000;

/**
 * Publishes `evt.flow.*` for every revision that has not been announced. The mark in the row is set after the stream has
 * the event, so an event may come twice (the same message id), never not at all.
 */
export class Announcer {
  readonly #store: FlowStore;
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #stopped = new AbortController();
  #round: Promise<void> | undefined;
  #again = false;

  constructor(store: FlowStore, bus: Bus, log: Logger) {
    this.#store = store;
    this.#bus = bus;
    this.#log = log;
    bus.onReconnect(() => void this.wake());
    void this.#sweep();
  }

  /** Announces what there is; resolves when it is out, or after a while. */
  async wake(): Promise<void> {
    this.#again = true;
    this.#round ??= this.#run().finally(() => (this.#round = undefined));
    await Promise.race([this.#round, wait(ANSWER_AFTER_MS, undefined, { ref: false })]);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#round;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped.signal.aborted) {
      this.#again = false;
      try {
        await this.#announceAll();
      } catch (error) {
        this.#log.warn({ err: error }, 'flow events could not be announced, will be tried again');
        this.#again = true;
        await wait(RETRY_AFTER_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      }
    }
  }

  async #announceAll(): Promise<void> {
    for (;;) {
      const records = await this.#store.unannounced(BATCH);
      for (const record of records) await this.#announce(record);
      if (records.length < BATCH) return;
    }
  }

  async #announce(record: FlowRecord): Promise<void> {
    const { namespace, id, revision } = record;
    const subject = subjects.flowEvent(record.deleted ? 'deleted' : 'saved', namespace, id);
    const messageId = `flow/${namespace}/${id}/${revision}`;
    const headers = cloudEventHeaders(subject, messageId, new Date(record.updatedAtMs).toISOString());
    await this.#bus.publishDurable(subject, { record } satisfies FlowEvent, { messageId, headers });
    await this.#store.markAnnounced(record);
  }

  async #sweep(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.wake();
      await wait(SWEEP_INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
