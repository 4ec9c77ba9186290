import type pg from 'pg';
import type { ExpectedExecution, ExpectedLine, ExpectedTaskRun } from './flow-case.ts';

interface ExecutionRow {
  readonly id: string;
  readonly flow_id: string;
  readonly state: string;
  readonly histories: readonly (readonly [string, number])[];
  readonly labels: readonly { readonly key: string; readonly value: string }[];
  readonly outputs: Readonly<Record<string, unknown>> | null;
}

interface TaskRunRow {
  readonly id: string;
  readonly task_id: string;
  readonly parent_task_run_id: string | null;
  readonly value: string | null;
  readonly iteration: number | null;
  readonly state: string;
  readonly attempts: readonly { readonly state: string }[];
  readonly outputs: Readonly<Record<string, unknown>> | null;
}

/** What an execution came to, in the form of an expectation; ids and times stand as in one. */
export type Observed = Required<Omit<ExpectedExecution, 'others'>> & { readonly id: string };

/** Executions of a namespace in the order they were created. */
export async function observe(database: pg.Pool, namespace: string): Promise<Observed[]> {
  const { rows } = await database.query<ExecutionRow>(
    'SELECT id, flow_id, state, histories, labels, outputs FROM api.executions WHERE namespace = $1 ORDER BY created_at_ms, id',
    [namespace],
  );
  const flowOf = new Map(rows.map(({ id, flow_id }) => [id, flow_id]));
  const taskRuns = new Map<string, readonly TaskRunRow[]>();
  for (const { id } of rows) taskRuns.set(id, await taskRunsOf(database, id));
  const taskOf = new Map([...taskRuns.values()].flat().map(({ id, task_id }) => [id, task_id]));
  const plain = placeholders(flowOf, taskOf);
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      flow: row.flow_id,
      state: row.state,
      states: row.histories.map(([state]) => state),
      labels: plain(Object.fromEntries(row.labels.map(({ key, value }) => [key, value]))),
      outputs: plain(row.outputs ?? {}),
      taskRuns: taskRuns.get(row.id)!.map((taskRun) => plain(toTaskRun(taskRun, taskOf))),
      logs: plain(await logsOf(database, row.id)),
    })),
  );
}

async function taskRunsOf(database: pg.Pool, id: string): Promise<readonly TaskRunRow[]> {
  const text = 'SELECT * FROM api.task_runs WHERE execution_id = $1 ORDER BY n';
  return (await database.query<TaskRunRow>(text, [id])).rows;
}

async function logsOf(database: pg.Pool, id: string): Promise<ExpectedLine[]> {
  const text = 'SELECT level, task_id AS task, message FROM api.logs WHERE execution_id = $1 ORDER BY at_ms, id';
  return (await database.query<ExpectedLine>(text, [id])).rows;
}

function toTaskRun(row: TaskRunRow, taskOf: ReadonlyMap<string, string>): ExpectedTaskRun {
  return {
    task: row.task_id,
    ...(row.parent_task_run_id !== null && { parent: taskOf.get(row.parent_task_run_id)! }),
    ...(row.value !== null && { value: row.value }),
    ...(row.iteration !== null && { iteration: row.iteration }),
    state: row.state,
    attempts: row.attempts.map(({ state }) => state),
    outputs: row.outputs ?? {},
  };
}

/** Replaces ids in any text by what they are ids of. */
function placeholders(flowOf: ReadonlyMap<string, string>, taskOf: ReadonlyMap<string, string>) {
  const names = new Map<string, string>();
  for (const [id, task] of taskOf) names.set(id, `<taskrun ${task}>`);
  for (const [id, flow] of flowOf) names.set(id, `<execution ${flow}>`);
  const pattern = /[0-9A-Za-z]{22}(?:-\d+)?/g;
  return <Value>(value: Value): Value =>
    JSON.parse(JSON.stringify(value), (_key, item: unknown) =>
      typeof item === 'string'
        ? item.replaceAll(pattern, (id) => names.get(id) ?? names.get(id.slice(0, 22)) ?? id)
        : item,
    ) as Value;
}
