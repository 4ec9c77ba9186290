import type { Queryable } from '@tutti/database';

/** A metric that a task reported. */
export interface StoredMetric {
  readonly executionId: string;
  readonly taskRunId: string | null;
  readonly taskId: string | null;
  readonly name: string;
  readonly type: string;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly atMs: number;
}

/** Reads metrics through the view `api.metrics`. */
export class MetricStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Metrics of several executions in one statement, at most `limit` of each. */
  ofExecutions(executionIds: readonly string[], limit: number): Promise<StoredMetric[]> {
    return this.#database.query<StoredMetric>({
      name: 'metrics of executions',
      text: `SELECT metric.* FROM unnest($1::text[]) AS wanted(wanted_id)
        CROSS JOIN LATERAL (SELECT execution_id AS "executionId", task_run_id AS "taskRunId", task_id AS "taskId", name, type,
            value, tags, at_ms AS "atMs"
          FROM api.metrics WHERE execution_id = wanted_id ORDER BY at_ms LIMIT $2) AS metric`,
      values: [executionIds, limit],
    });
  }
}
