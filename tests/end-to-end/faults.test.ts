import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceName } from '@tutti/cli';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TuttiInstance } from './testing/tutti-instance.ts';

/** How many are under way when something breaks. */
const EXECUTIONS = 300;
const NAMESPACE = 'e2e.faults';

/** Of everything something: tasks that the executor decides, work of a runner, branches side by side, timers. */
const MIXED_FLOW = `
id: mixed
namespace: ${NAMESPACE}
inputs:
  - {id: witness, type: STRING}
  - {id: n, type: INT}
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "number {{ inputs.n }}"}
  - id: work
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
    commands:
      - echo "$TUTTI_ATTEMPT_ID" >> {{ inputs.witness }}
  - id: branches
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: left, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.n }}"}
      - {id: right, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.3S}
  - id: decide
    type: io.kestra.plugin.core.flow.If
    condition: "{{ inputs.n % 2 == 0 }}"
    then: [{id: even, type: io.kestra.plugin.core.debug.Return, format: even}]
    else: [{id: odd, type: io.kestra.plugin.core.debug.Return, format: odd}]
outputs:
  - {id: n, type: INT, value: "{{ outputs.left.value }}"}
`;

interface TaskRunRow {
  readonly id: string;
  readonly task_id: string;
  readonly state: string;
  readonly attempts: readonly { readonly attempt: number; readonly cause: string; readonly state: string }[];
}

let instance: TuttiInstance;
beforeAll(async () => {
  instance = await TuttiInstance.start();
  await instance.api.importFlows(MIXED_FLOW);
});
afterAll(() => instance.destroy());

const SERVICES: readonly ServiceName[] = ['flow-registry', 'trigger', 'gateway', 'executor', 'task-runner'];

it.each<[string, () => Promise<void> | void]>([
  ...SERVICES.map((name): [string, () => void] => [`kill -9 of the ${name}`, () => instance.tutti.kill(name)]),
  ['a crash of NATS', () => instance.tutti.infrastructure.nats!.process.crash()],
  ['a crash of PostgreSQL', () => instance.tutti.infrastructure.postgres!.process.crash()],
  ['the loss of the NATS store', () => instance.tutti.infrastructure.nats!.restartEmptied()],
])('%s: every execution ends once, correctly, with every attempt accounted for', async (title, breakSomething) => {
  const witness = join(instance.folder, `${title.replaceAll(/\W+/g, '-')}.witness`);
  const ids = await createAll(witness);
  expect(await openOf(ids)).toBeGreaterThan(EXECUTIONS / 2);
  await breakSomething();
  await untilAllEnded(ids);
  await expectRightEnds(ids);
  await expectEndedOnce(ids);
  await expectWitnessed(ids, witness);
  await expectNothingOwed();
});

/** In batches by the API; answered means stored. */
async function createAll(witness: string): Promise<string[]> {
  const ids: string[] = [];
  for (let first = 0; first < EXECUTIONS; first += 100) {
    const inputs = Array.from({ length: 100 }, (_, index) => ({
      namespace: NAMESPACE,
      flowId: 'mixed',
      inputs: { witness, n: first + index },
    }));
    const { createExecutions } = await instance.api.ask<{ createExecutions: { execution: { id: string } | null }[] }>(
      'mutation ($inputs: [CreateExecutionInput!]!) { createExecutions(inputs: $inputs) { execution { id } } }',
      { inputs },
    );
    ids.push(...createExecutions.map(({ execution }) => execution!.id));
  }
  return ids;
}

/** How many have not ended; asks the database, which is the truth also while the gateway or the bus is away. */
async function openOf(ids: readonly string[]): Promise<number> {
  const text = 'SELECT count(*)::int AS open FROM executor.executions WHERE id = ANY ($1) AND ended_at_ms IS NULL';
  return (await instance.query<{ open: number }>(text, [ids]))[0]!.open;
}

async function untilAllEnded(ids: readonly string[]): Promise<void> {
  const unknown = (): number => EXECUTIONS; // PostgreSQL may be what was broken
  while ((await openOf(ids).catch(unknown)) > 0) await new Promise((resolve) => setTimeout(resolve, 200)); // it tells nobody when it is back
}

async function expectRightEnds(ids: readonly string[]): Promise<void> {
  const rows = await instance.query<{ state: string; histories: unknown; n: number; out: number; inner: string[] }>(
    `SELECT e.state, (e.inputs ->> 'n')::int AS n, (e.outputs ->> 'n')::int AS out,
       (SELECT array_agg(t.task_id || ' ' || t.state ORDER BY t.task_id) FROM executor.task_runs AS t WHERE t.execution_id = e.id) AS inner
     FROM executor.executions AS e WHERE e.id = ANY ($1)`,
    [ids],
  );
  expect(rows.length).toBe(EXECUTIONS);
  for (const { state, n, out, inner } of rows) {
    expect({ state, out }).toEqual({ state: 'SUCCESS', out: n });
    const taken = n % 2 === 0 ? 'even' : 'odd';
    const tasks = ['branches', 'decide', taken, 'left', 'right', 'say', 'work'].toSorted();
    expect(inner).toEqual(tasks.map((task) => `${task} SUCCESS`));
  }
}

/** By the journal: an execution ends by one event, and so does each attempt. */
async function expectEndedOnce(ids: readonly string[]): Promise<void> {
  const [row] = await instance.query<{ ends: number; repeated: number }>(
    `WITH event AS (
       SELECT execution_id, element FROM executor.journal, jsonb_array_elements(events) AS element
       WHERE execution_id = ANY ($1) AND element ->> 'to' IN ('SUCCESS', 'FAILED', 'WARNING', 'KILLED')),
     ended AS (
       SELECT execution_id, element ->> 'type' AS type, element ->> 'taskRunId' AS task, element ->> 'attempt' AS attempt, count(*)
       FROM event GROUP BY 1, 2, 3, 4)
     SELECT count(*) FILTER (WHERE type = 'ExecutionMoved')::int AS ends, count(*) FILTER (WHERE count > 1)::int AS repeated FROM ended`,
    [ids],
  );
  expect(row).toEqual({ ends: EXECUTIONS, repeated: 0 });
}

/** Each line that a script wrote is an attempt in the journal, each attempt says why, and only a lost one is repeated. */
async function expectWitnessed(ids: readonly string[], witness: string): Promise<void> {
  const lines = (await readFile(witness, 'utf8')).trimEnd().split('\n');
  const taskRuns = await instance.query<TaskRunRow>(
    `SELECT execution_id || '-' || n AS id, task_id, state, attempts FROM executor.task_runs
     WHERE execution_id = ANY ($1) AND task_id = 'work'`,
    [ids],
  );
  expect(taskRuns.length).toBe(EXECUTIONS);
  const known = new Set(taskRuns.flatMap(({ id, attempts }) => attempts.map(({ attempt }) => `${id}-${attempt}`)));
  expect(lines.filter((line) => !known.has(line))).toEqual([]);
  expect(new Set(lines).size).toBe(lines.length);
  for (const { id, attempts } of taskRuns) {
    expect(lines.some((line) => line.startsWith(`${id}-`))).toBe(true);
    expect(attempts.map(({ cause }) => cause)).toEqual(['FIRST', ...attempts.slice(1).map(() => 'WORKER_LOST')]);
  }
}

/** Once all have ended, nothing may wait for anything: what would be stuck later is owed now. */
async function expectNothingOwed(): Promise<void> {
  expect(await instance.query('SELECT * FROM executor.timers')).toEqual([]);
  expect(await instance.query('SELECT * FROM api.stuck')).toEqual([]);
  expect(await instance.query('SELECT * FROM api.stuck_triggers')).toEqual([]);
}
