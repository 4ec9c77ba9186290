import type { LogLine } from '@tutti/contracts';
import { LOG_LEVELS } from '../store/batch.ts';
import type { Touched } from './batch-draft.ts';

/** The log lines of a batch with the ids they were stored under. */
export function storedLines(touched: Iterable<Touched>, ids: readonly number[]): LogLine[] {
  let next = 0;
  const lines: LogLine[] = [];
  for (const { execution, logs } of touched)
    for (const row of logs)
      lines.push({
        id: ids[next++]!,
        source: 0,
        executionId: execution.id,
        ...(row.n !== null && { taskRunId: `${execution.id}-${row.n}` }),
        ...(row.task_id !== null && { taskId: row.task_id }),
        ...(row.attempt !== null && { attempt: row.attempt }),
        atMs: row.at_ms,
        level: LOG_LEVELS[row.level]!,
        message: row.message,
      });
  return lines;
}
