import type { PurgeExecution, PurgeLogLines, PurgeLogLinesReply, PurgeReply } from '@tutti/contracts';
import type { ExecutionSearch } from '../store/execution-search.ts';
import { handleDelete, requireEnded, type DeleteDeps } from './delete.ts';

export interface PurgeDeps extends DeleteDeps {
  readonly search: ExecutionSearch;
}

/**
 * Deletes an execution that has ended, or parts of it, and counts what went.
 * @throws {UserError} EXECUTION_UNKNOWN, EXECUTION_RUNNING
 */
export async function handlePurge(deps: PurgeDeps, command: PurgeExecution): Promise<PurgeReply> {
  const { executionId, execution, logs, metrics } = command;
  await requireEnded(deps, executionId);
  const counts = {
    logs: logs ? await deps.search.purge('logs', executionId) : 0,
    metrics: metrics ? await deps.search.purge('metrics', executionId) : 0,
  };
  if (execution) await handleDelete(deps, { executionId });
  return { executions: Number(execution), ...counts };
}

/** Deletes log lines of executions of every partition, a portion of them at a time. */
export async function handlePurgeLogs(
  { search }: Pick<PurgeDeps, 'search'>,
  command: PurgeLogLines,
): Promise<PurgeLogLinesReply> {
  return { count: await search.purgeLogs(command) };
}
