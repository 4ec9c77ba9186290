import type { JsonMap, TaskFailure, TaskRunState } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import { apply } from './apply.ts';
import type { DecisionContext } from './decision-context.ts';
import { FLOW, nodeOf, type Undo } from './derived.ts';
import type { Command, Decision, DecisionLog, DecisionMetric, Event } from './messages.ts';
import { isEnded } from './moves.ts';
import type { Execution, ExecutionNote, Goal, Tally, TaskRun, TaskRunNote } from './state.ts';

/** Task runs begun in one decision; what is left goes on in the next, so that a loop of 10,000 keeps nobody waiting. */
export const STARTS_PER_DECISION = 250;

/**
 * A decision in the making. Each recorded event shows at once in the execution itself, and is taken back at the end:
 * so everything below reads plain state, and a decision copies nothing that it does not change.
 */
export class Draft {
  readonly execution: Execution;
  readonly context: DecisionContext;
  readonly events: Event[] = [];
  readonly commands: Command[] = [];
  readonly logs: DecisionLog[] = [];
  readonly metrics: DecisionMetric[] = [];
  refused: Decision['refused'];
  #startsLeft = STARTS_PER_DECISION;
  /** Task runs (or the flow) whose consequences are still to be drawn. */
  readonly #agenda: { readonly id: string; readonly parentId: string | undefined }[] = [];
  #next = 0;
  readonly #ready: string[] = [];
  #nextReady = 0;
  #stopAsked: { readonly goal: Goal; readonly how: Stop } | undefined;
  /** Whether this decision left something to a later one. */
  hasDeferred = false;
  /** By id: the parent, for those that had ended. */
  readonly #pending = new Map<string, string | undefined>();
  /** Ended children by parent whose end was not followed yet; `undefined`: what has not ended, which does not matter. */
  readonly #unsettled = new Map<string | undefined, number>();
  readonly #undo: Undo | undefined;
  readonly #before: Pick<Execution, 'state' | 'histories' | 'version' | 'labels' | 'variables' | 'outputs' | 'error' | 'taskRunCount' | 'note' | 'tally' | 'counts'>; // prettier-ignore

  /** @param undo receives how to take everything back; without it `takeBack` cannot */
  constructor(execution: Execution, context: DecisionContext, undo?: Undo) {
    this.#undo = undo;
    this.execution = execution;
    this.context = context;
    const { state, histories, version, labels, variables, outputs, error, taskRunCount, note, tally, counts } =
      execution;
    this.#before = { state, histories, version, labels, variables, taskRunCount, note, tally, counts };
    if (outputs !== undefined) this.#before.outputs = outputs;
    if (error !== undefined) this.#before.error = error;
    for (const id of note.pending ?? []) {
      const parentId = this.#parentOfEnded(id);
      this.#pending.set(id, parentId);
      this.#countUnsettled(parentId, 1);
    }
  }

  get decision(): Decision {
    const { events, commands, logs, metrics, refused } = this;
    return { events, commands, logs, metrics, ...(refused && { refused }) };
  }

  /** Makes the execution what it was before the decision. */
  takeBack(): void {
    for (const step of this.#undo?.reverse() ?? []) step();
    const { execution } = this;
    delete execution.outputs;
    delete execution.error;
    Object.assign(execution, this.#before);
  }

  get nowMs(): number {
    return this.context.nowMs;
  }
  get isStopping(): boolean {
    return this.execution.note.goal !== undefined;
  }
  /** Whether it is to be led to its end, or is already. */
  get isLeaving(): boolean {
    return this.isStopping || this.#stopAsked !== undefined;
  }

  refuse(code: string, message: string): void {
    this.refused = { code, message };
  }

  record(event: Event): void {
    apply(this.execution, event, this.#undo);
    this.events.push(event);
  }
  command(command: Command): void {
    this.commands.push(command);
  }
  log(level: DecisionLog['level'], message: string, taskRun?: TaskRun): void {
    this.logs.push({
      ...(taskRun && { taskRunId: taskRun.id, taskId: taskRun.taskId, attempt: taskRun.attempt }),
      level,
      message,
    });
  }

  find(id: string | undefined): TaskRun | undefined {
    return id === undefined ? undefined : this.execution.taskRuns.get(id);
  }
  /** The task run as it is now, after what this decision has recorded about it. */
  current({ id }: TaskRun): TaskRun {
    return this.execution.taskRuns.get(id)!;
  }
  /** The open task run whose running attempt an input speaks of. */
  attempt({ taskRunId, attempt }: { readonly taskRunId: string; readonly attempt: number }): TaskRun | undefined {
    const taskRun = this.find(taskRunId);
    return taskRun?.attempt === attempt && !isEnded(taskRun.state) ? taskRun : undefined;
  }
  node({ taskId }: TaskRun): PlanNode {
    return nodeOf(this.execution.plan, taskId);
  }
  tally(id: string): Tally {
    return id === FLOW ? this.execution.tally : this.find(id)!.tally;
  }

  moveExecution(to: Execution['state'], error?: string): void {
    this.record({ type: 'ExecutionMoved', to, atMs: this.nowMs, ...(error !== undefined && { error }) });
  }
  move(taskRun: TaskRun, to: TaskRunState, more: MoveDetails = {}): void {
    const { id, attempt } = taskRun;
    this.record({ type: 'TaskRunMoved', taskRunId: id, to, attempt, atMs: this.nowMs, ...more });
  }
  note(taskRun: TaskRun, note: TaskRunNote, outputs?: JsonMap): void {
    this.record({ type: 'TaskRunNoted', taskRunId: taskRun.id, note, ...(outputs && { outputs }) });
  }
  noteExecution(note: ExecutionNote): void {
    this.record({ type: 'ExecutionNoted', note });
  }

  /** Puts a task run on the agenda: one that has ended, or a control task to look at; '' is the flow. */
  follow(id: string): void {
    const parentId = this.#parentOfEnded(id);
    this.#agenda.push({ id, parentId });
    this.#countUnsettled(parentId, 1);
  }
  /** The next on the agenda; one that was to be looked at and has ended since stands there again as ended. */
  take(): string | undefined {
    for (;;) {
      const entry = this.#agenda[this.#next];
      if (!entry) return undefined;
      this.#next += 1;
      this.#countUnsettled(entry.parentId, -1);
      if (entry.parentId !== undefined || this.#parentOfEnded(entry.id) === undefined) return entry.id;
    }
  }
  /** Puts a pure task in the line of those that run once nothing is left on the agenda. */
  runLater(id: string): void {
    this.#ready.push(id);
  }
  takeReady(): TaskRun | undefined {
    const id = this.#ready[this.#nextReady];
    if (id === undefined) return undefined;
    this.#nextReady += 1;
    return this.find(id);
  }
  /** Leaves a task run to a later decision. */
  defer(id: string): void {
    this.hasDeferred = true;
    if (this.#pending.has(id)) return;
    const parentId = this.#parentOfEnded(id);
    this.#pending.set(id, parentId);
    this.#countUnsettled(parentId, 1);
  }
  /** What was left of a task run is done. */
  undefer(id: string): void {
    this.#countUnsettled(this.#pending.get(id), -1);
    this.#pending.delete(id);
  }
  /** What was left by earlier decisions and this one. */
  get pending(): readonly string[] {
    return [...this.#pending.keys()];
  }
  /** Takes up what was left. */
  followPending(): void {
    for (const id of this.pending) {
      this.undefer(id);
      this.follow(id);
    }
  }
  /** What was left no longer matters. */
  forgetPending(): void {
    for (const id of this.pending) this.undefer(id);
  }
  /** Whether nothing more can come of a control task's children: all have ended, and their ends were followed. */
  isDrained(id: string): boolean {
    return this.openStrands(id) === 0;
  }
  /** Children of a control task that run, or whose end was not followed yet. */
  openStrands(id: string): number {
    return this.tally(id).open + (this.#unsettled.get(id) ?? 0);
  }
  /** The parent of a task run (or the flow) if it has ended. */
  #parentOfEnded(id: string): string | undefined {
    const taskRun = this.find(id);
    return taskRun && isEnded(taskRun.state) ? (taskRun.parentId ?? FLOW) : undefined;
  }
  #countUnsettled(parentId: string | undefined, step: number): void {
    this.#unsettled.set(parentId, (this.#unsettled.get(parentId) ?? 0) + step);
  }
  /** Asks that the execution be led to its end, once what is at hand is done. A kill overrules what was asked before. */
  askStop(goal: Goal, how: Stop): void {
    if (goal.execution === 'KILLED' || (!this.isStopping && !this.#stopAsked)) this.#stopAsked = { goal, how };
  }
  takeStop(): { readonly goal: Goal; readonly how: Stop } | undefined {
    const asked = this.#stopAsked;
    this.#stopAsked = undefined;
    return asked;
  }
  /** All task runs below one, parents before their children. */
  descendants(id: string): string[] {
    const ids = [...(this.execution.derived.children.get(id) ?? [])];
    for (const below of ids) ids.push(...(this.execution.derived.children.get(below) ?? []));
    return ids;
  }
  /** Whether another task run may begin in this decision. */
  mayStart(): boolean {
    return this.#startsLeft > 0;
  }
  countStart(): void {
    this.#startsLeft -= 1;
  }
}

/** How an execution is led to its end: what runs is waited for, or killed, or killed with its child executions. */
export type Stop = 'WAIT' | 'KILL' | 'CASCADE';

export interface MoveDetails {
  readonly attempt?: number;
  readonly attemptState?: TaskRunState;
  readonly cause?: Extract<Event, { type: 'TaskRunMoved' }>['cause'] & string;
  readonly workerId?: string;
  readonly outputs?: JsonMap;
  readonly error?: TaskFailure;
}
