import { afterAll, beforeAll, expect, it } from 'vitest';
import { TuttiInstance } from './testing/tutti-instance.ts';

const NAMESPACE = 'e2e.large';
/** Three thousand rows of a hundred characters and more: twice what a message may hold. */
const MANY = `
  - id: many
    type: io.kestra.plugin.jdbc.duckdb.Query
    fetchType: FETCH
    sql: SELECT range AS n, repeat('x', 100) AS text FROM range(3000)
`;

let instance: TuttiInstance;
beforeAll(async () => {
  instance = await TuttiInstance.start();
});
afterAll(() => instance.destroy());

it('outputs too large for a message are read by conditions, loops and outputs of the flow', async () => {
  await instance.api.importFlows(`
id: readers
namespace: ${NAMESPACE}
tasks:${MANY}
  - {id: skipped, type: io.kestra.plugin.core.log.Log, message: no, runIf: "{{ outputs.many.rows | length < 3000 }}"}
  - id: decide
    type: io.kestra.plugin.core.flow.If
    condition: "{{ outputs.many.rows[2999].n == 2999 }}"
    then: [{id: taken, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.many.rows | length }}"}]
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ outputs.many.rows | slice(0, 2) }}"
    tasks: [{id: item, type: io.kestra.plugin.core.debug.Return, format: "{{ taskrun.iteration }}"}]
outputs:
  - {id: count, type: INT, value: "{{ outputs.many.rows | length }}"}
`);
  const { id } = await instance.api.execute(NAMESPACE, 'readers');
  const ended = await instance.api.untilEnded(id);
  expect({ state: ended.state.current, outputs: ended.outputs }).toEqual({
    state: 'SUCCESS',
    outputs: { count: 3000 },
  });
  const taskRuns = await instance.query<{ task_id: string; state: string }>(
    'SELECT task_id, state FROM executor.task_runs WHERE execution_id = $1 ORDER BY n',
    [id],
  );
  expect(taskRuns.map(({ task_id, state }) => `${task_id} ${state}`)).toEqual([
    'many SUCCESS',
    'skipped SKIPPED',
    'decide SUCCESS',
    'taken SUCCESS',
    'each SUCCESS',
    'item SUCCESS',
    'item SUCCESS',
  ]);
});

it('an output of a flow that is too large for a message is handed to its parent', async () => {
  await instance.api.importFlows(`
id: child
namespace: ${NAMESPACE}
tasks:${MANY}
outputs:
  - {id: rows, type: JSON, value: "{{ outputs.many.rows }}"}
  - {id: note, type: STRING, value: small}
---
id: parent
namespace: ${NAMESPACE}
tasks:
  - {id: sub, type: io.kestra.plugin.core.flow.Subflow, namespace: ${NAMESPACE}, flowId: child, wait: true}
  - {id: read, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.sub.outputs.rows | length }} {{ outputs.sub.outputs.note }}"}
outputs:
  - {id: read, type: STRING, value: "{{ outputs.read.value }}"}
`);
  const { id } = await instance.api.execute(NAMESPACE, 'parent');
  const { state, outputs } = await instance.api.untilEnded(id);
  expect({ state: state.current, outputs }).toEqual({ state: 'SUCCESS', outputs: { read: '3000 small' } });
});

it('an execution whose values do not fit into a message is followed to its end, and shown with them', async () => {
  await instance.api.importFlows(`
id: values
namespace: ${NAMESPACE}
inputs: [{id: text, type: STRING}]
variables: {copy: x}
tasks:
  - id: set
    type: io.kestra.plugin.core.execution.SetVariables
    overwrite: true
    variables: {copy: "{{ inputs.text }}"}
  - {id: a, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.text }}"}
  - {id: b, type: io.kestra.plugin.core.debug.Return, format: "{{ vars.copy | length }}"}
outputs:
  - {id: n, type: INT, value: "{{ outputs.b.value }}"}
`);
  const text = 'y'.repeat(150_000);
  const created = await instance.api.execute(NAMESPACE, 'values', { text }, '?wait=true');
  expect(created.state.current).toBe('SUCCESS');
  const shown = await instance.api.execution(created.id);
  expect([shown.outputs, shown.inputs]).toEqual([{ n: 150_000 }, { text }]);
  await untilPublished(created.id);
});

/** The executor writes down now and then up to where all events are on the bus. */
async function untilPublished(executionId: string): Promise<void> {
  const text = `SELECT bool_and(l.published_position >= j.position) AS done
    FROM executor.journal AS j JOIN executor.partition_leases AS l USING (partition) WHERE j.execution_id = $1`;
  while (!(await instance.query<{ done: boolean }>(text, [executionId]))[0]!.done)
    await new Promise((resolve) => setTimeout(resolve, 100)); // nothing tells
}
