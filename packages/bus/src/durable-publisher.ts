import { setTimeout } from 'node:timers/promises';
import { createInbox } from 'nats';
import type { Msg, NatsConnection } from 'nats';
import type { Headers, Published } from './bus.ts';
import { BusError } from './bus-error.ts';
import { toNatsHeaders } from './nats-message.ts';

/** Messages that may be on their way to the server at once; more wait their turn here. */
const MAX_IN_FLIGHT = 4096;
/** How long the server may take to confirm a message, ms. */
const CONFIRM_TIMEOUT_MS = 10_000;
/** How often unconfirmed messages are looked through, ms. */
const SWEEP_INTERVAL_MS = 1000;
/** Before a message that met no stream goes again when the streams could not be made, ms. */
const RETRY_PAUSE_MS = 500;

interface Outgoing {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers | undefined;
  readonly repeatable: boolean;
  deadlineMs: number;
  streamsEnsured: boolean;
  resolve(published: Published): void;
  reject(error: BusError): void;
}

interface PubAck {
  readonly seq: number;
  readonly duplicate?: boolean;
  readonly error?: { readonly err_code: number; readonly description: string };
}

/**
 * Stores messages in streams, many in flight, all confirmations through one subscription: an eighth of the CPU time of
 * the library's own publish, which makes a subscription and a timer per message.
 */
export class DurablePublisher {
  readonly #connection: NatsConnection;
  readonly #ensureStreams: () => Promise<void>;
  readonly #inbox = `${createInbox()}.`;
  readonly #inFlight = new Map<number, Outgoing>();
  readonly #sweeper: NodeJS.Timeout;
  #queue: Outgoing[] = [];
  #queueHead = 0;
  #lastNumber = 0;

  constructor(connection: NatsConnection, ensureStreams: () => Promise<void>) {
    this.#connection = connection;
    this.#ensureStreams = ensureStreams;
    connection.subscribe(`${this.#inbox}*`, { callback: (_error, message) => this.#confirmed(message) });
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS).unref();
  }

  publish(subject: string, data: Uint8Array, headers: Headers | undefined, repeatable: boolean): Promise<Published> {
    return new Promise((resolve, reject) => {
      const outgoing = { subject, data, headers, repeatable, deadlineMs: 0, streamsEnsured: false, resolve, reject };
      if (this.#inFlight.size < MAX_IN_FLIGHT) this.#send(outgoing);
      else this.#queue.push(outgoing);
    });
  }

  /** After a reconnect: what has an id goes again at once; the rest may be stored or not, so its publisher is told. */
  resend(): void {
    for (const [number, outgoing] of this.#inFlight) {
      if (outgoing.repeatable) this.#transmit(number, outgoing);
      else this.#settle(number, outgoing)?.reject(lostConfirmation(outgoing.subject));
    }
  }

  /** Rejects whatever is not confirmed. */
  close(): void {
    clearInterval(this.#sweeper);
    const closed = new BusError('BUS_CLOSED', 'The bus was closed before the server confirmed a message.');
    for (const outgoing of [...this.#inFlight.values(), ...this.#queue.slice(this.#queueHead)]) outgoing.reject(closed);
    this.#inFlight.clear();
    this.#queue = [];
  }

  #send(outgoing: Outgoing): void {
    outgoing.deadlineMs = Date.now() + CONFIRM_TIMEOUT_MS;
    const number = ++this.#lastNumber;
    this.#inFlight.set(number, outgoing);
    this.#transmit(number, outgoing);
  }

  #transmit(number: number, { subject, data, headers }: Outgoing): void {
    const reply = this.#inbox + number;
    this.#connection.publish(subject, data, headers ? { reply, headers: toNatsHeaders(headers) } : { reply });
  }

  #confirmed(message: Msg): void {
    const number = Number(message.subject.slice(this.#inbox.length));
    const outgoing = this.#inFlight.get(number);
    if (!outgoing) return;
    if (message.headers?.code === 503) return void this.#metNoStream(number, outgoing);
    const { error, seq, duplicate = false } = JSON.parse(Buffer.from(message.data).toString()) as PubAck;
    this.#settle(number, outgoing);
    if (error) outgoing.reject(refused(outgoing.subject, error));
    else outgoing.resolve({ seq, duplicate });
  }

  /** The store may have been emptied, or the server has just started: create the streams and send again. */
  async #metNoStream(number: number, outgoing: Outgoing): Promise<void> {
    if (outgoing.streamsEnsured || Date.now() > outgoing.deadlineMs) {
      this.#settle(number, outgoing)?.reject(noStream(outgoing.subject));
      return;
    }
    try {
      await this.#ensureStreams();
      outgoing.streamsEnsured = true;
    } catch {
      await setTimeout(RETRY_PAUSE_MS, undefined, { ref: false });
    }
    if (this.#inFlight.has(number)) this.#transmit(number, outgoing);
  }

  #settle(number: number, outgoing: Outgoing): Outgoing | undefined {
    if (!this.#inFlight.delete(number)) return undefined;
    const next = this.#queue[this.#queueHead];
    if (next) {
      if (++this.#queueHead === this.#queue.length) [this.#queue, this.#queueHead] = [[], 0];
      this.#send(next);
    }
    return outgoing;
  }

  #sweep(): void {
    const nowMs = Date.now();
    for (const [number, outgoing] of this.#inFlight) {
      if (outgoing.deadlineMs > nowMs) return;
      this.#settle(number, outgoing)?.reject(lostConfirmation(outgoing.subject));
    }
  }
}

const FULL = /maximum (messages|bytes|messages per subject) exceeded/;

function refused(subject: string, { err_code, description }: NonNullable<PubAck['error']>): BusError {
  if (FULL.test(description))
    return new BusError('STREAM_FULL', `The stream of "${subject}" is full: ${description}.`, {
      hint: 'Too much work is waiting; start more task-runners or send less.',
    });
  return new BusError('STREAM_FAILED', `The stream of "${subject}" refused a message: ${description} (${err_code}).`);
}

function noStream(subject: string): BusError {
  return new BusError('NO_STREAM', `No stream takes "${subject}".`, {
    hint: 'Is JetStream on in the NATS server, and is the subject in the table of streams?',
  });
}

function lostConfirmation(subject: string): BusError {
  return new BusError('BUS_TIMEOUT', `The server did not confirm a message for "${subject}"; it may be stored or not.`);
}
