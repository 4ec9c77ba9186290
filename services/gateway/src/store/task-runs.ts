import type { AttemptSnapshot, JsonMap, TaskRunSnapshot, TaskRunState } from '@tutti/contracts';
import type { Queryable } from '@tutti/database';

/** A task run with its place in the order of creation. */
export interface StoredTaskRun extends Omit<TaskRunSnapshot, 'namespace' | 'flowId'> {
  readonly n: number;
}

/** Which task runs of an execution are wanted; all that is given must hold. */
export interface TaskRunFilter {
  readonly states?: readonly TaskRunState[] | null;
  readonly taskId?: string | null;
  readonly parentTaskRunId?: string | null;
}

interface TaskRunRow {
  readonly id: string;
  readonly execution_id: string;
  readonly n: number;
  readonly task_id: string;
  readonly parent_task_run_id: string | null;
  readonly value: string | null;
  readonly iteration: number | null;
  readonly state: TaskRunState;
  readonly histories: readonly (readonly [string, number])[] | null;
  readonly attempts: readonly AttemptSnapshot[] | null;
  readonly outputs: JsonMap | null;
  readonly error: { readonly code?: string; readonly message?: string } | null;
}

const COLUMNS = `id, execution_id, n, task_id, parent_task_run_id, value, iteration, state, histories, attempts, outputs,
  error`;

/** Reads task runs through the view `api.task_runs`. */
export class TaskRunStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Task runs of several executions in one statement, in the order of their creation, at most `limit` of each. */
  async ofExecutions(
    executionIds: readonly string[],
    {
      limit,
      after = 0,
      filter = {},
    }: { readonly limit: number; readonly after?: number; readonly filter?: TaskRunFilter },
  ): Promise<StoredTaskRun[]> {
    const rows = await this.#database.query<TaskRunRow>({
      name: 'task runs of executions',
      text: `SELECT run.* FROM unnest($1::text[]) AS wanted(wanted_id)
        CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM api.task_runs
          WHERE execution_id = wanted_id AND n > $2 AND ($4::text[] IS NULL OR state = ANY($4))
            AND ($5::text IS NULL OR task_id = $5) AND ($6::text IS NULL OR parent_task_run_id = $6)
          ORDER BY n LIMIT $3) AS run`,
      values: [
        executionIds,
        after,
        limit,
        filter.states ?? null,
        filter.taskId ?? null,
        filter.parentTaskRunId ?? null,
      ],
    });
    return rows.map(toTaskRun);
  }

  /** All of one execution. */
  ofExecution(executionId: string): Promise<StoredTaskRun[]> {
    return this.ofExecutions([executionId], { limit: 1_000_000 });
  }
}

function toTaskRun(row: TaskRunRow): StoredTaskRun {
  return {
    id: row.id,
    n: row.n,
    executionId: row.execution_id,
    taskId: row.task_id,
    state: row.state,
    histories: (row.histories ?? []).map(([state, atMs]) => ({ state, atMs })),
    attempts: row.attempts ?? [],
    ...(row.parent_task_run_id !== null && { parentTaskRunId: row.parent_task_run_id }),
    ...(row.value !== null && { value: row.value }),
    ...(row.iteration !== null && { iteration: row.iteration }),
    ...(row.outputs && { outputs: row.outputs }),
    ...(row.error && { error: row.error.message ?? row.error.code ?? '' }),
  };
}
