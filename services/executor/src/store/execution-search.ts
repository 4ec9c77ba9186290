import type { ExecutionQuery, FlowCount, FoundExecution, PurgeLogLines } from '@tutti/contracts';
import type { Database } from '@tutti/database';
import { levelNumber } from './batch.ts';

const LARGEST_PAGE = 1_000;
const MOST_LINES = 10_000;

/** Whether an execution `e` is of the namespace `$1` and the flow `$2`; a namespace alone stands for those below it too. */
const OF_FLOW = `($1::text IS NULL OR e.namespace = $1 OR $2::text IS NULL AND starts_with(e.namespace, $1 || '.'))
  AND ($2::text IS NULL OR e.flow_id = $2)`;

const IS_WANTED = `${OF_FLOW} AND ($3::text[] IS NULL OR e.state = ANY($3))
  AND ($4::int8 IS NULL OR e.created_at_ms >= $4) AND ($5::int8 IS NULL OR e.created_at_ms < $5)
  AND (NOT $6::bool OR e.ended_at_ms IS NOT NULL)`;

/** Questions about, and clearing up after, executions of every partition. */
export class ExecutionSearch {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Executions oldest first, at most 1,000. */
  find(query: ExecutionQuery): Promise<FoundExecution[]> {
    const { after = '', limit = LARGEST_PAGE } = query;
    return this.#database.query<{ id: string; namespace: string; flowId: string }>({
      name: 'find_executions',
      text: `SELECT e.id, e.namespace, e.flow_id AS "flowId" FROM executor.executions AS e
             WHERE ${IS_WANTED} AND e.id > $7 ORDER BY e.id LIMIT $8`,
      values: [...valuesOf(query), after, Math.min(limit, LARGEST_PAGE)],
    });
  }

  /** How many there are of each flow, by namespace and flow. */
  async count(query: ExecutionQuery): Promise<FlowCount[]> {
    const rows = await this.#database.query<{ namespace: string; flowId: string; count: string }>({
      name: 'count_executions',
      text: `SELECT e.namespace, e.flow_id AS "flowId", count(*) FROM executor.executions AS e
             WHERE ${IS_WANTED} GROUP BY e.namespace, e.flow_id ORDER BY e.namespace, e.flow_id`,
      values: valuesOf(query),
    });
    return rows.map(({ count, ...flow }) => ({ ...flow, count: Number(count) }));
  }

  /** Deletes the log or the metrics of one execution; how many rows there were. */
  purge(table: 'logs' | 'metrics', executionId: string): Promise<number> {
    return this.#database.execute({
      text: `DELETE FROM executor.${table} WHERE execution_id = $1`,
      values: [executionId],
    });
  }

  /** Deletes log lines, at most 10,000 of them; how many it were. */
  purgeLogs({ namespace, flowId, levels, fromMs, beforeMs, limit = MOST_LINES }: PurgeLogLines): Promise<number> {
    return this.#database.execute({
      text: `DELETE FROM executor.logs WHERE id IN (
               SELECT l.id FROM executor.logs AS l JOIN executor.executions AS e ON e.id = l.execution_id
               WHERE ${OF_FLOW} AND ($3::int2[] IS NULL OR l.level = ANY($3))
                 AND l.at_ms < $4 AND l.at_ms >= $5 LIMIT $6)`,
      values: [
        namespace ?? null,
        flowId ?? null,
        levels?.map(levelNumber) ?? null,
        beforeMs,
        fromMs ?? 0,
        Math.min(limit, MOST_LINES),
      ],
    });
  }
}

const valuesOf = ({ namespace, flowId, states, fromMs, beforeMs, ended = false }: ExecutionQuery): unknown[] => [
  namespace ?? null,
  flowId ?? null,
  states ?? null,
  fromMs ?? null,
  beforeMs ?? null,
  ended,
];
