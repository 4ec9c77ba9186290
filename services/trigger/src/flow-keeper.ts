import { requestPatiently } from '@tutti/bus';
import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type { FlowRecord, GetFlow, GetFlowReply, ListFlows, ListFlowsReply } from '@tutti/contracts';
import { retryOnConnectionLoss } from '@tutti/database';
import type { Flow } from '@tutti/flow-model';
import type { Clock, Logger } from '@tutti/service-kit';
import { triggersOf } from './core/save-flow.ts';
import { dueAt } from './due-time.ts';
import type { ScheduleDates } from './schedule-dates.ts';
import type { StoredTrigger } from './store/trigger-row.ts';
import type { TriggerStore } from './store/trigger-store.ts';
import type { TriggerIndex } from './trigger-index.ts';

/** Flows per request while all are looked through; with their sources they must fit into a message. */
const PAGE = 40;
const REGISTRY_TIMEOUT_MS = 60_000;
const DATABASE_TIMEOUT_MS = 300_000;

export interface FlowKeeperDeps {
  readonly bus: Bus;
  readonly store: TriggerStore;
  readonly index: TriggerIndex;
  readonly dates: ScheduleDates;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when due times may have changed. */
  readonly changed: () => void;
}

/** Keeps the triggers in step with the flows: by their events, and at a start by looking through all of them. */
export class FlowKeeper {
  readonly #deps: FlowKeeperDeps;
  /** Which version of each flow its triggers are of; events may come late or twice. */
  #versions = new Map<string, string>();
  /** One flow after the other, in the order in which they were heard of. */
  #last: Promise<void> = Promise.resolve();

  constructor(deps: FlowKeeperDeps) {
    this.#deps = deps;
  }

  /** Takes a flow as it was saved, or takes its triggers away when it was deleted. What is older than known is left. */
  keep(record: FlowRecord): Promise<void> {
    const { namespace, id: flowId } = record;
    return this.#inTurn({ namespace, flowId }, () => this.#keep(record));
  }

  /** Reads a flow's triggers anew, after another instance has changed them. */
  refresh(namespace: string, flowId: string): Promise<void> {
    return this.#inTurn({ namespace, flowId }, async () => {
      await this.#deps.index.set(namespace, flowId, await this.#deps.store.list({ namespace, flowId }));
      this.#deps.changed();
    });
  }

  /** Brings all triggers in step with all flows there are: the registry is right, whatever was heard or missed. */
  async reconcile(): Promise<void> {
    const { store, index, log } = this.#deps;
    this.#versions = await store.flowVersions();
    const triggers = byFlow(await store.list({}));
    const gone = new Set(this.#versions.keys());
    const records = await this.#listAll();
    for (const record of records) {
      const { namespace, id } = record;
      const key = keyOf(namespace, id);
      gone.delete(key);
      if (this.#versions.get(key) === versionOf(record)) await index.set(namespace, id, triggers.get(key) ?? []);
      else await this.keep(record);
    }
    for (const key of gone) await this.#check(...split(key));
    log.info({ flows: records.length, gone: gone.size }, 'triggers in step with flows');
    this.#deps.changed();
  }

  /** A flow that was not among all: it is gone, or the pages have moved while they were read. */
  async #check(namespace: string, flowId: string): Promise<void> {
    const record = await this.#fetch(namespace, flowId);
    if (record && !record.deleted) return this.keep(record);
    return this.#inTurn({ namespace, flowId }, () => this.#removeAll(namespace, flowId));
  }

  /** One after the other, and again while the database is away; what fails otherwise is found by the next look at all. */
  async #inTurn(
    flow: { readonly namespace: string; readonly flowId: string },
    work: () => Promise<void>,
  ): Promise<void> {
    const done = this.#last.then(() => retryOnConnectionLoss(work, { timeoutMs: DATABASE_TIMEOUT_MS }));
    this.#last = done.catch(() => undefined); // told below
    await done.catch((error: unknown) => this.#deps.log.error({ ...flow, err: error }, 'triggers of a flow not kept'));
  }

  async #keep(record: FlowRecord): Promise<void> {
    const { namespace, id } = record;
    const known = this.#versions.get(keyOf(namespace, id));
    const version = versionOf(record);
    if (known === version || (known !== undefined && timeOf(known) > record.updatedAtMs)) return;
    const flow = record.deleted ? undefined : (record.flow ?? (await this.#fetch(namespace, id))?.flow);
    if (flow) await this.#take({ ...(flow as unknown as Flow), revision: record.revision }, version);
    else await this.#removeAll(namespace, id);
    this.#versions.set(keyOf(namespace, id), version);
  }

  async #take(flow: Flow, version: string): Promise<void> {
    const { namespace, id } = flow;
    const triggers = await this.#save(flow, version);
    await this.#deps.index.set(namespace, id, triggers);
    this.#deps.changed();
  }

  /** Writes the triggers of a flow and takes away those it no longer has. */
  async #save(flow: Flow, version: string): Promise<StoredTrigger[]> {
    const { store, dates, clock } = this.#deps;
    const nowMs = clock.nowMs();
    return store.transaction(async (transaction) => {
      await store.noteFlow(transaction, flow.namespace, flow.id, version);
      const before = await store.lockFlow(transaction, flow.namespace, flow.id);
      const after = triggersOf(flow, before, nowMs, (trigger, afterMs) => dates.next(trigger, afterMs));
      const kept = new Set(after.map(({ kind, definition }) => `${kind} ${definition.id}`));
      const gone = before.filter(({ kind, definition }) => !kept.has(`${kind} ${definition.id}`));
      await store.remove(
        transaction,
        gone.map(({ id }) => id),
      );
      for (const trigger of after) await store.put(transaction, trigger, dueAt(trigger, nowMs), nowMs);
      return after.length > 0 ? store.lockFlow(transaction, flow.namespace, flow.id) : [];
    });
  }

  async #removeAll(namespace: string, flowId: string): Promise<void> {
    const { store, index } = this.#deps;
    await store.transaction(async (transaction) => {
      await store.forgetFlow(transaction, namespace, flowId);
      const triggers = await store.lockFlow(transaction, namespace, flowId);
      await store.remove(
        transaction,
        triggers.map(({ id }) => id),
      );
    });
    this.#versions.delete(keyOf(namespace, flowId));
    index.delete(namespace, flowId);
  }

  async #listAll(): Promise<FlowRecord[]> {
    const records: FlowRecord[] = [];
    for (let total = Infinity; records.length < total;) {
      const request: ListFlows = { offset: records.length, limit: PAGE };
      const page = await this.#ask<ListFlowsReply>('list', request);
      records.push(...page.records);
      total = page.records.length === 0 ? 0 : page.total;
    }
    return records;
  }

  async #fetch(namespace: string, id: string): Promise<FlowRecord | undefined> {
    const request: GetFlow = { namespace, id };
    return (await this.#ask<GetFlowReply>('get', request)).record;
  }

  #ask<Res>(verb: string, request: unknown): Promise<Res> {
    return requestPatiently<Res>(this.#deps.bus, subjects.flow(verb), request, { deadlineMs: REGISTRY_TIMEOUT_MS });
  }
}

const keyOf = (namespace: string, flowId: string): string => `${namespace}/${flowId}`;
const split = (key: string): [string, string] => key.split('/', 2) as [string, string];

/** A flow that was deleted and made again may have the same revision. */
const versionOf = ({ revision, deleted, updatedAtMs }: FlowRecord): string => `${updatedAtMs} ${revision} ${deleted}`;
const timeOf = (version: string): number => Number.parseInt(version, 10);

function byFlow(triggers: readonly StoredTrigger[]): Map<string, StoredTrigger[]> {
  const groups = new Map<string, StoredTrigger[]>();
  for (const trigger of triggers) {
    const key = keyOf(trigger.flow.namespace, trigger.flow.id);
    const group = groups.get(key);
    if (group) group.push(trigger);
    else groups.set(key, [trigger]);
  }
  return groups;
}
