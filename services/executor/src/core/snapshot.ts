import type { ExecutionSnapshot, TaskRunSnapshot } from '@tutti/contracts';
import { isEnded } from './moves.ts';
import type { Execution, TaskRun } from './state.ts';

/** An execution as others see it. */
export function snapshotOf(execution: Execution): ExecutionSnapshot {
  const { id, namespace, flowId, flowRevision, state, histories, version, labels, outputs, variables } = execution;
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
    inputs: withoutSecrets(execution),
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

/** How much of what grows without end is left in a short snapshot: the latest states and attempts, characters of a text. */
const LATEST = 100;
const LONGEST_TEXT = 2_000;

/** The same without the values of users and what is long past, for a message that does not hold it in full. */
export function shortSnapshot(snapshot: ExecutionSnapshot): ExecutionSnapshot {
  const { inputs: _inputs, outputs: _outputs, variables: _variables, trigger: _trigger, ...rest } = snapshot;
  const { histories, error } = rest;
  return {
    ...rest,
    histories: histories.slice(-LATEST),
    ...(error !== undefined && { error: error.slice(0, LONGEST_TEXT) }),
    valuesOmitted: true,
  };
}

/** As `shortSnapshot`, of a task run. */
export function shortTaskRunSnapshot(snapshot: TaskRunSnapshot): TaskRunSnapshot {
  const { outputs: _outputs, value: _value, ...rest } = snapshot;
  const { histories, attempts, error } = rest;
  return {
    ...rest,
    histories: histories.slice(-LATEST),
    attempts: attempts.slice(-LATEST),
    ...(error !== undefined && { error: error.slice(0, LONGEST_TEXT) }),
    valuesOmitted: true,
  };
}

/** What stands in place of a secret. */
export const MASK = '******';

export const isSecretInput = ({ type }: { readonly type: string }): boolean => type === 'SECRET';

/** The inputs with a mask in place of secret ones: they are for templates only, nobody else sees them. */
function withoutSecrets({ plan, inputs }: Execution): Execution['inputs'] {
  const secret = plan.flow.inputs.filter((input) => isSecretInput(input) && inputs[input.id] !== undefined);
  return { ...inputs, ...Object.fromEntries(secret.map(({ id }) => [id, MASK])) };
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
