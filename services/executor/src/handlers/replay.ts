import { partitionOf, type ExecutionCommand, type ExecutionReply, type JsonMap, type Label } from '@tutti/contracts';
import type { Plan } from '@tutti/flow-model';
import type { Expressions } from '@tutti/expressions';
import { createExecution, replayEvents, snapshotOf, type Execution } from '../core/index.ts';
import type { BatchLoop } from '../engine/batch-loop.ts';
import { newExecutionIdIn } from '../engine/execution-ids.ts';
import type { FlowSource } from '../engine/flow-source.ts';
import type { Inputs } from '../engine/inputs.ts';
import { typedInputs } from '../engine/typed-inputs.ts';

export interface ReplayDeps {
  readonly inputs: Inputs;
  readonly loop: BatchLoop;
  readonly flows: FlowSource;
  readonly expressions: Expressions;
}

/**
 * Runs an execution again as a new one: whole, or from a task run on; with its inputs and outputs, or edited ones.
 * @throws {UserError} EXECUTION_UNKNOWN, FLOW_UNKNOWN, INPUT_INVALID
 */
export async function handleReplay(deps: ReplayDeps, command: ExecutionCommand): Promise<ExecutionReply> {
  const { inputs, loop, flows, expressions } = deps;
  const { execution: original } = await inputs.decide(command.executionId, () => undefined);
  const plan = await flows.plan(original.namespace, original.flowId, command.revision ?? original.flowRevision);
  const executionId = replacementId(original, command);
  const labels = [...original.labels, { key: 'system.replay', value: 'true' }];
  const given = command.inputs && (await typedInputs(expressions, plan, command.inputs, executionId, labels));
  const values = given?.values ?? original.inputs;
  return new Promise((resolve, reject) =>
    loop.add({
      executionId,
      create: (nowMs) => replacementOf(original, plan, executionId, values, labels, nowMs),
      begin: (_execution, nowMs) => takenOver(original, executionId, command, nowMs),
      input: (_execution, existed) => (existed ? undefined : { type: 'StartExecution' }),
      needsSlot: plan.flow.concurrency !== undefined,
      logs: given?.logs ?? [],
      done: ({ execution }) => resolve({ execution: snapshotOf(execution) }),
      fail: reject,
    }),
  );
}

/** The sender's id where this executor may use it, so that a repeated request makes no second execution. */
function replacementId({ id }: Execution, { newExecutionId }: ExecutionCommand): string {
  const partition = partitionOf(id);
  return newExecutionId !== undefined && partitionOf(newExecutionId) === partition
    ? newExecutionId
    : newExecutionIdIn(partition);
}

function takenOver(original: Execution, id: string, { taskRunId, outputs }: ExecutionCommand, nowMs: number) {
  return taskRunId === undefined ? [] : replayEvents(original, id, { taskRunId, nowMs, ...(outputs && { outputs }) });
}

function replacementOf(
  { trigger, originalId, attemptNumber, variables }: Execution,
  plan: Plan,
  id: string,
  inputs: JsonMap,
  labels: readonly Label[],
  createdAtMs: number,
): Execution {
  const about = { originalId, attemptNumber: attemptNumber + 1, createdAtMs, variables };
  return createExecution(plan, { id, inputs, labels, ...(trigger && { trigger }), ...about });
}
