import type { Logger } from '@tutti/service-kit';
import { Events } from 'nats';
import type { Msg, NatsConnection, NatsError, Subscription as NatsSubscription } from 'nats';
import { consumeBatches } from './batch-consumer.ts';
import type {
  BatchOptions,
  Bus,
  ConsumerDefinition,
  Headers,
  MessageMeta,
  PendingRequest,
  Published,
  PullOptions,
  Puller,
  ReplayStart,
  ReplayedMessage,
  Subscription,
} from './bus.ts';
import { decode, decodeError, encode, encodeError } from './codec.ts';
import type { ErrorData } from './codec.ts';
import { DurablePublisher } from './durable-publisher.ts';
import { NatsMessage, toNatsHeaders } from './nats-message.ts';
import { NatsPuller } from './nats-puller.ts';
import { replayStream } from './nats-replay.ts';
import { Requester } from './requester.ts';
import type { NatsStreams } from './nats-streams.ts';

/** Marks an answer that is an error. */
const ERROR_HEADER = 'Tutti-Error';
const MESSAGE_ID_HEADER = 'Nats-Msg-Id';
const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;

/** The bus over a NATS connection. */
export class NatsBus implements Bus {
  readonly #connection: NatsConnection;
  readonly #streams: NatsStreams;
  readonly #log: Logger;
  readonly #publisher: DurablePublisher;
  readonly #requester: Requester;
  readonly #subscriptions = new Set<NatsSubscription>();
  readonly #pullers = new Set<NatsPuller<never>>();
  readonly #atWork = new Set<Promise<void>>();
  readonly #reconnectListeners: (() => void)[] = [];
  #connected = true;

  constructor(connection: NatsConnection, streams: NatsStreams, log: Logger) {
    this.#connection = connection;
    this.#streams = streams;
    this.#log = log;
    this.#requester = new Requester(connection);
    this.#publisher = new DurablePublisher(connection, () => streams.ensure());
    void this.#watchConnection();
  }

  async request<Req, Res>(
    subject: string,
    body: Req,
    options: { readonly timeoutMs?: number; readonly headers?: Headers } = {},
  ): Promise<Res> {
    const { timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS, headers } = options;
    const answer = await this.#requester.ask(subject, encode(subject, body), headers, timeoutMs);
    if (answer.headers?.has(ERROR_HEADER)) throw decodeError(decode<ErrorData>(subject, answer.data));
    return decode<Res>(subject, answer.data);
  }

  respond<Req, Res>(
    subject: string,
    queue: string | undefined,
    handler: (body: Req, meta: MessageMeta) => Promise<Res> | Res,
  ): Subscription {
    const answer = async (request: PendingRequest<Req>): Promise<void> => {
      try {
        request.reply(await handler(request.body, request));
      } catch (error) {
        request.fail(error);
      }
    };
    return this.receive<Req>(subject, queue, (request) => this.#track(answer(request)));
  }

  receive<Req>(
    subject: string,
    queue: string | undefined,
    handler: (message: PendingRequest<Req>) => void,
  ): Subscription {
    return this.#subscribe(subject, queue, (message) => {
      const request = new NatsRequest<Req>(message, this.#log);
      try {
        request.body = decode<Req>(message.subject, message.data);
        handler(request);
      } catch (error) {
        request.fail(error);
      }
    });
  }

  publish(subject: string, body: unknown, { headers }: { readonly headers?: Headers } = {}): void {
    const data = encode(subject, body);
    this.#connection.publish(subject, data, headers ? { headers: toNatsHeaders(headers) } : {});
  }

  listen<T>(subject: string, handler: (body: T, meta: MessageMeta) => void): Subscription {
    return this.#subscribe(subject, undefined, (message) =>
      handler(decode<T>(message.subject, message.data), new NatsMessage(message)),
    );
  }

  async publishDurable(
    subject: string,
    body: unknown,
    { messageId, headers }: { readonly messageId?: string; readonly headers?: Headers } = {},
  ): Promise<Published> {
    const all = messageId === undefined ? headers : { ...headers, [MESSAGE_ID_HEADER]: messageId };
    return this.#publisher.publish(subject, encode(subject, body), all, messageId !== undefined);
  }

  ensureStreams(): Promise<void> {
    return this.#streams.ensure();
  }

  pull<T>(consumer: ConsumerDefinition, options: PullOptions<T>): Puller {
    const puller = new NatsPuller<T>(consumer, options, {
      connection: this.#connection,
      log: this.#log,
      ensure: async () => {
        await this.#streams.ensure();
        await this.#streams.ensureConsumer(consumer);
      },
    });
    this.#pullers.add(puller);
    return {
      wake: () => puller.wake(),
      stop: async () => {
        await puller.stop();
        this.#pullers.delete(puller);
      },
    };
  }

  consumeBatches<T>(consumer: ConsumerDefinition, options: BatchOptions<T>): Subscription {
    return consumeBatches(this, consumer, options, (error) =>
      this.#log.error({ err: error, consumer: consumer.durable }, 'batch failed, given back'),
    );
  }

  replay<T>(
    stream: string,
    filter: string,
    start: ReplayStart,
    handler: (message: ReplayedMessage<T>) => void,
  ): Promise<Subscription> {
    return replayStream<T>(this.#connection.jetstream(), stream, filter, start, (message) => {
      try {
        handler(message);
      } catch (error) {
        this.#log.error({ err: error, subject: message.subject }, 'message handler failed');
      }
    });
  }

  onReconnect(listener: () => void): void {
    this.#reconnectListeners.push(listener);
  }

  isConnected(): boolean {
    return this.#connected && !this.#connection.isClosed();
  }

  flush(): Promise<void> {
    return this.#connection.flush();
  }

  async drain(): Promise<void> {
    if (this.isConnected()) {
      await Promise.all([...this.#pullers].map((puller) => puller.stop()));
      await Promise.all([...this.#subscriptions].map((subscription) => subscription.drain()));
      await Promise.all(this.#atWork);
      this.#publisher.close();
      this.#requester.close();
      await this.#connection.drain();
    } else {
      this.#publisher.close();
      this.#requester.close();
      await this.#connection.close();
    }
  }

  #subscribe(subject: string, queue: string | undefined, handle: (message: Msg) => void): Subscription {
    const callback = (error: NatsError | null, message: Msg): void => {
      try {
        if (error) throw error;
        handle(message);
      } catch (cause) {
        this.#log.error({ err: cause, subject }, 'message handler failed');
      }
    };
    const subscription = this.#connection.subscribe(subject, { callback, ...(queue && { queue }) });
    this.#subscriptions.add(subscription);
    return {
      stop: async () => {
        this.#subscriptions.delete(subscription);
        if (!subscription.isClosed()) await subscription.drain();
      },
    };
  }

  #track(work: Promise<void>): void {
    this.#atWork.add(work);
    void work.finally(() => this.#atWork.delete(work));
  }

  async #watchConnection(): Promise<void> {
    let whenBack: () => void = () => undefined;
    for await (const { type } of this.#connection.status()) {
      if (type === Events.Disconnect) {
        this.#connected = false;
        whenBack = this.#requester.cutOff();
        this.#log.warn('connection to NATS lost');
      } else if (type === Events.Reconnect) {
        this.#connected = true;
        this.#log.info('connection to NATS is back');
        whenBack();
        this.#reconnected();
      }
    }
    this.#connected = false;
  }

  #reconnected(): void {
    this.#streams.startAgain();
    this.#publisher.resend();
    for (const puller of this.#pullers) puller.renew();
    for (const listener of this.#reconnectListeners) listener();
  }
}

class NatsRequest<Req> extends NatsMessage implements PendingRequest<Req> {
  body!: Req;
  readonly #log: Logger;
  #answered = false;

  constructor(message: Msg, log: Logger) {
    super(message);
    this.#log = log;
  }

  reply(body: unknown): void {
    if (this.#answered) return;
    const data = encode(this.subject, body);
    this.#answered = true;
    this.message.respond(data);
  }

  fail(error: unknown): void {
    if (this.#answered) return;
    this.#answered = true;
    const data = encodeError(this.subject, error);
    if (data.code === 'REMOTE_FAILED') this.#log.error({ err: error, subject: this.subject }, 'request failed');
    this.message.respond(JSON.stringify(data), { headers: toNatsHeaders({ [ERROR_HEADER]: data.code }) });
  }
}
