import { EventEmitter, on, once } from 'node:events';
import { connectBus } from '@tutti/bus';
import type { Bus } from '@tutti/bus';
import { TestNatsServer } from '@tutti/bus/testing';
import { subjects } from '@tutti/contracts';
import type {
  CreateExecution,
  ExecutionReply,
  ExecutionSnapshot,
  FlowRecord,
  GetFlow,
  GetFlowReply,
  JsonMap,
  ListFlowsReply,
} from '@tutti/contracts';
import { createTestDatabase } from '@tutti/database/testing';
import { parseFlow } from '@tutti/flow-model';
import { loadCatalogue } from '@tutti/plugins';
import { Metrics, silentLogger } from '@tutti/service-kit';
import type { RunningService, UserError } from '@tutti/service-kit';
import { inject } from 'vitest';
import { startTrigger } from '../index.ts';

/** Trigger services on a real bus and database, with this process in the places of flow-registry and executor. */
export async function startHarness() {
  const database = await createTestDatabase();
  const nats = await TestNatsServer.start(inject('natsServerBinary'));
  const bus = await connectBus({ url: nats.url, name: 'harness', log: silentLogger });
  await bus.ensureStreams();
  const registry = await standInRegistry(bus);
  const executor = new StandInExecutor(bus);
  const services: RunningService[] = [];
  let offsetMs = 0;

  return {
    bus,
    nats,
    database,
    registry,
    executor,
    nowMs: () => Date.now() + offsetMs,
    /** Services started from now on have a clock that is so much ahead. */
    setClock(toMs: number): void {
      offsetMs = toMs - Date.now();
    },
    async start(): Promise<RunningService> {
      const ahead = offsetMs;
      const env = { TUTTI_NATS_URL: nats.url, TUTTI_DATABASE_URL: database.url, TUTTI_TRIGGER_TIMEZONE: 'UTC' };
      const clock = { nowMs: () => Date.now() + ahead };
      const fail = (error: unknown): void => {
        throw error;
      };
      const service = await startTrigger({
        name: 'trigger',
        log: silentLogger,
        clock,
        metrics: new Metrics(),
        env,
        fail,
      });
      services.push(service);
      return service;
    },
    ask: <Res>(verb: string, body: unknown): Promise<Res> => bus.request<unknown, Res>(subjects.trigger(verb), body),
    async stop(): Promise<void> {
      for (const service of services) await service.stop().catch(() => undefined); // some were stopped by their test
      await bus.drain();
      await database.drop();
      await nats.destroy();
    },
  };
}

async function standInRegistry(bus: Bus) {
  const catalogue = await loadCatalogue('');
  const records = new Map<string, FlowRecord>();
  bus.respond<GetFlow, GetFlowReply>(subjects.flow('get'), undefined, ({ namespace, id }) => {
    const record = records.get(`${namespace}/${id}`);
    return record ? { record } : {};
  });
  bus.respond<{ offset: number; limit: number }, ListFlowsReply>(subjects.flow('list'), undefined, (page) => {
    const all = [...records.values()].map(({ flow: _flow, ...record }) => record);
    return { records: all.slice(page.offset, page.offset + page.limit), total: all.length };
  });
  const publish = async (kind: string, record: FlowRecord): Promise<void> => {
    await bus.publishDurable(subjects.flowEvent(kind, record.namespace, record.id), { record });
    await bus.flush();
  };
  return {
    /** Saves a flow and tells of it; `quietly` leaves out the event, as if it were lost. */
    async save(source: string, quietly = false): Promise<void> {
      const { flow, findings } = parseFlow(source, catalogue, {});
      if (!flow) throw new Error(findings.map(({ message }) => message).join('\n'));
      const key = `${flow.namespace}/${flow.id}`;
      const revision = (records.get(key)?.revision ?? 0) + 1;
      const { namespace, id, disabled } = flow;
      const own = { namespace, id, revision, source, deleted: false, disabled, updatedAtMs: Date.now() };
      const record = { ...own, flow: { ...flow, revision } as unknown as JsonMap };
      records.set(key, record);
      if (!quietly) await publish('saved', record);
    },
    async remove(namespace: string, id: string): Promise<void> {
      const record = { ...records.get(`${namespace}/${id}`)!, deleted: true };
      records.delete(`${namespace}/${id}`);
      await publish('deleted', record);
    },
  };
}

/** Creates executions as the executor does: an id that is there already gives the one there is. */
export class StandInExecutor {
  readonly created: CreateExecution[] = [];
  /** How often each id was asked for. */
  readonly asked = new Map<string, number>();
  /** Refuses everything while set. */
  refusal: UserError | undefined;
  readonly #bus: Bus;
  readonly #told = new EventEmitter();
  readonly #states = new Map<string, ExecutionSnapshot>();

  constructor(bus: Bus) {
    this.#bus = bus;
    bus.respond<CreateExecution, ExecutionReply>('cmd.execution.*.create', undefined, (request) =>
      this.#create(request),
    );
  }

  /** The executions created so far, once there are so many. */
  async until(count: number): Promise<readonly CreateExecution[]> {
    if (this.created.length >= count) return this.created;
    for await (const _ of on(this.#told, 'created')) if (this.created.length >= count) break;
    return this.created;
  }

  /** Resolves with the next request, whether it creates something or not. */
  async nextRequest(): Promise<void> {
    await once(this.#told, 'asked');
  }

  /** Ends an execution and tells of it. */
  async end(executionId: string, state: ExecutionSnapshot['state'] = 'SUCCESS', outputs?: JsonMap): Promise<void> {
    const before = this.#states.get(executionId)!;
    const execution = { ...before, state, endedAtMs: Date.now(), ...(outputs && { outputs }) };
    this.#states.set(executionId, execution);
    const subject = subjects.executionEvent('ended', executionId, execution.namespace, execution.flowId);
    await this.#bus.publishDurable(subject, { execution });
  }

  /** An execution that no trigger has started ends. */
  async endOther(
    namespace: string,
    flowId: string,
    state: ExecutionSnapshot['state'],
    outputs: JsonMap = {},
  ): Promise<string> {
    const id = `${flowId}-${this.#states.size}`;
    this.#states.set(id, snapshotOf({ executionId: id, namespace, flowId }));
    await this.end(id, state, outputs);
    return id;
  }

  #create(request: CreateExecution): ExecutionReply {
    const { executionId } = request;
    this.asked.set(executionId, (this.asked.get(executionId) ?? 0) + 1);
    try {
      if (this.refusal) throw this.refusal;
      const execution = this.#states.get(executionId) ?? snapshotOf(request);
      if (!this.#states.has(executionId)) this.created.push(request);
      this.#states.set(executionId, execution);
      this.#told.emit('created');
      return { execution };
    } finally {
      this.#told.emit('asked');
    }
  }
}

function snapshotOf({ executionId, namespace, flowId, labels = [], trigger }: CreateExecution): ExecutionSnapshot {
  return {
    id: executionId,
    namespace,
    flowId,
    flowRevision: 1,
    state: 'CREATED',
    histories: [],
    version: 1,
    labels,
    originalId: executionId,
    attemptNumber: 1,
    createdAtMs: Date.now(),
    ...(trigger && { trigger }),
  };
}
