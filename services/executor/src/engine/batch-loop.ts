import { partitionOf, type JsonMap } from '@tutti/contracts';
import type { Expressions } from '@tutti/expressions';
import { UserError, type Clock, type Histogram, type Logger, type SecretBox } from '@tutti/service-kit';
import { isConnectionLoss, type Queryable } from '@tutti/database';
import { apply, step, type Decision, type Execution } from '../core/index.ts';
import { StaleBatchError, type Committed, type ExecutionStore, type Fence } from '../store/execution-store.ts';
import type { Lease } from '../store/lease-store.ts';
import { BatchDraft } from './batch-draft.ts';
import { randomOf } from './seeded-random.ts';
import type { ExecutionCache } from './execution-cache.ts';
import { NOTHING_DECIDED, type Outcome, type Work } from './work.ts';

export interface BatchLoopOptions {
  readonly owner: string;
  readonly leases: () => ReadonlyMap<number, Lease>;
  readonly store: ExecutionStore;
  readonly cache: ExecutionCache;
  readonly expressions: Expressions;
  /** Variables of the installation, for every template. */
  readonly extras: JsonMap;
  /** Seals secret inputs. */
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly maxBatch: number;
  readonly sizes: Histogram;
  /** Sends what a committed batch asks for. Must not throw. */
  readonly committed: (draft: BatchDraft, result: Committed) => void;
  /** A write was refused because a lease is not held any more. */
  readonly leaseLost: () => void;
}

interface Decided {
  readonly work: Work;
  readonly outcome: Outcome;
}

interface Failed {
  readonly work: Work;
  readonly error: unknown;
}

interface DecidedBatch {
  readonly draft: BatchDraft;
  readonly decided: readonly Decided[];
  readonly failed: readonly Failed[];
}

interface SavedBatch extends DecidedBatch {
  readonly result: Committed;
}

/**
 * Load, decide, save, for as many inputs at a time as have come while the last batch was being saved. One commit is in
 * flight: idle, a batch is a single input and costs one commit; under load it is hundreds, for the price of one.
 */
export class BatchLoop {
  readonly #options: BatchLoopOptions;
  #queue: Work[] = [];
  #running: Promise<void> | undefined;

  constructor(options: BatchLoopOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#queue.length;
  }

  /** Puts work in line; its `done` or `fail` is called exactly once. */
  add(work: Work): void {
    this.#queue.push(work);
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Resolves when nothing is in line or in flight. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the event loop belongs to the same batch.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const works = this.#queue.splice(0, this.#options.maxBatch);
      const [slotted, free] = [works.filter(({ needsSlot }) => needsSlot), works.filter(({ needsSlot }) => !needsSlot)];
      if (free.length > 0) await this.#process(free);
      if (slotted.length > 0) await this.#process(slotted);
    }
  }

  /** A batch that fails for a reason of its own is taken apart, so that one bad input fails alone. */
  async #process(works: readonly Work[]): Promise<void> {
    this.#options.sizes.observe(works.length);
    try {
      await this.#batch(works);
    } catch (error) {
      this.#options.cache.forget(works.map(({ executionId }) => executionId));
      if (error instanceof StaleBatchError && error.reason === 'LEASE_LOST') {
        this.#options.leaseLost();
        for (const work of works) work.fail(error);
      } else if (isConnectionLoss(error)) for (const work of works) work.fail(error);
      else if (works.length > 1) for (const work of works) await this.#process([work]);
      else if (error instanceof StaleBatchError) await this.#retryOnce(works[0]!, error);
      else this.#refuse(works[0]!, error);
    }
  }

  /** What made it stale (an execution that exists already, an old copy) is read anew the second time. */
  async #retryOnce(work: Work, first: StaleBatchError): Promise<void> {
    this.#options.log.debug({ executionId: work.executionId, reason: first.reason }, 'input is decided again');
    try {
      await this.#batch([work], true);
    } catch (error) {
      this.#options.cache.forget([work.executionId]);
      this.#refuse(work, error);
    }
  }

  #refuse(work: Work, error: unknown): void {
    if (!(error instanceof UserError))
      this.#options.log.error({ executionId: work.executionId, err: error }, 'input could not be applied');
    work.fail(error);
  }

  async #batch(works: readonly Work[], verify = false): Promise<void> {
    const { cache, store } = this.#options;
    const known = works.filter(({ create }) => verify || !create).map(({ executionId }) => executionId);
    const executions = await cache.load([...new Set(known)]);
    if (!works[0]!.needsSlot) return this.#finish(await this.#save(this.#decideAll(works, executions)));
    const flows = works.map(({ executionId, create }) => {
      const { namespace, flowId } = executions.get(executionId) ?? create!(this.#options.clock.nowMs());
      return { namespace, flowId };
    });
    const saved = await store.withSlots(flows, async (transaction, used) => {
      const granted = await this.#grantSlots(works, executions, used);
      return this.#save(this.#decideAll(granted, executions), transaction);
    });
    this.#finish(saved);
  }

  /** Tells each work that needs a slot whether it has one, in the order they came. */
  async #grantSlots(
    works: readonly Work[],
    executions: ReadonlyMap<string, Execution>,
    used: (namespace: string, flowId: string) => Promise<number>,
  ): Promise<Work[]> {
    const taken = new Map<string, number>();
    const granted: Work[] = [];
    for (const work of works) {
      const execution = executions.get(work.executionId) ?? work.create!(this.#options.clock.nowMs());
      const { namespace, flowId, plan } = execution;
      const key = `${namespace} ${flowId}`;
      const inUse = taken.get(key) ?? (await used(namespace, flowId));
      const { limit = Infinity, behavior = 'QUEUE' } = plan.flow.concurrency ?? {};
      const free = inUse < limit;
      taken.set(key, inUse + Number(free));
      granted.push({
        ...work,
        done: (outcome) => work.done(outcome),
        fail: (error) => work.fail(error),
        input: (current, existed, nowMs) => {
          const input = work.input(current, existed, nowMs);
          return input?.type === 'StartExecution' && !free ? { type: 'RefuseSlot', behavior } : input;
        },
      });
    }
    return granted;
  }

  #decideAll(works: readonly Work[], executions: Map<string, Execution>): DecidedBatch {
    const draft = new BatchDraft(this.#options.clock.nowMs());
    const decided: Decided[] = [];
    const failed: Failed[] = [];
    for (const work of works) {
      const existing = executions.get(work.executionId) ?? this.#options.cache.get(work.executionId);
      const execution = existing ?? work.create?.(draft.nowMs);
      if (!execution) {
        failed.push({ work, error: unknownExecution(work.executionId) });
        continue;
      }
      executions.set(execution.id, execution);
      const decision = this.#decide(work, execution, existing !== undefined, draft);
      if (decision.refused)
        failed.push({ work, error: new UserError(decision.refused.code, decision.refused.message) });
      else decided.push({ work, outcome: { execution, decision, existed: existing !== undefined } });
    }
    draft.close();
    return { draft, decided, failed };
  }

  #decide(work: Work, execution: Execution, existed: boolean, draft: BatchDraft): Decision {
    const { nowMs } = draft;
    draft.begin(execution, partitionOf(execution.id), { created: !existed, idempotencyKey: work.idempotencyKey });
    const begun = existed ? [] : (work.begin?.(execution, nowMs) ?? []);
    for (const event of begun) apply(execution, event);
    const input = work.input(execution, existed, nowMs);
    const { expressions, extras } = this.#options;
    const context = { nowMs, expressions, extras, random: randomOf(execution) };
    const first = withExtras(input ? step(execution, input, context) : NOTHING_DECIDED, work);
    const further = work.followUp?.(first);
    const decision = further ? joined(first, step(execution, further, context)) : first;
    draft.add(execution, begun.length > 0 ? { ...decision, events: [...begun, ...decision.events] } : decision);
    if (work.timerId !== undefined) draft.endTimer(execution, work.timerId);
    if (input?.type === 'StartExecution' && execution.plan.flow.concurrency) draft.takeSlot(execution);
    return decision;
  }

  async #save(batch: DecidedBatch, transaction?: Queryable): Promise<SavedBatch> {
    const { store, owner } = this.#options;
    const { draft } = batch;
    if (draft.touched.size === 0) return { ...batch, result: { logIds: [], position: 0 } };
    const fence: Fence = { owner, epochs: this.#epochs(draft.partitions) };
    return { ...batch, result: await store.commit(fence, draft.rows(this.#options.box), transaction) };
  }

  #finish({ draft, decided, failed, result }: SavedBatch): void {
    for (const { execution } of draft.touched.values()) this.#options.cache.keep(execution);
    this.#options.committed(draft, result);
    for (const { work, outcome } of decided) work.done(outcome);
    for (const { work, error } of failed) work.fail(error);
  }

  #epochs(partitions: Iterable<number>): Map<number, number> {
    const leases = this.#options.leases();
    // An epoch of 0 is never current: the statement refuses the batch as a whole.
    return new Map([...partitions].map((partition) => [partition, leases.get(partition)?.epoch ?? 0]));
  }
}

/** A decision with what came along with its input; nothing of it when the input changed nothing of an execution. */
function withExtras(decision: Decision, { logs = [], metrics = [], commands = [], create }: Work): Decision {
  const changed = decision.events.length > 0 || create !== undefined;
  if (!changed || logs.length + metrics.length + commands.length === 0) return decision;
  return {
    ...decision,
    logs: [...logs, ...decision.logs],
    metrics: [...decision.metrics, ...metrics],
    commands: [...decision.commands, ...commands],
  };
}

/** Two decisions as one. A task that was dispatched by the first and claimed by the second needs no dispatch. */
function joined(first: Decision, second: Decision): Decision {
  const claimed = new Set(second.events.flatMap((event) => ('workerId' in event ? [event.taskRunId] : [])));
  return {
    events: [...first.events, ...second.events],
    commands: [
      ...first.commands.filter((command) => command.type !== 'RunTask' || !claimed.has(command.taskRunId)),
      ...second.commands,
    ],
    logs: [...first.logs, ...second.logs],
    metrics: [...first.metrics, ...second.metrics],
  };
}

const unknownExecution = (id: string) =>
  new UserError('EXECUTION_UNKNOWN', `There is no execution ${id}.`, { hint: 'It may have been deleted or purged.' });
