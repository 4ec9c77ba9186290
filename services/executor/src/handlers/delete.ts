import {
  cloudEventHeaders,
  subjects,
  type ExecutionCommand,
  type ExecutionEvent,
  type ExecutionReply,
} from '@tutti/contracts';
import type { Bus } from '@tutti/bus';
import { UserError } from '@tutti/service-kit';
import { isSettled, snapshotOf, type Execution } from '../core/index.ts';
import type { ExecutionCache } from '../engine/execution-cache.ts';
import type { Inputs } from '../engine/inputs.ts';
import type { ExecutionStore } from '../store/execution-store.ts';

export interface DeleteDeps {
  readonly bus: Bus;
  readonly inputs: Inputs;
  readonly store: ExecutionStore;
  readonly cache: ExecutionCache;
}

/**
 * Deletes an execution that has ended, with its task runs, logs and journal.
 * @throws {UserError} EXECUTION_UNKNOWN, EXECUTION_RUNNING
 */
export async function handleDelete(deps: DeleteDeps, { executionId }: ExecutionCommand): Promise<ExecutionReply> {
  const { bus, store, cache } = deps;
  const execution = await requireEnded(deps, executionId);
  await store.delete(executionId);
  cache.forget([executionId]);
  const body: ExecutionEvent = { execution: snapshotOf(execution) };
  const subject = subjects.executionEvent('deleted', executionId, execution.namespace, execution.flowId);
  bus.publish(subject, body, { headers: cloudEventHeaders(subject, `${executionId}/deleted`) });
  return body;
}

/** The execution, which must have ended. @throws {UserError} EXECUTION_UNKNOWN, EXECUTION_RUNNING */
export async function requireEnded({ inputs }: Pick<DeleteDeps, 'inputs'>, executionId: string): Promise<Execution> {
  const { execution } = await inputs.decide(executionId, () => undefined);
  if (isSettled(execution)) return execution;
  throw new UserError('EXECUTION_RUNNING', `Execution ${executionId} is ${execution.state} and cannot be deleted.`, {
    hint: 'Kill it first, or wait for its end.',
  });
}
