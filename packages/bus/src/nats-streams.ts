import { AckPolicy, DeliverPolicy, DiscardPolicy, NatsError, RetentionPolicy, StorageType, nanos } from 'nats';
import type { ConsumerConfig, JetStreamManager, NatsConnection, StreamConfig } from 'nats';
import type { ConsumerDefinition } from './bus.ts';
import { BusError } from './bus-error.ts';
import { DEDUPLICATION_WINDOW_MS } from './stream-table.ts';
import type { StreamDefinition } from './stream-table.ts';

/** JetStream's own codes for "there is one of that name with another configuration". */
const STREAM_NAME_IN_USE = 10_058;
const CONSUMER_DIFFERS: ReadonlySet<number | undefined> = new Set([10_013, 10_148]);

/** Messages of one consumer that may be delivered and not yet acknowledged. */
const MAX_ACK_PENDING = 20_000;
/** Requests of all pullers of a consumer that may wait on the server at once: one per free slot at most. */
const MAX_WAITING = 16_384;

/** Creates streams and consumers as declared, any number of times. */
export class NatsStreams {
  readonly #connection: NatsConnection;
  readonly #streams: readonly StreamDefinition[];
  readonly #replicas: number;
  #manager: Promise<JetStreamManager> | undefined;
  #ensuring: Promise<void> | undefined;
  #connected = new AbortController();

  constructor(connection: NatsConnection, streams: readonly StreamDefinition[], replicas: number) {
    this.#connection = connection;
    this.#streams = streams;
    this.#replicas = replicas;
  }

  /** Creates what is missing and adapts what differs; calls at the same time share one run. */
  ensure(): Promise<void> {
    if (this.#ensuring) return this.#ensuring;
    const run = this.#unlessCutOff(this.#ensureAll()).finally(() => {
      if (this.#ensuring === run) this.#ensuring = undefined;
    });
    this.#ensuring = run;
    return run;
  }

  ensureConsumer(definition: ConsumerDefinition): Promise<void> {
    return this.#unlessCutOff(this.#addConsumer(definition));
  }

  /**
   * After a reconnect: what is under way may wait for an answer that was lost with the server, or have made streams that
   * were lost with its store. It fails at once, and the next call begins anew.
   */
  startAgain(): void {
    this.#ensuring = undefined;
    this.#connected.abort();
    this.#connected = new AbortController();
  }

  async #addConsumer(definition: ConsumerDefinition): Promise<void> {
    const manager = await this.#api();
    const config = consumerConfig(definition);
    await manager.consumers.add(definition.stream, config).catch(async (error: unknown) => {
      if (!CONSUMER_DIFFERS.has(apiCode(error))) throw error;
      await manager.consumers.update(definition.stream, definition.durable, config);
    });
  }

  #unlessCutOff(work: Promise<void>): Promise<void> {
    const { signal } = this.#connected;
    return new Promise((resolve, reject) => {
      const cutOff = (): void =>
        reject(new BusError('BUS_TIMEOUT', 'The connection to NATS was lost before a stream or consumer was made.'));
      signal.addEventListener('abort', cutOff, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', cutOff));
    });
  }

  async #ensureAll(): Promise<void> {
    const manager = await this.#api();
    for (const definition of this.#streams) await this.#ensureStream(manager, definition);
  }

  async #ensureStream(manager: JetStreamManager, definition: StreamDefinition): Promise<void> {
    const config = this.#streamConfig(definition);
    try {
      await manager.streams.add(config).catch(async (error: unknown) => {
        if (apiCode(error) !== STREAM_NAME_IN_USE) throw error;
        await manager.streams.update(definition.name, config);
      });
    } catch (cause) {
      throw explainStreamFault(definition.name, cause);
    }
  }

  #api(): Promise<JetStreamManager> {
    this.#manager ??= this.#connection.jetstreamManager({ checkAPI: false });
    return this.#manager;
  }

  #streamConfig(definition: StreamDefinition): Partial<StreamConfig> & { name: string } {
    return {
      name: definition.name,
      subjects: [...definition.subjects],
      description: definition.description,
      retention: definition.retention === 'workQueue' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
      discard: definition.whenFull === 'refuse' ? DiscardPolicy.New : DiscardPolicy.Old,
      storage: StorageType.File,
      max_bytes: definition.maxBytes,
      max_age: nanos(definition.maxAgeMs),
      duplicate_window: nanos(DEDUPLICATION_WINDOW_MS),
      num_replicas: this.#replicas,
    };
  }
}

function consumerConfig({ durable, filter, ackWaitMs }: ConsumerDefinition): Partial<ConsumerConfig> {
  return {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: MAX_ACK_PENDING,
    max_waiting: MAX_WAITING,
    ...(filter && { filter_subject: filter }),
  };
}

function explainStreamFault(name: string, cause: unknown): BusError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (apiCode(cause) === undefined)
    return new BusError('STREAM_FAILED', `Stream ${name} cannot be had: ${reason}.`, { cause });
  return new BusError('STREAM_CONFLICT', `Stream ${name} exists and cannot be made as declared: ${reason}.`, {
    hint: `Look at it with "nats stream info ${name}"; deleting it loses no work.`,
    cause,
  });
}

/** JetStream's own code of an error it answered with. */
function apiCode(error: unknown): number | undefined {
  return error instanceof NatsError ? error.api_error?.err_code : undefined;
}
