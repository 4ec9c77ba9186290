import type { GetExecutionLogs, LogPage } from '@tutti/contracts';
import type { LogStore } from '../store/log-store.ts';

const LARGEST_PAGE = 1_000;

/** Stored lines of an execution, oldest first; for `errorLogs()` and tasks that read logs. */
export async function handleGetLogs(
  { logStore }: { readonly logStore: LogStore },
  query: GetExecutionLogs,
): Promise<LogPage> {
  return { lines: await logStore.read({ ...query, limit: Math.min(query.limit ?? LARGEST_PAGE, LARGEST_PAGE) }) };
}
