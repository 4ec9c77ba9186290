import type { ExecutionSnapshot } from '@tutti/contracts';
import { UserError } from '@tutti/service-kit';
import type { ExecutionFeedDeps } from './execution-feed.ts';
import { subscribed } from './reconnects.ts';
import { Wakeup } from './wakeup.ts';

/** The bus is a hint: a waiting call looks into the database this often, ms. */
const QUIET_CHECK_MS = 5_000;

/**
 * Starts an execution and waits for its end. It listens before it starts, and asks the database whenever it may have
 * missed the event, so that the answer is never lost.
 * @throws {UserError} WAIT_TIMEOUT; and what `start` throws.
 */
export async function startAndWait(
  deps: ExecutionFeedDeps,
  executionId: string,
  start: () => Promise<ExecutionSnapshot>,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ExecutionSnapshot> {
  const wakeup = new Wakeup();
  const notify = (): void => wakeup.notify();
  const listenTo = (id: string) => deps.bus.listen(`evt.execution.ended.${id}.>`, notify);
  const subscriptions = [listenTo(executionId)];
  const forgetReconnects = deps.reconnects.listen(notify);
  const deadlineMs = performance.now() + timeoutMs;
  try {
    await subscribed(deps.bus);
    const started = await start();
    if (started.id !== executionId) {
      subscriptions.push(listenTo(started.id)); // an idempotency key led to an earlier execution
      await subscribed(deps.bus);
    }
    if (started.endedAtMs !== undefined) return started;
    for (;;) {
      const current = await deps.executions.byId(started.id);
      if (current?.endedAtMs !== undefined) return current;
      if (!current) throw new UserError('EXECUTION_NOT_FOUND', `The execution ${started.id} was deleted meanwhile.`);
      const restMs = deadlineMs - performance.now();
      if (restMs <= 0 || signal.aborted) throw waitedTooLong(started.id, timeoutMs);
      await wakeup.wait(Math.min(QUIET_CHECK_MS, restMs), signal);
    }
  } finally {
    forgetReconnects();
    for (const subscription of subscriptions) void subscription.stop();
  }
}

function waitedTooLong(executionId: string, timeoutMs: number): UserError {
  return new UserError('WAIT_TIMEOUT', `The execution ${executionId} has not ended within ${timeoutMs / 1000} s.`, {
    hint: 'It goes on; ask for it by its id.',
  });
}
