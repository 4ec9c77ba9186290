import type { ExecutionEvent, ExecutionSnapshot, TaskRunEvent, TaskRunSnapshot } from '@tutti/contracts';
import type { Bus } from '@tutti/bus';
import { UserError } from '@tutti/service-kit';
import type { ExecutionStore } from '../store/executions.ts';
import type { TaskRunStore } from '../store/task-runs.ts';
import { subscribed } from './reconnects.ts';
import type { Reconnects } from './reconnects.ts';
import { Wakeup } from './wakeup.ts';

/** An execution with its task runs in the order of their creation. */
export interface ExecutionView {
  readonly execution: ExecutionSnapshot;
  readonly taskRuns: readonly Omit<TaskRunSnapshot, 'namespace' | 'flowId'>[];
}

/** What a feed needs to read the past and hear the present. */
export interface ExecutionFeedDeps {
  readonly bus: Bus;
  readonly reconnects: Reconnects;
  readonly executions: ExecutionStore;
  readonly taskRuns: TaskRunStore;
}

/** The bus is a hint: a quiet feed looks into the database this often, ms. */
const QUIET_CHECK_MS = 10_000;

/**
 * An execution as it is, and after each change, to its end; changes that come faster than they are taken are joined.
 * @throws {UserError} EXECUTION_NOT_FOUND.
 */
export async function* followExecution(
  deps: ExecutionFeedDeps,
  executionId: string,
  signal: AbortSignal,
): AsyncGenerator<ExecutionView, void, void> {
  const wakeup = new Wakeup();
  const current = new CurrentExecution(wakeup);
  const subscriptions = [
    deps.bus.listen<ExecutionEvent>(`evt.execution.*.${executionId}.>`, ({ execution }) => current.apply(execution)),
    deps.bus.listen<TaskRunEvent>(`evt.taskrun.*.${executionId}.>`, (event) => current.applyTaskRuns(event)),
  ];
  const forgetReconnects = deps.reconnects.listen(() => current.doubt());
  try {
    await subscribed(deps.bus);
    while (!signal.aborted) {
      while (current.isDoubtful) current.load(await readView(deps, executionId));
      const view = current.takeChange();
      if (view) yield view;
      if (view?.execution.endedAtMs !== undefined) return;
      if (!view && !(await wakeup.wait(QUIET_CHECK_MS, signal))) {
        const stored = await deps.executions.byId(executionId);
        if (!stored || current.isOlderThan(stored)) current.doubt();
      }
    }
  } finally {
    forgetReconnects();
    for (const subscription of subscriptions) void subscription.stop();
  }
}

/** @throws {UserError} EXECUTION_NOT_FOUND. */
async function readView({ executions, taskRuns }: ExecutionFeedDeps, executionId: string): Promise<ExecutionView> {
  const execution = await executions.byId(executionId);
  if (!execution) throw new UserError('EXECUTION_NOT_FOUND', `There is no execution "${executionId}".`);
  return { execution, taskRuns: await taskRuns.ofExecution(executionId) };
}

/** What is known of an execution: the newest of what was read and what was heard. */
class CurrentExecution {
  #execution: ExecutionSnapshot | undefined;
  #taskRuns = new Map<string, ExecutionView['taskRuns'][number]>();
  #isDoubtful = true;
  #hasChanged = true;
  /** Newest version that was heard of since the last doubt. */
  #heardVersion = -1;
  readonly #wakeup: Wakeup;

  constructor(wakeup: Wakeup) {
    this.#wakeup = wakeup;
  }

  /** Whether the database has to be asked. */
  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }

  doubt(): void {
    this.#isDoubtful = true;
    this.#change();
  }

  isOlderThan({ version }: ExecutionSnapshot): boolean {
    return version > (this.#execution?.version ?? -1);
  }

  /** Takes what was read. Changes heard of during the reading may be missing in it: then it is read once more. */
  load({ execution, taskRuns }: ExecutionView): void {
    this.#isDoubtful = execution.version < this.#heardVersion;
    this.#heardVersion = -1;
    if (this.#isDoubtful) return;
    this.#execution = execution;
    this.#taskRuns = new Map(taskRuns.map((taskRun) => [taskRun.id, taskRun]));
  }

  apply(execution: ExecutionSnapshot): void {
    this.#hear(execution.version);
    if (!this.isOlderThan(execution)) return;
    const taskRunsMayBeGone = execution.state === 'RESTARTED';
    // The last word is the database's: it has all task runs, and the values too large for a message.
    if (execution.endedAtMs !== undefined || taskRunsMayBeGone || execution.valuesOmitted) return this.doubt();
    this.#execution = execution;
    this.#change();
  }

  applyTaskRuns({ version, taskRuns }: TaskRunEvent): void {
    this.#hear(version);
    if (version < (this.#execution?.version ?? Infinity)) return;
    if (taskRuns.some(({ valuesOmitted }) => valuesOmitted)) return this.doubt();
    for (const taskRun of taskRuns) this.#taskRuns.set(taskRun.id, taskRun);
    this.#change();
  }

  takeChange(): ExecutionView | undefined {
    if (!this.#hasChanged || !this.#execution) return undefined;
    this.#hasChanged = false;
    return { execution: this.#execution, taskRuns: [...this.#taskRuns.values()] };
  }

  #hear(version: number): void {
    if (this.#isDoubtful) this.#heardVersion = Math.max(this.#heardVersion, version);
  }

  #change(): void {
    this.#hasChanged = true;
    this.#wakeup.notify();
  }
}
