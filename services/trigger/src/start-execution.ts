import { createHash } from 'node:crypto';
import { requestPatiently } from '@tutti/bus';
import type { Bus } from '@tutti/bus';
import { newExecutionId, subjects } from '@tutti/contracts';
import type { CreateExecution, ExecutionReply, ExecutionSnapshot, JsonMap, Label } from '@tutti/contracts';
import { isUserError } from '@tutti/service-kit';
import type { Logger } from '@tutti/service-kit';
import type { TriggerRecord } from './core/trigger-record.ts';

/** How long a start is tried before it is left to the next look at what is owed. */
const START_TIMEOUT_MS = 20_000;

/** What came of asking for an execution. */
export type StartOutcome =
  | { readonly kind: 'started'; readonly execution: ExecutionSnapshot }
  /** The executor will not have it, and would not later: the flow's inputs, or the flow itself. */
  | { readonly kind: 'refused'; readonly error: Error };

/**
 * An id that the same occasion always gives, so that nothing is started twice for it however often it is asked for.
 * @param occasion Names it: the trigger and the date, for instance.
 */
export function executionIdFor(occasion: string, atMs: number): string {
  const digest = createHash('sha256').update(occasion).digest();
  return newExecutionId(atMs, (size) => digest.subarray(0, size));
}

/** The request for an execution. */
export function startOf(
  { flow, definition }: TriggerRecord,
  executionId: string,
  variables: JsonMap,
  inputs: JsonMap | undefined,
  labels: readonly Label[],
): CreateExecution {
  return {
    executionId,
    namespace: flow.namespace,
    flowId: flow.id,
    ...(inputs && { inputs }),
    labels,
    trigger: { id: definition.id, type: definition.typeAsWritten ?? definition.type, variables },
  };
}

/**
 * Asks the executor for an execution; once more for the same id gives the execution there is.
 * @throws {BusError} when nobody answers.
 */
export async function requestStart(bus: Bus, create: CreateExecution, log: Logger): Promise<StartOutcome> {
  try {
    const subject = subjects.execution('create', create.executionId);
    const { execution } = await requestPatiently<ExecutionReply>(bus, subject, create, {
      deadlineMs: START_TIMEOUT_MS,
    });
    return { kind: 'started', execution };
  } catch (error) {
    if (!isUserError(error)) throw error;
    const { namespace, flowId, trigger } = create;
    log.warn({ namespace, flowId, triggerId: trigger?.id, code: error.code, reason: error.message }, 'start refused');
    return { kind: 'refused', error };
  }
}

const ENDED: ReadonlySet<string> = new Set(['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'RETRIED']);

/** Whether a trigger need not wait for this execution any longer. */
export const hasEnded = ({ state }: ExecutionSnapshot): boolean => ENDED.has(state);
