import type { LogLevel, LogLine } from '@tutti/contracts';
import type { Queryable } from '@tutti/database';
import type { Clock } from '@tutti/service-kit';
import { Conditions, addNamespace, addTime, escapeLike } from './conditions.ts';
import type { NamespaceFilter, TimeFilter } from './conditions.ts';
import { pageOf } from './database-pages.ts';
import type { KeysetPage, Page } from './database-pages.ts';
import { LOG_START, advance } from './log-cursor.ts';
import type { LogCursor } from './log-cursor.ts';

/** Which lines of an execution are wanted; all that is given must hold. */
export interface LogFilter {
  readonly minLevel?: LogLevel | null;
  readonly taskId?: string | null;
  readonly taskRunId?: string | null;
  readonly attempt?: number | null;
}

/** Which lines of all executions are wanted. */
export interface LogSearch {
  readonly namespace?: NamespaceFilter | null;
  readonly flowId?: string | null;
  readonly executionId?: string | null;
  readonly minLevel?: LogLevel | null;
  readonly at?: TimeFilter | null;
  readonly text?: string | null;
  readonly triggerId?: string | null;
}

/** A line with the flow it belongs to. */
export interface FlowLogLine extends LogLine {
  readonly namespace: string;
  readonly flowId: string;
}

/** Lines in order, and where they end. */
export interface LogPage {
  readonly lines: readonly FlowLogLine[];
  readonly cursor: LogCursor;
  /** Of which source there may be further lines now. */
  readonly more: LogSources;
}

/** Place of a line in the order of all lines. */
export interface LogSearchKey {
  readonly atMs: number;
  readonly source: number;
  readonly id: number;
}

interface LogRow {
  readonly id: number;
  readonly source: 0 | 1;
  readonly execution_id: string;
  readonly namespace: string;
  readonly flow_id: string;
  readonly task_run_id: string | null;
  readonly task_id: string | null;
  readonly attempt: number | null;
  readonly at_ms: number;
  readonly level: LogLevel;
  readonly message: string;
}

const LEVELS: readonly LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];
const HOUR_MS = 60 * 60 * 1000;
/** How far back a search looks, further each time. */
const SEARCH_SPANS_MS = [HOUR_MS, 24 * HOUR_MS, 30 * 24 * HOUR_MS, Infinity];

/** Lines read at a time where all are wanted. */
const PAGE_LINES = 1_000;

const COLUMNS = 'id, source, execution_id, namespace, flow_id, task_run_id, task_id, attempt, at_ms, level, message';

/** Which of the two sources is read. */
export interface LogSources {
  readonly executor: boolean;
  readonly runner: boolean;
}

const BOTH: LogSources = { executor: true, runner: true };

/** Lines of one source after a number, along the index; one that is not `wanted` is not touched. */
const linesOf = (source: 0 | 1, after: string, wanted: string): string => `(SELECT ${COLUMNS} FROM api.logs
  WHERE ${wanted}::bool AND execution_id = $1 AND source = ${source} AND id > ${after}::int8
    AND ($5::int IS NULL OR level_number >= $5) AND ($6::text IS NULL OR task_id = $6)
    AND ($7::text IS NULL OR task_run_id = $7) AND ($8::int IS NULL OR attempt = $8)
  ORDER BY id LIMIT $4)`;

/** Number of a level; larger is worse. */
export const levelNumber = (level: LogLevel): number => LEVELS.indexOf(level);

/** Reads log lines through the view `api.logs`. */
export class LogStore {
  readonly #database: Queryable;
  readonly #clock: Clock;

  constructor(database: Queryable, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Lines of an execution after a position: by time as far as possible, by number within each source always. */
  async after(
    executionId: string,
    cursor: LogCursor,
    limit: number,
    filter: LogFilter = {},
    sources = BOTH,
  ): Promise<LogPage> {
    const rows = await this.#database.query<LogRow>({
      name: 'log lines after a cursor',
      text: `${linesOf(0, '$2', '$9')} UNION ALL ${linesOf(1, '$3', '$10')}`,
      values: [
        executionId,
        cursor.executor,
        cursor.runner,
        limit,
        filter.minLevel ? levelNumber(filter.minLevel) : null,
        filter.taskId ?? null,
        filter.taskRunId ?? null,
        filter.attempt ?? null,
        sources.executor,
        sources.runner,
      ],
    });
    const { lines, more } = mergeSources(rows.map(toLine), limit);
    return { lines, cursor: lines.reduce(advance, cursor), more };
  }

  /** All lines of an execution, page by page. */
  async *all(executionId: string, filter: LogFilter = {}): AsyncGenerator<readonly FlowLogLine[]> {
    for (let cursor = LOG_START; ;) {
      const page = await this.after(executionId, cursor, PAGE_LINES, filter);
      yield page.lines;
      if (!hasMore(page)) return;
      cursor = page.cursor;
    }
  }

  /** Lines of all executions, newest first. */
  async search(search: LogSearch, { limit, after }: KeysetPage<LogSearchKey>): Promise<Page<FlowLogLine>> {
    return pageOf(await this.#newest(search, { limit: limit + 1, offset: 0, after }), limit);
  }

  /** A page by its number, newest first. */
  searchPage(search: LogSearch, offset: number, limit: number): Promise<FlowLogLine[]> {
    return this.#newest(search, { limit, offset });
  }

  /**
   * The index over all lines is by blocks of time and cannot sort, so the search begins with the last hour before where
   * it starts, and looks at more only while it has not found enough.
   */
  async #newest(
    search: LogSearch,
    {
      limit,
      offset,
      after,
    }: { readonly limit: number; readonly offset: number; readonly after?: LogSearchKey | undefined },
  ): Promise<FlowLogLine[]> {
    const startMs = after?.atMs ?? search.at?.lt ?? this.#clock.nowMs();
    for (const spanMs of search.executionId ? [Infinity] : SEARCH_SPANS_MS) {
      const fromMs = startMs - spanMs;
      const isAll = fromMs <= (search.at?.gte ?? -Infinity);
      const where = searchConditions(search);
      if (!isAll) where.add('at_ms >= ?', fromMs);
      if (after) {
        const key = [after.atMs, after.source, after.id].map((value) => where.parameter(value));
        where.addFixed(`(at_ms, source, id) < (${key.join(', ')})`);
      }
      const rows = await this.#database.query<LogRow>({
        text: `SELECT ${COLUMNS} FROM api.logs ${where.sql} ORDER BY at_ms DESC, source DESC, id DESC
          LIMIT ${where.parameter(limit)} OFFSET ${where.parameter(offset)}`,
        values: where.values,
      });
      if (isAll || rows.length === limit) return rows.map(toLine);
    }
    return [];
  }

  /** How many lines a search finds, up to a limit. */
  async count(search: LogSearch, limit: number): Promise<number> {
    const where = searchConditions(search);
    const text = `SELECT count(*) FROM (SELECT FROM api.logs ${where.sql} LIMIT ${where.parameter(limit)}) AS found`;
    return (await this.#database.query<{ count: number }>({ text, values: where.values }))[0]?.count ?? 0;
  }
}

function searchConditions(search: LogSearch): Conditions {
  const where = new Conditions();
  addNamespace(where, 'namespace', search.namespace);
  addTime(where, 'at_ms', search.at);
  return where
    .add('execution_id = ?', search.executionId)
    .add('flow_id = ?', search.flowId)
    .add('level_number >= ?', search.minLevel && levelNumber(search.minLevel))
    .add(`message ILIKE ?`, search.text && `%${escapeLike(search.text)}%`)
    .add(`execution_id IN (SELECT id FROM api.executions WHERE trigger->>'id' = ?)`, search.triggerId);
}

/** Whether there may be further lines now. */
export const hasMore = ({ more }: LogPage): boolean => more.executor || more.runner;

/**
 * Merges the lines of both sources by time without changing the order within one, so that a position never skips a line.
 * Where a source gave as many as were asked for, it may have more: nothing of the other is taken beyond its last one.
 */
function mergeSources(rows: readonly FlowLogLine[], limit: number): Pick<LogPage, 'lines' | 'more'> {
  const executor = rows.filter(({ source }) => source === 0);
  const runner = rows.filter(({ source }) => source === 1);
  const lines: FlowLogLine[] = [];
  let [e, r] = [0, 0];
  for (;;) {
    const [nextExecutor, nextRunner] = [executor[e], runner[r]];
    const more = {
      executor: nextExecutor !== undefined || executor.length === limit,
      runner: nextRunner !== undefined || runner.length === limit,
    };
    if ((!nextExecutor && more.executor) || (!nextRunner && more.runner)) return { lines, more };
    if (nextExecutor && (!nextRunner || nextExecutor.atMs <= nextRunner.atMs)) {
      lines.push(nextExecutor);
      e++;
    } else if (nextRunner) {
      lines.push(nextRunner);
      r++;
    } else {
      return { lines, more };
    }
  }
}

function toLine(row: LogRow): FlowLogLine {
  return {
    id: row.id,
    source: row.source,
    executionId: row.execution_id,
    namespace: row.namespace,
    flowId: row.flow_id,
    atMs: row.at_ms,
    level: row.level,
    message: row.message,
    ...(row.task_run_id !== null && { taskRunId: row.task_run_id }),
    ...(row.task_id !== null && { taskId: row.task_id }),
    ...(row.attempt !== null && { attempt: row.attempt }),
  };
}
