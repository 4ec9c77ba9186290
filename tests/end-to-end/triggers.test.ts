import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RestExecution } from './testing/api.ts';
import { TuttiInstance } from './testing/tutti-instance.ts';

let instance: TuttiInstance;
beforeAll(async () => {
  instance = await TuttiInstance.start();
});
afterAll(() => instance.destroy());

it('starts an execution by a webhook, with the body it was called with', async () => {
  await instance.api.importFlows(`
id: hook
namespace: e2e.triggers
inputs: [{id: name, type: STRING}]
tasks: [{id: say, type: io.kestra.plugin.core.debug.Return, format: "hello {{ inputs.name }}"}]
outputs: [{id: said, type: STRING, value: "{{ outputs.say.value }}"}]
triggers: [{id: call, type: io.kestra.plugin.core.trigger.Webhook, key: opens, inputs: {name: "{{ trigger.body.name }}"}}]
`);
  const path = '/api/v1/executions/webhook/e2e.triggers/hook';
  const response = await untilAnswered(`${path}/opens`, '{"name":"you"}');
  const { id } = (await response.json()) as RestExecution;
  const ended = await instance.api.untilEnded(id);
  expect(ended).toMatchObject({ state: { current: 'SUCCESS' }, outputs: { said: 'hello you' } });
  expect((await instance.api.request('POST', `${path}/closed`, '{}')).status).toBe(404);
});

it('fires a schedule for each date once, also across kills of the trigger service and a restart of everything', async () => {
  await instance.api.importFlows(`
id: tick
namespace: e2e.triggers
tasks: [{id: say, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.date }}"}]
triggers: [{id: each-second, type: io.kestra.plugin.core.trigger.Schedule, cron: "* * * * * *", withSeconds: true}]
`);
  const first = await untilFired(2);
  instance.tutti.kill('trigger');
  const second = await untilFired(first.length + 2);
  await instance.restart();
  const dates = await untilFired(second.length + 2);
  expect(new Set(dates).size).toBe(dates.length);
  const seconds = dates.map((date) => Date.parse(date) / 1000);
  expect(seconds).toEqual(seconds.map((_, index) => seconds[0]! + index));
});

it('starts a flow when another has ended', async () => {
  await instance.api.importFlows(`
id: source
namespace: e2e.triggers
tasks: [{id: r, type: io.kestra.plugin.core.debug.Return, format: done}]
outputs: [{id: word, type: STRING, value: "{{ outputs.r.value }}"}]
---
id: listener
namespace: e2e.triggers
inputs: [{id: word, type: STRING}]
tasks: [{id: show, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.word }} {{ trigger.flowId }}"}]
outputs: [{id: shown, type: STRING, value: "{{ outputs.show.value }}"}]
triggers:
  - id: upstream
    type: io.kestra.plugin.core.trigger.Flow
    inputs: {word: "{{ trigger.outputs.word | upper }}"}
    preconditions: {id: one, flows: [{namespace: e2e.triggers, flowId: source, states: [SUCCESS]}]}
`);
  await untilTriggers('listener');
  const { id } = await instance.api.execute('e2e.triggers', 'source');
  const heard = await untilHeard();
  expect(heard.outputs).toEqual({ shown: 'DONE source' });
  expect(heard.trigger.variables.executionId).toBe(id);
});

interface Heard {
  readonly ended: boolean;
  readonly outputs: unknown;
  readonly trigger: { readonly variables: { readonly executionId: string } };
}

/** The execution of `listener`, once it has ended. */
async function untilHeard(): Promise<Heard> {
  const query = `{ executions(first: 1, filter: {namespace: {eq: "e2e.triggers"}, flowId: {eq: "listener"}}) { nodes { ended outputs trigger { variables } } } }`;
  for (;;) {
    const { executions } = await instance.api.ask<{ executions: { nodes: Heard[] } }>(query);
    if (executions.nodes[0]?.ended) return executions.nodes[0];
  }
}

/** The trigger service hears of a flow a moment after it was saved. */
async function untilAnswered(path: string, body: string): Promise<Response> {
  for (;;) {
    const response = await instance.api.request('POST', path, body);
    if (response.status !== 404) return response;
    await response.text();
  }
}

async function untilTriggers(flowId: string): Promise<void> {
  const query = 'query ($flowId: String) { triggers(namespace: "e2e.triggers", flowId: $flowId) { triggerId } }';
  while ((await instance.api.ask<{ triggers: unknown[] }>(query, { flowId })).triggers.length === 0);
}

/** The dates that executions of `tick` were started for, in their order, once there are so many. */
async function untilFired(count: number): Promise<readonly string[]> {
  const query = `{ executions(first: 200, filter: {namespace: {eq: "e2e.triggers"}, flowId: {eq: "tick"}}) { nodes { trigger { variables } } } }`;
  for (;;) {
    const { executions } = await instance.api.ask<{
      executions: { nodes: { trigger: { variables: { date: string } } }[] };
    }>(query);
    const dates = executions.nodes.map(({ trigger }) => trigger.variables.date).toSorted();
    if (dates.length >= count) return dates;
  }
}
