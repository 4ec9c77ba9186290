/** Plain text headers of a message. */
export type Headers = Readonly<Record<string, string>>;

/** What a handler learns about a message beside its body. */
export interface MessageMeta {
  readonly subject: string;
  readonly headers: Headers;
}

/** A subscription that can be ended. */
export interface Subscription {
  /** Takes no further message; those that have arrived are still handled. */
  stop(): Promise<void>;
}

/** A request that may be answered later, for instance after a commit. */
export interface PendingRequest<Req> extends MessageMeta {
  readonly body: Req;
  /** Answers; only the first answer counts. A message that asked for none is left alone. */
  reply(body: unknown): void;
  /** Answers with an error: a `UserError` or `BusError` arrives as itself, anything else as REMOTE_FAILED. */
  fail(error: unknown): void;
}

/** A durable consumer of a stream: created when it is not there, also after the store was emptied. */
export interface ConsumerDefinition {
  readonly stream: string;
  /** Name on the server; consumers of one name share the messages. */
  readonly durable: string;
  readonly filter?: string;
  /** After this time without `ack`, `nak` or `working` a message is delivered again, ms. */
  readonly ackWaitMs: number;
}

/** A message taken from a stream. It counts as done only after `ack`. */
export interface PulledMessage<T> extends MessageMeta {
  readonly body: T;
  /** Position in the stream. */
  readonly seq: number;
  readonly redelivered: boolean;
  ack(): void;
  /** Gives it back: delivered again at once, or after a while. */
  nak(delayMs?: number): void;
  /** Still at it: the time until redelivery starts anew. */
  working(): void;
}

/** How a puller gets work. */
export interface PullOptions<T> {
  /** How many messages could be worked on now in addition to those that were handed over. */
  readonly freeSlots: () => number;
  /**
   * Called as messages arrive, without waiting for earlier ones; takes its slot before it first awaits.
   * What it throws gives the message back after a pause.
   */
  readonly handler: (message: PulledMessage<T>) => Promise<void> | void;
}

/** Pulls messages for free slots only. */
export interface Puller {
  /** Looks at `freeSlots` again: call it when one has become free. */
  wake(): void;
  /** Asks for no more and gives back what still arrives. */
  stop(): Promise<void>;
}

/** How a stream is read in batches. */
export interface BatchOptions<T> {
  readonly maxBatch: number;
  /** One batch at a time: what arrived during the last one. Acknowledged when it resolves, given back when it throws. */
  readonly handler: (messages: readonly PulledMessage<T>[]) => Promise<void>;
}

/** Where a replay begins; the beginning of the stream when left out. */
export interface ReplayStart {
  readonly fromSeq?: number;
  readonly fromTimeMs?: number;
}

/** A message of a replay; nothing to acknowledge. */
export interface ReplayedMessage<T> extends MessageMeta {
  readonly body: T;
  readonly seq: number;
  /** When the stream took it, Unix ms. */
  readonly timeMs: number;
}

/** Where a durable message landed. */
export interface Published {
  readonly seq: number;
  /** A message of the same id was there already. */
  readonly duplicate: boolean;
}

/** The message bus: JSON bodies of at most 256 KB, request and reply, fan-out, streams. */
export interface Bus {
  /**
   * Asks whoever responds to the subject and waits for the answer.
   * @throws {BusError} NO_RESPONDERS, BUS_TIMEOUT, REMOTE_FAILED; and the `UserError` that the responder threw.
   */
  request<Req, Res>(
    subject: string,
    body: Req,
    options?: { readonly timeoutMs?: number; readonly headers?: Headers },
  ): Promise<Res>;
  /** Answers requests; of responders with the same queue name one gets each request. */
  respond<Req, Res>(
    subject: string,
    queue: string | undefined,
    handler: (body: Req, meta: MessageMeta) => Promise<Res> | Res,
  ): Subscription;
  /** Like `respond` for owners that batch: the answer may come later. */
  receive<Req>(
    subject: string,
    queue: string | undefined,
    handler: (message: PendingRequest<Req>) => void,
  ): Subscription;
  /** Tells everybody who listens now; nobody confirms. */
  publish(subject: string, body: unknown, options?: { readonly headers?: Headers }): void;
  /** Hears everything published on a subject. */
  listen<T>(subject: string, handler: (body: T, meta: MessageMeta) => void): Subscription;
  /**
   * Stores a message in the stream of its subject; resolves once the server has it. Many may be under way at once.
   * @param options.messageId The stream takes a message of this id only once in two minutes.
   * @throws {BusError} NO_STREAM, STREAM_FULL, BUS_TIMEOUT.
   */
  publishDurable(
    subject: string,
    body: unknown,
    options?: { readonly messageId?: string; readonly headers?: Headers },
  ): Promise<Published>;
  /** Creates or updates the declared streams; cheap to repeat. */
  ensureStreams(): Promise<void>;
  pull<T>(consumer: ConsumerDefinition, options: PullOptions<T>): Puller;
  /** Reads a stream with a durable consumer, batch by batch. */
  consumeBatches<T>(consumer: ConsumerDefinition, options: BatchOptions<T>): Subscription;
  /** Reads a stream in order from a point in the past and goes on with what comes. */
  replay<T>(
    stream: string,
    filter: string,
    start: ReplayStart,
    handler: (message: ReplayedMessage<T>) => void,
  ): Promise<Subscription>;
  /** Called after a lost connection is back: what was said meanwhile on core subjects was not heard. */
  onReconnect(listener: () => void): void;
  isConnected(): boolean;
  /** Resolves when the server has heard everything said before, subscriptions included. */
  flush(): Promise<void>;
  /** Ends subscriptions, lets handlers finish, sends what is buffered, closes. */
  drain(): Promise<void>;
}
