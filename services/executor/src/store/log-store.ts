import { taskRunIdOf, type GetExecutionLogs, type LogBatch, type LogLine } from '@tutti/contracts';
import type { Database } from '@tutti/database';
import { LOG_LEVELS, levelNumber } from './batch.ts';
import type { Fence } from './execution-store.ts';
import { storableText } from './json-text.ts';
import { numberOf } from './rows.ts';

/** Lines of one runner report, with the task run they belong to. */
export interface RunnerLines {
  readonly batch: LogBatch;
  readonly taskId: string;
  /** The attempt's own, or that of the child it speaks for. */
  readonly taskRunId: string;
}

interface StoredLine {
  readonly id: number;
  readonly source: 0 | 1;
  readonly execution_id: string;
  readonly n: number | null;
  readonly task_id: string | null;
  readonly attempt: number | null;
  readonly at_ms: number;
  readonly level: number;
  readonly message: string;
}

/** Log lines of task runs; separate from the transitions, so that a chatty script holds up nobody. */
export class LogStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes lines in their order; returns their ids in that order. @throws when a lease is not held any more. */
  async append(fence: Fence, reports: readonly RunnerLines[]): Promise<number[]> {
    const columns = columnsOf(reports);
    const rows = await this.#database.query<{ ids: string[] | null }>({
      name: 'append_logs',
      text: `WITH held AS MATERIALIZED (
          SELECT executor.require(count(*) = cardinality($1::int2[]), 'LEASE_LOST') FROM (
            SELECT 1 FROM executor.partition_leases AS l
            JOIN unnest($1::int2[], $2::int8[]) AS w(partition, epoch) ON l.partition = w.partition AND l.epoch = w.epoch
            WHERE l.owner = $3 FOR SHARE OF l) AS l),
        stored AS (
          INSERT INTO executor.logs (source, execution_id, n, owner_n, task_id, attempt, idx, at_ms, level, message)
          SELECT 1, r.* FROM unnest($4::text[], $5::int4[], $6::int4[], $7::text[], $8::int4[], $9::int4[], $10::int8[], $11::int2[], $12::text[]) AS r, held
          RETURNING id)
        SELECT array_agg(id ORDER BY id) AS ids FROM stored`,
      values: [[...fence.epochs.keys()], [...fence.epochs.values()], fence.owner, ...columns],
    });
    return (rows[0]?.ids ?? []).map(Number);
  }

  /** Stored lines of an execution, oldest first. */
  async read({ executionId, taskIds, minLevel, after, limit = 1_000 }: GetExecutionLogs): Promise<LogLine[]> {
    const rows = await this.#database.query<StoredLine>({
      name: 'read_logs',
      text: `SELECT id, source, execution_id, n, task_id, attempt, at_ms, level, message FROM executor.logs
             WHERE execution_id = $1 AND ($2::text[] IS NULL OR task_id = ANY($2)) AND level >= $3
               AND ($4::int8 IS NULL OR source = $5 AND id > $4) ORDER BY id LIMIT $6`,
      values: [
        executionId,
        taskIds ?? null,
        levelNumber(minLevel ?? 'TRACE'),
        after?.id ?? null,
        after?.source ?? 0,
        limit,
      ],
    });
    return rows.map(lineFrom);
  }

  /** The highest index stored of an attempt's lines, -1 for none; asked only when a report is repeated. */
  async lastIndex(taskRunId: string, executionId: string, attempt: number): Promise<number> {
    const rows = await this.#database.query<{ last: number | null }>({
      name: 'last_log_index',
      text: 'SELECT max(idx) AS last FROM executor.logs WHERE execution_id = $1 AND source = 1 AND owner_n = $2 AND attempt = $3',
      values: [executionId, numberOf(taskRunId), attempt],
    });
    return rows[0]?.last ?? -1;
  }
}

function columnsOf(reports: readonly RunnerLines[]): unknown[][] {
  const columns: unknown[][] = [[], [], [], [], [], [], [], [], []];

  for (const { batch, taskId, taskRunId } of reports) {
    const n = numberOf(taskRunId);
    const owner = numberOf(batch.taskRunId);
    batch.lines.forEach(({ atMs, level, message }, index) => {
      const values = [batch.executionId, n, owner, taskId, batch.attempt, batch.firstIndex + index, atMs, levelNumber(level), storableText(message)]; // prettier-ignore
      values.forEach((value, column) => columns[column]!.push(value));
    });
  }
  return columns;
}

const lineFrom = (row: StoredLine): LogLine => ({
  id: row.id,
  source: row.source,
  executionId: row.execution_id,
  ...(row.n !== null && { taskRunId: taskRunIdOf(row.execution_id, row.n) }),
  ...(row.task_id !== null && { taskId: row.task_id }),
  ...(row.attempt !== null && { attempt: row.attempt }),
  atMs: row.at_ms,
  level: LOG_LEVELS[row.level]!,
  message: row.message,
});
