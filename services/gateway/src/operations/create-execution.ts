import { randomFillSync } from 'node:crypto';
import { newExecutionId } from '@tutti/contracts';
import type { CreateExecution, ExecutionSnapshot, Label } from '@tutti/contracts';
import { UserError } from '@tutti/service-kit';
import type { Gateway } from '../gateway.ts';
import { startAndWait } from '../live/execution-ended.ts';

/** What a caller says of an execution that is to be; `wait` is the gateway's own business. */
export type NewExecution = Omit<CreateExecution, 'executionId' | 'wait' | 'parent' | 'trigger'> & {
  readonly executionId?: string;
};

/** How long a caller that waits may be kept waiting, ms. */
const LONGEST_WAIT_MS = 60 * 60 * 1000;

/**
 * Starts an execution; with `wait` resolves only when it has ended.
 * @throws {UserError} LABEL_RESERVED, WAIT_TIMEOUT; and what the executor refuses.
 */
export async function createExecution(
  gateway: Gateway,
  execution: NewExecution,
  { wait, life }: { readonly wait: boolean; readonly life: { readonly signal: AbortSignal } },
): Promise<ExecutionSnapshot> {
  refuseSystemLabels(execution.labels ?? []);
  const executionId = execution.executionId ?? drawExecutionId(gateway);
  const start = async (): Promise<ExecutionSnapshot> =>
    (await gateway.executor.create({ ...execution, executionId })).execution;
  return wait
    ? startAndWait(gateway, executionId, start, { timeoutMs: LONGEST_WAIT_MS, signal: life.signal })
    : start();
}

/** An id for an execution that is to be, so that an order sent twice is the same order. */
export const drawExecutionId = ({ clock }: Pick<Gateway, 'clock'>): string => newExecutionId(clock.nowMs(), drawBytes);

const pool = Buffer.alloc(4096);
let drawn = pool.length;

/** Chance by the pool: a call for a few bytes costs as much as one for thousands. */
function drawBytes(size: number): Uint8Array {
  if (drawn + size > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  return pool.subarray(drawn, (drawn += size));
}

/** @throws {UserError} LABEL_RESERVED. */
export function refuseSystemLabels(labels: readonly Label[]): void {
  const reserved = labels.find(({ key }) => key.startsWith('system.') && key !== 'system.correlationId');
  if (reserved)
    throw new UserError(
      'LABEL_RESERVED',
      `System labels can only be set by Tutti itself, offending label: ${reserved.key}=${reserved.value}.`,
      { hint: 'Choose a key that does not begin with "system.".' },
    );
}
