import { partitionOf } from '@tutti/contracts';
import { createExecution, type Command, type Execution } from '../core/index.ts';
import type { BatchLoop } from './batch-loop.ts';
import { derivedExecutionIdIn } from './execution-ids.ts';
import { scheduleTimerId } from './inputs.ts';

/**
 * Makes the execution that takes the place of a failed one (`retry.behavior: CREATE_NEW_EXECUTION`): the same flow,
 * inputs and labels, begun when the retry is due. Its id derives from the command's, so there is only ever one.
 */
export function retryExecution(
  loop: BatchLoop,
  failed: Execution,
  { id, dueAtMs }: Extract<Command, { type: 'RetryExecution' }>,
): Promise<void> {
  const executionId = derivedExecutionIdIn(partitionOf(failed.id), id, failed.id);
  return new Promise((resolve, reject) =>
    loop.add({
      executionId,
      create: (nowMs) => successorOf(failed, executionId, nowMs),
      input: (_execution, existed, nowMs) => (existed || dueAtMs > nowMs ? undefined : { type: 'StartExecution' }),
      needsSlot: failed.plan.flow.concurrency !== undefined,
      commands: [{ type: 'StartTimer', id: scheduleTimerId(executionId), dueAtMs }],
      done: () => resolve(),
      fail: reject,
    }),
  );
}

function successorOf(failed: Execution, id: string, createdAtMs: number): Execution {
  const { plan, inputs, labels, trigger, parent, originalId, attemptNumber } = failed;
  return createExecution(plan, {
    id,
    inputs,
    createdAtMs,
    labels: [...labels, { key: 'system.replay', value: 'true' }],
    ...(trigger && { trigger }),
    ...(parent && { parent }),
    originalId,
    attemptNumber: attemptNumber + 1,
  });
}
