import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@tutti/service-kit';
import { createInbox } from 'nats';
import type { Msg, NatsConnection, Subscription as NatsSubscription } from 'nats';
import type { ConsumerDefinition, PullOptions, PulledMessage, Puller } from './bus.ts';
import { NatsStreamMessage } from './nats-message.ts';

/** How long a request for messages waits on the server, ms. */
const REQUEST_EXPIRES_MS = 30_000;
/** After this time without an answer requests count as lost, ms. */
const REQUEST_LOST_MS = REQUEST_EXPIRES_MS + 2_000;
const SWEEP_INTERVAL_MS = 5_000;
/** Pause before streams and consumer are made again after a failed attempt, ms; it doubles up to the second figure. */
const RECOVERY_PAUSE_MS = [100, 5_000] as const;
/** Pause before a message whose handler threw comes again, ms. */
const FAILED_NAK_DELAY_MS = 1_000;
/** The server's word for "this request has waited long enough", and how many messages it still lacked. */
const REQUEST_EXPIRED = 408;
const MISSING_HEADER = 'Nats-Pending-Messages';

/** What a puller needs from the bus. */
export interface PullerDeps {
  readonly connection: NatsConnection;
  /** Makes the stream and the consumer when they are not there. */
  ensure(): Promise<void>;
  readonly log: Logger;
}

/**
 * Pulls for free slots: the sum of what open requests may still bring never exceeds them, so that a message never
 * waits in a busy process while another one is idle.
 * A new inbox after each reconnect makes the server forget the requests of the old one.
 */
export class NatsPuller<T> implements Puller {
  readonly #deps: PullerDeps;
  readonly #nextSubject: string;
  readonly #options: PullOptions<T>;
  readonly #sweeper: NodeJS.Timeout;
  #inbox = '';
  #subscription: NatsSubscription | undefined;
  /** How many messages the open requests may still bring. */
  #expected = 0;
  #lastAskedMs = 0;
  #recoveredMs = 0;
  #recovering = false;
  #lookScheduled = false;
  #stopped = false;

  constructor({ stream, durable }: ConsumerDefinition, options: PullOptions<T>, deps: PullerDeps) {
    this.#deps = deps;
    this.#options = options;
    this.#nextSubject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS).unref();
    this.renew();
  }

  wake(): void {
    if (this.#lookScheduled) return;
    this.#lookScheduled = true;
    setImmediate(() => {
      this.#lookScheduled = false;
      this.#ask();
    });
  }

  /** Starts over, as after a reconnect. */
  renew(): void {
    if (this.#stopped) return;
    this.#subscription?.unsubscribe();
    this.#expected = 0;
    this.#inbox = createInbox();
    this.#subscription = this.#deps.connection.subscribe(this.#inbox, {
      callback: (_error, message) => this.#received(message),
    });
    void this.#recover();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#sweeper);
    if (!this.#deps.connection.isClosed()) await this.#subscription?.drain().catch(() => undefined);
  }

  #ask(): void {
    if (this.#stopped || this.#recovering) return;
    const batch = this.#options.freeSlots() - this.#expected;
    if (batch <= 0) return;
    this.#expected += batch;
    this.#lastAskedMs = Date.now();
    const request = `{"batch":${batch},"expires":${REQUEST_EXPIRES_MS}000000}`;
    this.#deps.connection.publish(this.#nextSubject, request, { reply: this.#inbox });
  }

  /** A message, or a note without a body that a request is over: expired, or stream or consumer are gone. */
  #received(message: Msg): void {
    const status = message.data.length === 0 ? (message.headers?.code ?? 0) : 0;
    if (status === 0) {
      this.#expected = Math.max(0, this.#expected - 1);
      this.#handOver(message);
    } else if (status === REQUEST_EXPIRED && message.headers?.has(MISSING_HEADER)) {
      this.#expected = Math.max(0, this.#expected - Number(message.headers.get(MISSING_HEADER)));
      this.wake();
    } else {
      this.renew();
    }
  }

  #handOver(message: Msg): void {
    const { connection, log } = this.#deps;
    const giveBack = (error: unknown): void => {
      log.error({ err: error, subject: message.subject }, 'message handler failed, message given back');
      acknowledge(connection, message, nakText(FAILED_NAK_DELAY_MS));
      this.wake();
    };
    if (this.#stopped) return acknowledge(connection, message, NAK);
    try {
      const handled = this.#options.handler(new NatsPulledMessage<T>(message, connection));
      if (handled) handled.then(() => this.wake(), giveBack);
    } catch (error) {
      giveBack(error);
    }
    this.wake();
  }

  async #recover(): Promise<void> {
    if (this.#recovering || this.#stopped) return;
    this.#recovering = true;
    let pauseMs = Date.now() - this.#recoveredMs < RECOVERY_PAUSE_MS[0] ? RECOVERY_PAUSE_MS[0] : 0;
    while (!this.#stopped && !(await this.#ensuredAfter(pauseMs)))
      pauseMs = Math.min(Math.max(2 * pauseMs, RECOVERY_PAUSE_MS[0]), RECOVERY_PAUSE_MS[1]);
    this.#recoveredMs = Date.now();
    this.#recovering = false;
    this.wake();
  }

  async #ensuredAfter(pauseMs: number): Promise<boolean> {
    if (pauseMs > 0) await pause(pauseMs, undefined, { ref: false });
    try {
      await this.#deps.ensure();
      return true;
    } catch (error) {
      this.#deps.log.debug({ err: error }, 'stream or consumer not to be had yet');
      return false;
    }
  }

  #sweep(): void {
    if (this.#expected > 0 && Date.now() - this.#lastAskedMs > REQUEST_LOST_MS) this.#expected = 0;
    this.wake();
  }
}

class NatsPulledMessage<T> extends NatsStreamMessage<T> implements PulledMessage<T> {
  readonly #connection: NatsConnection;

  constructor(message: Msg, connection: NatsConnection) {
    super(message);
    this.#connection = connection;
  }

  ack(): void {
    acknowledge(this.#connection, this.message, ACK);
  }

  nak(delayMs = 0): void {
    acknowledge(this.#connection, this.message, delayMs > 0 ? nakText(delayMs) : NAK);
  }

  working(): void {
    acknowledge(this.#connection, this.message, WORKING);
  }
}

const ACK = Buffer.from('+ACK');
const NAK = Buffer.from('-NAK');
const WORKING = Buffer.from('+WPI');
const nakText = (delayMs: number): Buffer => Buffer.from(`-NAK {"delay":${Math.round(delayMs)}000000}`);

function acknowledge(connection: NatsConnection, { reply }: Msg, word: Uint8Array): void {
  if (reply && !connection.isClosed()) connection.publish(reply, word);
}
