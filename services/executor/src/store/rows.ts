import type { JsonMap, StateChange, TaskRunState } from '@tutti/contracts';
import type { Plan } from '@tutti/flow-model';
import type { SecretBox } from '@tutti/service-kit';
import { NO_CHILDREN, NOTHING_OPEN, emptyDerived, rebuild, type Execution, type TaskRun } from '../core/index.ts';
import { openInputs, sealInputs, type SealedInputs } from './secret-inputs.ts';

/** How executions and task runs lie in their tables, and back. State histories are pairs there: half the bytes. */
type Moment = readonly [state: string, atMs: number];

export interface ExecutionRow {
  readonly id: string;
  readonly partition: number;
  readonly namespace: string;
  readonly flow_id: string;
  readonly flow_revision: number;
  readonly state: Execution['state'];
  readonly version: number;
  readonly labels: Execution['labels'];
  /** With a mask in place of secret ones. */
  readonly inputs: JsonMap | null;
  readonly secret_inputs: SealedInputs | null;
  /** Null while they are the flow's own. */
  readonly variables: JsonMap | null;
  readonly outputs: JsonMap | null;
  readonly trigger: Execution['trigger'] | null;
  readonly parent: Execution['parent'] | null;
  readonly parent_execution_id: string | null;
  readonly original_id: string | null;
  readonly attempt_number: number;
  readonly schedule_at_ms: number | null;
  readonly created_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly histories: readonly Moment[];
  readonly error: string | null;
  readonly note: Execution['note'] | null;
  readonly task_run_count: number;
  readonly idempotency_key: string | null;
}

export interface TaskRunRow {
  readonly execution_id: string;
  readonly n: number;
  readonly task_id: string;
  readonly parent_n: number | null;
  readonly value: string | null;
  readonly iteration: number | null;
  readonly attempt: number;
  readonly state: TaskRunState;
  readonly histories: readonly Moment[];
  readonly attempts: TaskRun['attempts'];
  readonly outputs: JsonMap | null;
  readonly error: TaskRun['error'] | null;
  readonly note: TaskRun['note'] | null;
}

/** The row of an execution; `ended` when nobody need look at it again unless somebody restarts it. */
export function executionRow(
  execution: Execution,
  box: SecretBox,
  partition: number,
  ended: boolean,
  idempotencyKey?: string,
): ExecutionRow {
  const { plan, histories } = execution;
  const { inputs, sealed } = sealInputs(execution, box);
  return {
    id: execution.id,
    partition,
    namespace: execution.namespace,
    flow_id: execution.flowId,
    flow_revision: execution.flowRevision,
    state: execution.state,
    version: execution.version,
    labels: execution.labels,
    inputs: unlessEmpty(inputs),
    secret_inputs: sealed,
    variables: execution.variables === plan.flow.variables ? null : execution.variables,
    outputs: execution.outputs ?? null,
    trigger: execution.trigger ?? null,
    parent: execution.parent ?? null,
    parent_execution_id: execution.parent?.executionId ?? null,
    original_id: execution.originalId === execution.id ? null : execution.originalId,
    attempt_number: execution.attemptNumber,
    schedule_at_ms: execution.scheduleAtMs ?? null,
    created_at_ms: execution.createdAtMs,
    ended_at_ms: ended ? (histories.at(-1)?.atMs ?? execution.createdAtMs) : null,
    histories: toMoments(histories),
    error: execution.error ?? null,
    note: unlessEmpty(execution.note),
    task_run_count: execution.taskRunCount,
    idempotency_key: idempotencyKey ?? null,
  };
}

export function taskRunRow(executionId: string, taskRun: TaskRun): TaskRunRow {
  return {
    execution_id: executionId,
    n: numberOf(taskRun.id),
    task_id: taskRun.taskId,
    parent_n: taskRun.parentId === undefined ? null : numberOf(taskRun.parentId),
    value: taskRun.value ?? null,
    iteration: taskRun.iteration ?? null,
    attempt: taskRun.attempt,
    state: taskRun.state,
    histories: toMoments(taskRun.histories),
    attempts: taskRun.attempts,
    outputs: taskRun.outputs ?? null,
    error: taskRun.error ?? null,
    note: unlessEmpty(taskRun.note),
  };
}

/** An execution as it was stored, with all that derives from its task runs. */
export function executionFrom(
  row: ExecutionRow,
  taskRuns: readonly TaskRunRow[],
  plan: Plan,
  box: SecretBox,
): Execution {
  const inputs = row.inputs ?? {};
  const execution: Execution = {
    id: row.id,
    namespace: row.namespace,
    flowId: row.flow_id,
    flowRevision: row.flow_revision,
    plan,
    inputs: row.secret_inputs ? openInputs(row.id, inputs, row.secret_inputs, box) : inputs,
    ...(row.trigger && { trigger: row.trigger }),
    ...(row.parent && { parent: row.parent }),
    originalId: row.original_id ?? row.id,
    attemptNumber: row.attempt_number,
    ...(row.schedule_at_ms !== null && { scheduleAtMs: Number(row.schedule_at_ms) }),
    createdAtMs: Number(row.created_at_ms),
    state: row.state,
    histories: fromMoments(row.histories),
    version: row.version,
    labels: row.labels,
    variables: row.variables ?? plan.flow.variables,
    ...(row.outputs && { outputs: row.outputs }),
    ...(row.error !== null && { error: row.error }),
    taskRunCount: row.task_run_count,
    note: row.note ?? {},
    taskRuns: new Map(taskRuns.map((taskRun) => [`${row.id}-${taskRun.n}`, taskRunFrom(taskRun)])),
    tally: NO_CHILDREN,
    counts: NOTHING_OPEN,
    derived: emptyDerived(),
  };
  rebuild(execution);
  return execution;
}

function taskRunFrom(row: TaskRunRow): TaskRun {
  return {
    id: `${row.execution_id}-${row.n}`,
    taskId: row.task_id,
    ...(row.parent_n !== null && { parentId: `${row.execution_id}-${row.parent_n}` }),
    ...(row.value !== null && { value: row.value }),
    ...(row.iteration !== null && { iteration: row.iteration }),
    attempt: row.attempt,
    state: row.state,
    histories: fromMoments(row.histories),
    attempts: row.attempts,
    ...(row.outputs && { outputs: row.outputs }),
    ...(row.error && { error: row.error }),
    note: row.note ?? {},
    tally: NO_CHILDREN,
  };
}

/** The n-th task run of its execution: what stands after the last dash of its id. */
export const numberOf = (taskRunId: string): number => Number(taskRunId.slice(taskRunId.lastIndexOf('-') + 1));

const toMoments = (histories: readonly StateChange[]): Moment[] => histories.map(({ state, atMs }) => [state, atMs]);
const fromMoments = (moments: readonly Moment[]): StateChange[] => moments.map(([state, atMs]) => ({ state, atMs }));
const unlessEmpty = <Value extends object>(map: Value): Value | null => (Object.keys(map).length > 0 ? map : null);
