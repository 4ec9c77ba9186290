import { partitionOf, type ExecutionCommand, type ExecutionReply } from '@tutti/contracts';
import { createExecution, snapshotOf, type Execution } from '../core/index.ts';
import type { BatchLoop } from '../engine/batch-loop.ts';
import { newExecutionIdIn } from '../engine/execution-ids.ts';
import type { FlowSource } from '../engine/flow-source.ts';
import type { Inputs } from '../engine/inputs.ts';

export interface ReplayDeps {
  readonly inputs: Inputs;
  readonly loop: BatchLoop;
  readonly flows: FlowSource;
}

/** Runs an execution again as a new one, with its inputs or edited ones. */
export async function handleReplay(
  { inputs, loop, flows }: ReplayDeps,
  command: ExecutionCommand,
): Promise<ExecutionReply> {
  const { execution: original } = await inputs.decide(command.executionId, () => undefined);
  const revision = command.revision ?? original.flowRevision;
  const plan = await flows.plan(original.namespace, original.flowId, revision);
  const executionId = newExecutionIdIn(partitionOf(original.id));
  return new Promise((resolve, reject) =>
    loop.add({
      executionId,
      create: (nowMs) => replayOf(original, plan, command, executionId, nowMs),
      input: (_execution, existed) => (existed ? undefined : { type: 'StartExecution' }),
      needsSlot: plan.flow.concurrency !== undefined,
      done: ({ execution }) => resolve({ execution: snapshotOf(execution) }),
      fail: reject,
    }),
  );
}

function replayOf(
  original: Execution,
  plan: Execution['plan'],
  command: ExecutionCommand,
  id: string,
  createdAtMs: number,
): Execution {
  const { trigger, originalId, attemptNumber, labels } = original;
  return createExecution(plan, {
    id,
    inputs: command.inputs ?? original.inputs,
    labels: [...labels, { key: 'system.replay', value: 'true' }],
    ...(trigger && { trigger }),
    originalId,
    attemptNumber: attemptNumber + 1,
    createdAtMs,
  });
}
