import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TuttiInstance } from './testing/tutti-instance.ts';

let instance: TuttiInstance;
beforeAll(async () => {
  instance = await TuttiInstance.start();
});
afterAll(() => instance.destroy());

interface Fault {
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
}

describe('a flow that cannot be saved', () => {
  it.each([
    ['broken YAML', 'id: a\nnamespace: e2e.bad\ntasks:\n  - id: [\n', 5],
    ['an unknown type', 'id: a\nnamespace: e2e.bad\ntasks:\n  - id: t\n    type: core.log.Lag\n', 5],
    ['a task that refers to nobody', "id: a\nnamespace: e2e.bad\ntasks:\n  - id: t\n    type: core.log.Log\n    message: '{{ outputs.nobody.x }}'\n", 6],
  ])('says where: %s', async (_, source, line) => {
    const { saveFlow } = await instance.api.ask<{ saveFlow: { flow: unknown; errors: Fault[] } }>(
      'mutation ($source: String!) { saveFlow(input: {source: $source}) { flow { id } errors { message line column } } }',
      { source },
    );
    expect(saveFlow.flow).toBeNull();
    expect(saveFlow.errors[0]).toMatchObject({ line, column: expect.any(Number) });
  }); // prettier-ignore
});

it('refuses an execution without an input that is required, naming it', async () => {
  await instance.api.importFlows(`
id: needs
namespace: e2e.bad
inputs: [{id: name, type: STRING}]
tasks: [{id: t, type: core.log.Log, message: "{{ inputs.name }}"}]
`);
  const response = await instance.api.request('POST', '/api/v1/executions/e2e.bad/needs', new FormData());
  expect(response.status).toBe(422);
  expect(await response.text()).toContain('name');
});

describe('a task that fails', () => {
  it.each([
    ['a script that exits 3', '{type: io.kestra.plugin.scripts.shell.Commands, taskRunner: {type: io.kestra.plugin.core.runner.Process}, commands: ["exit 3"]}', /3/],
    ['an expression', `{type: core.debug.Return, format: "{{ [1, 2] | first | jq('.[') }}"}`, /jq/i],
    ['an unreachable database', '{type: io.kestra.plugin.jdbc.postgresql.Query, url: "jdbc:postgresql://127.0.0.1:1/none", username: u, password: p, sql: SELECT 1}', /127\.0\.0\.1:1/],
    ['a host that does not answer', '{type: io.kestra.plugin.core.http.Request, uri: "http://127.0.0.1:1/"}', /127\.0\.0\.1:1/],
  ])('says why in its log, and nothing after it runs: %s', async (title, task, reason) => {
    const id = title.replaceAll(/\W+/g, '-');
    await instance.api.importFlows(`
id: ${id}
namespace: e2e.bad
tasks:
  - ${task.replace('{', '{id: fails, ')}
  - {id: after, type: core.log.Log, message: never}
`);
    const { id: executionId, state } = await instance.api.execute('e2e.bad', id, {}, '?wait=true');
    expect(state.current).toBe('FAILED');
    const { execution } = await instance.api.ask<{
      execution: {
        taskRuns: { nodes: { taskId: string; state: string }[] };
        logs: { lines: { taskId: string; message: string }[] };
      };
    }>(
      'query ($id: ID!) { execution(id: $id) { taskRuns { nodes { taskId state } } logs(filter: {minLevel: ERROR}) { lines { taskId message } } } }',
      { id: executionId },
    );
    expect(execution.taskRuns.nodes).toEqual([{ taskId: 'fails', state: 'FAILED' }]);
    const lines = execution.logs.lines.filter(({ taskId }) => taskId === 'fails');
    expect(lines.map(({ message }) => message).join('\n')).toMatch(reason);
  }); // prettier-ignore
});
