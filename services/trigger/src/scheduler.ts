import type { Bus } from '@tutti/bus';
import type { CreateExecution } from '@tutti/contracts';
import { ExpressionError } from '@tutti/expressions';
import type { Expressions } from '@tutti/expressions';
import type { Clock, Logger, Metrics } from '@tutti/service-kit';
import type { Config } from './config.ts';
import { dateVariables } from './core/dates.ts';
import type { Dates } from './core/dates.ts';
import { dueDate, planDate } from './core/plan-date.ts';
import type { DatePlan } from './core/plan-date.ts';
import { flowVariables, triggerName } from './core/trigger-record.ts';
import { CONFIRM_MS, STILL_RUNNING_MS, dueAt } from './due-time.ts';
import { onceLoaded } from './must-wait.ts';
import { Releases } from './releases.ts';
import { renderInputs, renderLabels } from './render.ts';
import type { ScheduleDates } from './schedule-dates.ts';
import { executionIdFor, hasEnded, requestStart, startOf } from './start-execution.ts';
import type { StoredTrigger } from './store/trigger-row.ts';
import type { TriggerChange, TriggerStore } from './store/trigger-store.ts';
import type { WindowStore } from './store/window-store.ts';

/** Longest sleep, ms: another instance may have died over triggers that only it knew to be due, or the clock been set. */
const LONGEST_SLEEP_MS = 30_000;
/** Pause after a fault of the database or of a trigger's own conditions, ms. */
const AFTER_FAULT_MS = 2_000;
const AFTER_BAD_TRIGGER_MS = 60_000;

export interface SchedulerDeps {
  readonly store: TriggerStore;
  readonly windows: WindowStore;
  readonly bus: Bus;
  readonly dates: ScheduleDates;
  readonly expressions: Expressions;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What was decided about a due trigger: what to write, and what to ask the executor for once it is written. */
interface Decision {
  readonly change: TriggerChange;
  readonly start?: CreateExecution;
}

/**
 * Starts what is due. It sleeps until the earliest due time, locks a batch of due triggers, commits what it decides
 * about them, and only then asks the executor: a start that is not confirmed is asked for again, under the same id.
 */
export class Scheduler {
  readonly releases: Releases;
  readonly #deps: SchedulerDeps;
  readonly #startedAtMs: number;
  readonly #starting = new Set<Promise<void>>();
  readonly #late;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  /** Told when fewer starts than `maxStarting` are under way. */
  #hasRoom: () => void = () => undefined;
  #again = false;
  #stopped = false;
  /** What the timer is set to, Unix ms; and the earliest that was learnt while a round was under way. */
  #wakesAtMs = Infinity;
  #hintMs = Infinity;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.#startedAtMs = deps.clock.nowMs();
    this.releases = new Releases(deps.store, deps.clock, (dueAtMs) => this.wakeAt(dueAtMs));
    this.#late = deps.metrics.histogram('tutti_trigger_late_seconds', 'From the due date to the decision to start.');
  }

  /** Looks at what is due: after a start, and whenever a due time may have changed. */
  wake(): void {
    this.#again = true;
    if (this.#stopped || this.#round) return;
    clearTimeout(this.#timer);
    this.#round = this.#work().finally(() => {
      this.#round = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Something is due at this time: now, or sooner perhaps than what it waits for. */
  wakeAt(dueAtMs: number): void {
    if (dueAtMs <= this.#deps.clock.nowMs()) this.wake();
    else if (this.#round) this.#hintMs = Math.min(this.#hintMs, dueAtMs);
    else if (dueAtMs < this.#wakesAtMs) this.#sleepUntil(dueAtMs);
  }

  /** Takes nothing more, and waits for the starts under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
    await Promise.all(this.#starting);
  }

  async #work(): Promise<void> {
    const { store, log, clock } = this.#deps;
    this.#hintMs = Infinity;
    try {
      await this.#startOverdue();
      while (this.#again && !this.#stopped) {
        this.#again = false;
        await this.#startBatch();
      }
      this.#sleepUntil(Math.min((await store.earliest()) ?? Infinity, this.#hintMs));
    } catch (error) {
      log.error({ err: error }, 'round of the scheduler failed');
      this.#again = false;
      this.#sleepUntil(clock.nowMs() + AFTER_FAULT_MS);
    }
  }

  #sleepUntil(atMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#wakesAtMs = atMs;
    const ms = Math.min(Math.max(atMs - this.#deps.clock.nowMs(), 0), LONGEST_SLEEP_MS);
    this.#timer = setTimeout(() => this.wake(), ms);
  }

  /** One batch: more may be due when it was full, or when a trigger has further dates to make up for. */
  async #startBatch(): Promise<void> {
    const { store, config, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const decisions = await store.transaction(async (transaction) => {
      const due = await store.lockDue(transaction, nowMs, config.maxBatch);
      const decided: Decision[] = [];
      for (const trigger of due) decided.push(await this.#decide(trigger, nowMs));
      await store.change(
        transaction,
        decided.map(({ change }) => change),
        nowMs,
      );
      return decided;
    });
    if (decisions.length === 0) return;
    this.#again = true;
    for (const { change, start } of decisions) if (start) this.#run(this.#request(change, start));
    if (this.#starting.size >= config.maxStarting) await new Promise<void>((resolve) => (this.#hasRoom = resolve));
  }

  async #decide(trigger: StoredTrigger, nowMs: number): Promise<Decision> {
    const { log } = this.#deps;
    if (trigger.owed) return { change: { ...trigger, dueAtMs: nowMs + STILL_RUNNING_MS }, start: trigger.owed };
    try {
      return await onceLoaded(() => this.#decideDate(trigger, nowMs));
    } catch (error) {
      log.warn({ trigger: triggerName(trigger), err: error }, 'trigger cannot be judged, tried again later');
      return { change: { ...trigger, dueAtMs: nowMs + AFTER_BAD_TRIGGER_MS } };
    }
  }

  async #decideDate(trigger: StoredTrigger, nowMs: number): Promise<Decision> {
    const { definition, flow, nextDateMs: _, lastDateMs: __, backfill: ___, ...rest } = trigger;
    if (dueDate(trigger) === undefined) return { change: { ...trigger, dueAtMs: undefined } };
    const dates = this.#deps.dates.of(definition, flow);
    const plan = planDate(trigger, dates, nowMs, this.#startedAtMs);
    const after = { ...rest, definition, flow, ...plan.after };
    const start = plan.fireMs === undefined ? undefined : await this.#startFor(trigger, plan, dates, plan.fireMs);
    if (!start) return { change: { ...after, dueAtMs: dueAt(after, nowMs) } };
    this.#late.observe(Math.max(0, nowMs - plan.fireMs!) / 1000);
    return { change: { ...after, executionId: start.executionId, owed: start, dueAtMs: nowMs + CONFIRM_MS }, start };
  }

  /** The request for the execution of one date; none when inputs cannot be rendered, which a later try would not mend. */
  async #startFor(
    trigger: StoredTrigger,
    { backfill }: DatePlan,
    dates: Dates,
    dateMs: number,
  ): Promise<CreateExecution | undefined> {
    const { expressions, log } = this.#deps;
    const variables = dateVariables(dates, dateMs);
    const context = { ...flowVariables(trigger.flow), trigger: variables, schedule: variables };
    const occasion = [triggerName(trigger), dateMs, backfill && `backfill ${backfill.createdAtMs}`]
      .filter(Boolean)
      .join('@');
    try {
      const inputs = await renderInputs(expressions, trigger, context, backfill?.inputs);
      const labels = await renderLabels(expressions, trigger, context, log);
      return startOf(trigger, executionIdFor(occasion, dateMs), variables, inputs, [
        ...labels,
        ...(backfill?.labels ?? []),
      ]);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      log.error({ trigger: triggerName(trigger), dateMs, err: error }, 'inputs of a date cannot be rendered, left out');
      return undefined;
    }
  }

  /** Asks for an execution; its trigger is free again at once when there is nothing to wait for. */
  async #request({ definition }: TriggerChange, start: CreateExecution): Promise<void> {
    const outcome = await requestStart(this.#deps.bus, start, this.#deps.log);
    const waits = outcome.kind === 'started' && !definition.allowConcurrent && !hasEnded(outcome.execution);
    if (!waits) await this.releases.add([start.executionId]);
  }

  /** Starts that complete windows of flow triggers owe and nobody has confirmed. */
  async #startOverdue(): Promise<void> {
    const { windows, clock, config } = this.#deps;
    const nowMs = clock.nowMs();
    const overdue = await windows.takeOverdue(nowMs, nowMs + CONFIRM_MS, config.maxBatch);
    for (const start of overdue) this.#run(this.startOwed(start));
  }

  /** Asks for an execution that is owed, and notes that it was confirmed. */
  async startOwed(start: CreateExecution): Promise<void> {
    const { bus, windows, log } = this.#deps;
    await requestStart(bus, start, log);
    await windows.settle([start.executionId]);
  }

  #run(work: Promise<void>): void {
    const { log, config } = this.#deps;
    const done = work
      .catch((error: unknown) => log.warn({ err: error }, 'start not confirmed, asked for again later'))
      .finally(() => {
        this.#starting.delete(done);
        if (this.#starting.size < config.maxStarting) this.#hasRoom();
      });
    this.#starting.add(done);
  }
}
