import {
  DEFAULT_WORKER_GROUP,
  partitionOf,
  subjects,
  type ExecutionReply,
  type JsonMap,
  type SubflowReport,
} from '@tutti/contracts';
import { requestPatiently, type Bus } from '@tutti/bus';
import type { Database } from '@tutti/database';
import type { Expressions } from '@tutti/expressions';
import type { Catalogue } from '@tutti/flow-model';
import type { Clock, Logger, Metrics, SecretBox } from '@tutti/service-kit';
import type { Storage } from '@tutti/storage';
import type { Config } from '../config.ts';
import { isSettled, owed, type Execution } from '../core/index.ts';
import { leaseOf } from '../handlers/report.ts';
import { ExecutionSearch } from '../store/execution-search.ts';
import { ExecutionStore, type Committed } from '../store/execution-store.ts';
import { JournalStore } from '../store/journal-store.ts';
import type { Lease } from '../store/lease-store.ts';
import { LogStore } from '../store/log-store.ts';
import { TimerStore } from '../store/timer-store.ts';
import { AttemptWatch } from './attempt-watch.ts';
import type { BatchDraft } from './batch-draft.ts';
import { BatchLoop } from './batch-loop.ts';
import { ContextVault } from './context-vault.ts';
import { Effects } from './effects.ts';
import { Evaluator } from './evaluator.ts';
import { EventPublisher } from './event-publisher.ts';
import { ExecutionCache } from './execution-cache.ts';
import type { ContextSources } from './full-context.ts';
import { FlowSource } from './flow-source.ts';
import { Inputs } from './inputs.ts';
import { LogLedger } from './log-ledger.ts';
import { LogWriter } from './log-writer.ts';
import { ReplyDesk } from './reply-desk.ts';
import { storedLines } from './stored-lines.ts';
import { Timers } from './timers.ts';
import { UntilDone } from './until-done.ts';

export interface EngineOptions {
  readonly owner: string;
  readonly config: Config;
  readonly bus: Bus;
  readonly database: Database;
  readonly storage: Storage;
  readonly catalogue: Catalogue;
  /** For decisions: synchronous, without services. */
  readonly expressions: Expressions;
  /** For what a decision asks of the outside: with `kv()`, `secret()`, `read()` … */
  readonly ioExpressions: Expressions;
  /** Variables of the installation, for every template. */
  readonly extras: JsonMap;
  /** Seals secret inputs. */
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly leases: () => ReadonlyMap<number, Lease>;
  readonly leaseLost: () => void;
}

/** How many unfinished executions are looked through at a time when a partition is taken over. */
const RECOVERY_PAGE = 200;
const REPORT_PATIENCE_MS = 60_000;

/** The parts of the executor around its core, wired together; handlers take what they need from here. */
export class Engine {
  readonly bus: Bus;
  readonly flows: FlowSource;
  readonly store: ExecutionStore;
  readonly logStore: LogStore;
  readonly search: ExecutionSearch;
  readonly cache: ExecutionCache;
  readonly loop: BatchLoop;
  readonly inputs: Inputs;
  readonly replies: ReplyDesk;
  readonly watch: AttemptWatch;
  readonly ledger: LogLedger;
  readonly vault: ContextVault;
  readonly timers: Timers;
  readonly publisher: EventPublisher;
  readonly effects: Effects;
  /** Decisions' expressions: no services. */
  readonly expressions: Expressions;
  readonly ioExpressions: Expressions;
  readonly extras: JsonMap;
  /** For templates that may wait for the outside. */
  readonly contextSources: ContextSources;
  readonly #options: EngineOptions;
  readonly #journal: JournalStore;
  readonly #timerStore: TimerStore;
  readonly #logWriter: LogWriter;
  readonly #heldEvents: UntilDone;

  constructor(options: EngineOptions) {
    const { bus, database, storage, catalogue, config, clock, log, metrics, owner, leases } = options;
    this.#options = options;
    this.bus = bus;
    this.expressions = options.expressions;
    this.ioExpressions = options.ioExpressions;
    this.extras = options.extras;
    this.contextSources = { expressions: options.ioExpressions, storage, extras: options.extras };
    this.store = new ExecutionStore(database);
    this.#journal = new JournalStore(database);
    this.#timerStore = new TimerStore(database);
    this.logStore = new LogStore(database);
    this.search = new ExecutionSearch(database);
    this.flows = new FlowSource(bus, catalogue, options.expressions);
    this.cache = new ExecutionCache(this.store, this.flows, options.box, config.cachedExecutions, log);
    this.loop = new BatchLoop({
      owner,
      leases,
      store: this.store,
      cache: this.cache,
      expressions: options.expressions,
      extras: options.extras,
      box: options.box,
      clock,
      log,
      maxBatch: config.maxBatch,
      sizes: metrics.histogram('tutti_executor_batch_size', 'Inputs decided in one commit.', [1, 2, 5, 10, 20, 50, 100, 200, 500]), // prettier-ignore
      committed: (draft, result) => this.#committed(draft, result),
      leaseLost: options.leaseLost,
    });
    const isOurs = (executionId: string): boolean => leases().has(partitionOf(executionId));
    this.inputs = new Inputs(this.loop, log, isOurs);
    this.replies = new ReplyDesk(() => this.inputs);
    this.#logWriter = new LogWriter({ owner, leases, store: this.logStore, bus, log, maxLines: 2_000 });
    this.ledger = new LogLedger(this.logStore, this.#logWriter);
    this.vault = new ContextVault(storage);
    this.timers = new Timers(clock, (executionId, timerId) => this.inputs.timerFired(executionId, timerId));
    this.#heldEvents = new UntilDone(
      () => this.#publishAgain(),
      (error) => log.warn({ err: error }, 'events could not be published again'),
    );
    this.publisher = new EventPublisher(bus, log, () => this.#heldEvents.wake());
    this.watch = new AttemptWatch(clock, config.workerLostMs, ({ executionId, taskRunId, attempt }) =>
      this.inputs.add(executionId, { type: 'AttemptLost', taskRunId, attempt }),
    );
    this.effects = new Effects({
      bus,
      log,
      timers: this.timers,
      evaluator: new Evaluator(
        this.contextSources,
        () => this.inputs,
        (executionId, template) => this.#renderOver(executionId, template),
      ),
      engine: this,
      isOurs,
    });
    observe(metrics, this);
  }

  /** Takes up the work of partitions: what was under way, what is owed, what is due. */
  async takeOver(leases: readonly Lease[]): Promise<void> {
    const partitions = leases.map(({ partition }) => partition);
    const ids = await this.store.unfinished(partitions);
    for (let at = 0; at < ids.length; at += RECOVERY_PAGE) {
      const executions = await this.cache.load(ids.slice(at, at + RECOVERY_PAGE));
      for (const execution of executions.values()) this.#resume(execution);
    }
    for (const timer of await this.#timerStore.load(partitions))
      this.timers.set(timer.id, timer.execution_id, timer.due_at_ms);
    for (const { partition, publishedPosition } of leases)
      await this.publisher.catchUp(partition, publishedPosition, this.#journal, this.cache);
    if (ids.length > 0)
      this.#options.log.info({ partitions, executions: ids.length }, 'unfinished executions taken over');
  }

  /** Says again what may not have been heard, after the bus was away or lost its store. */
  async sayAgain(): Promise<void> {
    const { leases, log } = this.#options;
    const ids = await this.store.unfinished([...leases().keys()]);
    for (let at = 0; at < ids.length; at += RECOVERY_PAGE)
      for (const execution of (await this.cache.load(ids.slice(at, at + RECOVERY_PAGE))).values())
        this.#sayOwed(execution);
    await this.#publishAgain();
    log.info({ executions: ids.length }, 'what is owed was said again');
  }

  /** Forgets executions that are somebody else's from now on. */
  async letGo(isTheirs: (executionId: string) => boolean): Promise<void> {
    await this.loop.idle();
    this.cache.forgetWhere(isTheirs);
    this.watch.forgetWhere(isTheirs);
    this.replies.forgetWhere(isTheirs);
    this.timers.forgetWhere(isTheirs);
    this.ledger.clear();
  }

  async stop(): Promise<void> {
    await this.#heldEvents.stop();
    await this.loop.idle();
    await this.#logWriter.idle();
    this.timers.stop();
    this.watch.stop();
    await this.flows.stop();
  }

  #renderOver(executionId: string, template: string): Promise<ExecutionReply> {
    const subject = subjects.execution('evaluate', executionId);
    return requestPatiently(this.bus, subject, { executionId, template }, { deadlineMs: REPORT_PATIENCE_MS });
  }

  #publishAgain(): Promise<void> {
    return this.publisher.publishAgain(this.#options.leases().keys(), this.#journal, this.cache);
  }

  #committed(draft: BatchDraft, { logIds, position }: Committed): void {
    const touched = [...draft.touched.values()];
    this.effects.showLines(storedLines(touched, logIds));
    this.publisher.publish(touched, position);
    for (const { execution, commands, endedTimers, wasSettled } of touched) {
      for (const timerId of endedTimers) this.timers.cancel(timerId);
      for (const command of commands) this.effects.carryOut(execution, command);
      this.replies.changed(execution);
      if (isSettled(execution) && !wasSettled) this.#settled(execution);
    }
  }

  /** An execution is over: whoever waited for it, or for its slot, hears so. */
  #settled(execution: Execution): void {
    const { parent, plan } = execution;
    if (parent?.wait) this.#background('subflow reported', this.#reportToParent(execution));
    if (plan.flow.concurrency)
      this.#background('next of the queue started', this.startQueued(execution.namespace, execution.flowId));
  }

  async #reportToParent({ id, parent, state, outputs }: Execution): Promise<void> {
    if (!parent) return;
    const { executionId, taskRunId, attempt, index } = parent;
    const report: SubflowReport = {
      executionId,
      taskRunId,
      attempt,
      index,
      childId: id,
      state,
      ...(outputs && { outputs }),
    };
    await requestPatiently(this.bus, subjects.report('subflow', executionId), report, {
      deadlineMs: REPORT_PATIENCE_MS,
    });
  }

  /** Lets the executions that have waited longest for a slot of a flow try for it. */
  async startQueued(namespace: string, flowId: string): Promise<void> {
    const plan = await this.flows.plan(namespace, flowId);
    const ids = await this.store.queued(namespace, flowId, plan.flow.concurrency?.limit ?? 1);
    for (const executionId of ids)
      await requestPatiently(
        this.bus,
        subjects.execution('start', executionId),
        { executionId },
        { deadlineMs: REPORT_PATIENCE_MS },
      );
  }

  #resume(execution: Execution): void {
    for (const taskRun of execution.taskRuns.values()) {
      const workerId = taskRun.attempts.at(-1)?.workerId;
      if (taskRun.state !== 'RUNNING' || workerId === undefined) continue;
      const { id: taskRunId, taskId, attempt } = taskRun;
      const lease = leaseOf(execution, { taskRunId, attempt, workerId });
      const workerGroup = execution.plan.nodes.get(taskId)?.task.workerGroup ?? DEFAULT_WORKER_GROUP;
      if (lease !== undefined)
        this.watch.hold({ executionId: execution.id, taskRunId, taskId, attempt, workerId, lease, workerGroup });
    }
    this.effects.showGap(execution.id);
    this.#sayOwed(execution);
    if (execution.state === 'QUEUED') this.#background('queued execution tried', this.inputs.start(execution.id));
  }

  #sayOwed(execution: Execution): void {
    for (const command of owed(execution)) this.effects.carryOut(execution, command);
  }

  #background(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#options.log.warn({ err: error, what }, 'not done, it is owed'));
  }
}

function observe(metrics: Metrics, engine: Engine): void {
  metrics.observed('tutti_executor_inputs_waiting', 'Inputs waiting for the next commit.', () => engine.loop.length);
  metrics.observed('tutti_executor_executions_cached', 'Executions under way in memory.', () => engine.cache.size);
  metrics.observed('tutti_executor_attempts_running', 'Attempts held by task-runners.', () => engine.watch.size);
}
