import { isDone, isSettled, type Command, type Decision, type Event, type Execution } from '../core/index.ts';
import type { SecretBox } from '@tutti/service-kit';
import { emptyBatch, levelNumber, type BatchRows, type LogRow } from '../store/batch.ts';
import { executionRow, numberOf, taskRunRow } from '../store/rows.ts';

/** An execution that a batch has changed, and how. */
export interface Touched {
  readonly execution: Execution;
  readonly partition: number;
  readonly created: boolean;
  /** Version before the batch. */
  readonly fromVersion: number;
  readonly wasSettled: boolean;
  readonly idempotencyKey: string | undefined;
  readonly events: Event[];
  readonly changedTaskRuns: Set<string>;
  readonly endedTimers: Set<string>;
  readonly commands: Command[];
  readonly logs: LogRow[];
}

/** Collects what the decisions of one batch come to: rows to write now, commands and events to send after. */
export class BatchDraft {
  readonly nowMs: number;
  readonly touched = new Map<string, Touched>();
  readonly #metrics: BatchRows['metrics'] = [];
  readonly #slots: BatchRows['slots'] = [];

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /** Enters an execution before it is decided about: what it was is compared with what it becomes. */
  begin(
    execution: Execution,
    partition: number,
    options: { created: boolean; idempotencyKey?: string | undefined },
  ): void {
    this.#touch(execution, partition, options);
  }

  /** Notes a decision that the execution has already taken in. */
  add(execution: Execution, decision: Decision): void {
    const touched = this.#entered(execution);
    for (const event of decision.events) noteTaskRuns(touched.changedTaskRuns, event);
    touched.events.push(...decision.events);
    touched.commands.push(...decision.commands);
    for (const line of decision.logs) touched.logs.push(logRow(execution.id, line, this.nowMs));
    for (const { taskRunId, name, type, value, tags } of decision.metrics)
      this.#metrics.push({
        execution_id: execution.id,
        n: numberOf(taskRunId),
        task_id: execution.taskRuns.get(taskRunId)?.taskId ?? '',
        name,
        type,
        value,
        tags: tags ?? null,
        at_ms: this.nowMs,
      });
  }

  /** The timer has done its duty: its row goes, unless the decision set it again. */
  endTimer(execution: Execution, timerId: string): void {
    this.#entered(execution).endedTimers.add(timerId);
  }

  /** Gives a slot of its flow to an execution, in the same commit. */
  takeSlot({ id, namespace, flowId }: Execution): void {
    this.#slots.push({ execution_id: id, namespace, flow_id: flowId });
  }

  get partitions(): Set<number> {
    return new Set([...this.touched.values()].map(({ partition }) => partition));
  }

  /** Leaves out executions about which nothing was decided. */
  close(): void {
    for (const [id, touched] of this.touched) if (isUntouched(touched)) this.touched.delete(id);
  }

  /** The rows of the batch, timers and slots worked out from commands and states. */
  rows(box: SecretBox): BatchRows {
    const rows: BatchRows = { ...emptyBatch(), metrics: this.#metrics, slots: this.#slots };
    for (const touched of this.touched.values()) addRows(rows, touched, this.nowMs, box);
    return rows;
  }

  #entered({ id }: Execution): Touched {
    const touched = this.touched.get(id);
    if (!touched) throw new Error(`Execution ${id} was decided about without being entered.`);
    return touched;
  }

  #touch(
    execution: Execution,
    partition: number,
    { created, idempotencyKey }: { created: boolean; idempotencyKey?: string | undefined },
  ): Touched {
    const known = this.touched.get(execution.id);
    if (known) return known;
    const touched: Touched = {
      execution,
      partition,
      created,
      fromVersion: execution.version,
      wasSettled: !created && isSettled(execution),
      idempotencyKey,
      events: [],
      changedTaskRuns: new Set(),
      endedTimers: new Set(),
      commands: [],
      logs: [],
    };
    this.touched.set(execution.id, touched);
    return touched;
  }
}

const isUntouched = ({ created, events, commands, logs, endedTimers }: Touched) =>
  !created && events.length === 0 && commands.length === 0 && logs.length === 0 && endedTimers.size === 0;

function addRows(rows: BatchRows, touched: Touched, nowMs: number, box: SecretBox): void {
  const { execution, partition, created, fromVersion } = touched;
  const settled = isSettled(execution);
  const row = executionRow(execution, box, partition, isDone(execution), touched.idempotencyKey);
  if (created) rows.created.push(row);
  else if (touched.events.length > 0) rows.changed.push({ ...row, from_version: fromVersion });
  if (touched.events.length > 0)
    rows.journal.push({
      execution_id: execution.id,
      version: execution.version,
      partition,
      at_ms: nowMs,
      events: touched.events,
    });
  for (const id of touched.changedTaskRuns) {
    const taskRun = execution.taskRuns.get(id);
    if (taskRun) rows.taskRuns.push(taskRunRow(execution.id, taskRun));
    else if (!created) rows.droppedTaskRuns.push({ execution_id: execution.id, n: numberOf(id) });
  }
  rows.logs.push(...touched.logs);
  addTimers(rows, touched);
  if (settled && !touched.wasSettled && execution.plan.flow.concurrency)
    rows.freedSlots.push({ execution_id: execution.id });
}

/** The last word on each timer counts: PostgreSQL refuses to touch a row twice in one statement. */
function addTimers(rows: BatchRows, { execution, partition, commands, endedTimers }: Touched): void {
  const due = new Map<string, number | undefined>([...endedTimers].map((id) => [id, undefined]));
  for (const command of commands) {
    if (command.type === 'StartTimer') due.set(command.id, command.dueAtMs);
    else if (command.type === 'CancelTimer') due.set(command.id, undefined);
  }
  for (const [id, dueAtMs] of due)
    if (dueAtMs === undefined) rows.endedTimers.push({ id });
    else rows.timers.push({ id, execution_id: execution.id, partition, due_at_ms: dueAtMs });
}

function noteTaskRuns(changed: Set<string>, event: Event): void {
  if ('taskRunId' in event) changed.add(event.taskRunId);
  else if (event.type === 'TaskRunsDropped') for (const id of event.taskRunIds) changed.add(id);
}

function logRow(executionId: string, line: Decision['logs'][number], nowMs: number): LogRow {
  return {
    execution_id: executionId,
    n: line.taskRunId === undefined ? null : numberOf(line.taskRunId),
    task_id: line.taskId ?? null,
    attempt: line.attempt ?? null,
    at_ms: line.atMs ?? nowMs,
    level: levelNumber(line.level),
    message: line.message,
  };
}
