import type { ExecutionSnapshot, TaskRunSnapshot } from '@tutti/contracts';
import { isEnded } from './moves.ts';
import type { Execution, TaskRun } from './state.ts';

/** An execution as others see it. */
export function snapshotOf(execution: Execution): ExecutionSnapshot {
  const { id, namespace, flowId, flowRevision, state, histories, version, labels, inputs, outputs, variables } =
    execution;
  const { trigger, parent, originalId, attemptNumber, scheduleAtMs, createdAtMs, error } = execution;
  return {
    id,
    namespace,
    flowId,
    flowRevision,
    state,
    histories,
    version,
    labels,
    inputs,
    ...(outputs && { outputs }),
    variables,
    ...(trigger && { trigger }),
    ...(parent && { parent: { executionId: parent.executionId, taskRunId: parent.taskRunId } }),
    originalId,
    attemptNumber,
    ...(scheduleAtMs !== undefined && { scheduleAtMs }),
    createdAtMs,
    ...(isEnded(state) && { endedAtMs: histories.at(-1)!.atMs }),
    ...(error !== undefined && { error }),
  };
}

/** A task run as others see it. */
export function taskRunSnapshotOf({ id, namespace, flowId }: Execution, taskRun: TaskRun): TaskRunSnapshot {
  const { taskId, parentId, value, iteration, state, histories, attempts, outputs, error } = taskRun;
  return {
    id: taskRun.id,
    executionId: id,
    namespace,
    flowId,
    taskId,
    ...(parentId !== undefined && { parentTaskRunId: parentId }),
    ...(value !== undefined && { value }),
    ...(iteration !== undefined && { iteration }),
    state,
    histories,
    attempts,
    ...(outputs && { outputs }),
    ...(error && { error: error.message }),
  };
}
