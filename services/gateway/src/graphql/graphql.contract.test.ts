import { subjects } from '@tutti/contracts';
import type { CreateExecution, ExecutionReply, SaveFlow, SaveFlowReply, SetKeyValue } from '@tutti/contracts';
import { UserError } from '@tutti/service-kit';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AT_MS, snapshot, startWorld } from '../testing/world.ts';
import type { World } from '../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const { others } = world;
  others.respond<CreateExecution, ExecutionReply>('cmd.execution.*.create', undefined, async (command) => {
    if (command.flowId === 'absent')
      throw new UserError('FLOW_UNKNOWN', 'There is no flow company.team.absent.', { hint: 'Check the id.' });
    return { execution: snapshot({ id: command.executionId, ...pick(command) }) };
  });
  others.respond<SaveFlow, SaveFlowReply>(subjects.flow('save'), undefined, ({ source }) => ({
    created: false,
    changed: false,
    findings: [{ severity: 'ERROR', code: 'TASK_TYPE_UNKNOWN', message: `Unknown type in ${source}`, path: 'tasks[0].type', line: 3, column: 11 }], // prettier-ignore
  }));
  await others.flush();
});
afterAll(() => world.stop());

const pick = ({ namespace, flowId, labels, inputs }: CreateExecution) => ({
  namespace,
  flowId,
  ...(labels && { labels }),
  ...(inputs && { inputs }),
});

const CREATE = `mutation Create($input: CreateExecutionInput!) {
  createExecution(input: $input) { execution { id state inputs labels { key value } } errors { code reason message hint } }
}`;

describe('createExecution', () => {
  it('gives the order to the executor and answers with what it stored', async () => {
    const input = { namespace: 'company.team', flowId: 'hello', inputs: { n: 1 }, labels: [{ key: 'a', value: 'b' }] };
    const { data, errors } = await world.graphql(CREATE, { input });
    expect(errors).toBeUndefined();
    expect(data?.['createExecution']).toEqual({
      execution: { id: expect.stringMatching(/^\w{22}$/), state: 'CREATED', inputs: { n: 1 }, labels: [{ key: 'a', value: 'b' }] }, // prettier-ignore
      errors: [],
    });
  });

  it("shows the executor's refusal in the payload", async () => {
    const { data } = await world.graphql(CREATE, { input: { namespace: 'company.team', flowId: 'absent' } });
    expect(data?.['createExecution']).toEqual({
      execution: null,
      errors: [{ code: 'NOT_FOUND', reason: 'FLOW_UNKNOWN', message: 'There is no flow company.team.absent.', hint: 'Check the id.' }], // prettier-ignore
    });
  });

  it('refuses labels of the system', async () => {
    const input = { namespace: 'company.team', flowId: 'hello', labels: [{ key: 'system.x', value: 'b' }] };
    const { data } = await world.graphql(CREATE, { input });
    expect(data?.['createExecution']).toMatchObject({ execution: null, errors: [{ reason: 'LABEL_RESERVED' }] });
  });

  it('answers many orders in their order, each with its own errors', async () => {
    const inputs = ['hello', 'absent', 'hello'].map((flowId) => ({ namespace: 'company.team', flowId }));
    const { data } = await world.graphql(
      `mutation ($inputs: [CreateExecutionInput!]!) { createExecutions(inputs: $inputs) { execution { flowId } errors { reason } } }`,
      { inputs },
    );
    expect(data?.['createExecutions']).toEqual([
      { execution: { flowId: 'hello' }, errors: [] },
      { execution: null, errors: [{ reason: 'FLOW_UNKNOWN' }] },
      { execution: { flowId: 'hello' }, errors: [] },
    ]);
  });
});

describe('executions', () => {
  it('are paged newest first, each once, with their task runs by one statement', async () => {
    for (let n = 10; n < 17; n++) {
      await world.insertExecution({ id: `page${n}`, namespace: 'paged', state: n % 2 ? 'SUCCESS' : 'FAILED' });
      await world.insertTaskRun(`page${n}`, 1, 'first', 'SUCCESS');
      await world.insertTaskRun(`page${n}`, 2, 'second', 'FAILED');
    }
    const query = `query ($after: String) { executions(first: 3, after: $after, filter: { namespace: { eq: "paged" } }) {
      nodes { id taskRuns(first: 1) { nodes { id taskId state } pageInfo { hasNextPage } } } totalCount pageInfo { hasNextPage endCursor } } }`;
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await world.graphql(query, { after });
      const page = data?.['executions'] as unknown as {
        nodes: { id: string; taskRuns: unknown }[];
        totalCount: number;
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      expect(page.totalCount).toBe(7);
      expect(page.nodes[0]?.taskRuns).toEqual({
        nodes: [{ id: `${page.nodes[0]?.id}-1`, taskId: 'first', state: 'SUCCESS' }],
        pageInfo: { hasNextPage: true },
      });
      seen.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(['page16', 'page15', 'page14', 'page13', 'page12', 'page11', 'page10']);
  });

  it('are filtered by state, label, time and parent', async () => {
    const labels = [{ key: 'team', value: 'data' }];
    await world.insertExecution({ id: 'filter1', namespace: 'filtered.a', state: 'RUNNING', labels });
    await world.insertExecution({
      id: 'filter2',
      namespace: 'filtered.b',
      state: 'SUCCESS',
      labels,
      createdAtMs: AT_MS + 1000,
    });
    const find = async (filter: string): Promise<unknown> =>
      (await world.graphql(`{ executions(filter: ${filter}) { nodes { id } } }`)).data?.['executions'];
    const [first, second] = [{ id: 'filter1' }, { id: 'filter2' }];
    expect(await find('{ namespace: { under: "filtered" } }')).toEqual({ nodes: [second, first] });
    expect(await find('{ namespace: { under: "filtered" }, states: [RUNNING] }')).toEqual({ nodes: [first] });
    expect(await find('{ labels: [{ key: "team", value: "data" }], namespace: { eq: "filtered.b" } }')).toEqual({ nodes: [second] }); // prettier-ignore
    expect(await find('{ namespace: { under: "filtered" }, createdAt: { gte: "2026-01-31T12:00:00.500Z" } }')).toEqual({ nodes: [second] }); // prettier-ignore
    expect(await find('{ namespace: { under: "filter" } }')).toEqual({ nodes: [] });
  });

  it('refuse a cursor of another list and a page that is too large', async () => {
    const bad = await world.graphql('{ executions(after: "nonsense") { nodes { id } } }');
    expect(bad.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'CURSOR_INVALID' });
    const large = await world.graphql('{ executions(first: 501) { nodes { id } } }');
    expect(large.errors?.[0]?.extensions).toMatchObject({ reason: 'PAGE_INVALID' });
  });
});

describe('flows', () => {
  it('are read in their newest and in any revision', async () => {
    await insertFlow('read', 1, false);
    await insertFlow('read', 2, true);
    const { data } = await world.graphql(`{
      newest: flow(namespace: "company.team", id: "read") { revision source labels { key value } }
      first: flow(namespace: "company.team", id: "read", revision: 1) { revision }
      none: flow(namespace: "company.team", id: "unknown") { revision }
      flows(filter: { id: { startsWith: "re" } }) { nodes { key revisions { nodes { revision } totalCount } } }
    }`);
    expect(data).toEqual({
      newest: { revision: 2, source: 'id: read # 2', labels: [{ key: 'a', value: 'b' }] },
      first: { revision: 1 },
      none: null,
      flows: {
        nodes: [{ key: 'company.team/read', revisions: { nodes: [{ revision: 1 }, { revision: 2 }], totalCount: 2 } }],
      },
    });
  });

  it('that are faulty are refused with every fault at its place', async () => {
    const { data } = await world.graphql(
      `mutation { saveFlow(input: { source: "x" }) { flow { id } findings { severity path }
         errors { code reason message path line column } } }`,
    );
    expect(data?.['saveFlow']).toEqual({
      flow: null,
      findings: [{ severity: 'ERROR', path: 'tasks[0].type' }],
      errors: [{ code: 'BAD_USER_INPUT', reason: 'TASK_TYPE_UNKNOWN', message: 'Unknown type in x', path: 'tasks[0].type', line: 3, column: 11 }], // prettier-ignore
    });
  });

  async function insertFlow(id: string, revision: number, newest: boolean): Promise<void> {
    await world.owner.execute(
      `INSERT INTO registry.flows (namespace, id, revision, newest, deleted, disabled, updated_at_ms, source, flow)
       VALUES ('company.team', $1, $2, $3, false, false, $4, $5, $6)`,
      [id, revision, newest, AT_MS, `id: ${id} # ${revision}`, JSON.stringify({ id, labels: { a: 'b' } })],
    );
  }
});

describe('a query', () => {
  it('is told that a service does not answer', async () => {
    const { data } = await world.graphql(
      'mutation { setKeyValue(input: { namespace: "a", key: "k", value: 1 }) { keyValue { key } errors { code reason } } }',
    );
    expect(data?.['setKeyValue']).toEqual({
      keyValue: null,
      errors: [{ code: 'UNAVAILABLE', reason: 'NO_RESPONDERS' }],
    });
  });

  it('passes values and durations on as the services want them', async () => {
    const asked: SetKeyValue[] = [];
    const responder = world.others.respond<SetKeyValue, unknown>(subjects.keyValue('set'), undefined, (command) => {
      asked.push(command);
      return { ...command, type: 'JSON', version: 1, createdAtMs: AT_MS, updatedAtMs: AT_MS };
    });
    await world.others.flush();
    const { data } = await world.graphql(
      `mutation { setKeyValue(input: { namespace: "a", key: "k", value: { a: [1, "x", null] }, ttl: "PT90S" }) { keyValue { value createdAt } } }`,
    );
    await responder.stop();
    expect(asked).toEqual([{ namespace: 'a', key: 'k', value: { a: [1, 'x', null] }, ttlMs: 90_000, overwrite: true }]);
    expect(data?.['setKeyValue']).toEqual({ keyValue: { value: { a: [1, 'x', null] }, createdAt: '2026-01-31T12:00:00.000Z' } }); // prettier-ignore
  });

  it.each([
    [
      'too deep',
      `{ flow(namespace: "a", id: "b") { ${'executions { nodes { flow { '.repeat(5)} id ${'} } }'.repeat(5)} } }`,
    ],
    ['full of aliases', `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: version`).join(' ')} }`],
    [
      'too costly by a fragment',
      '{ flows(first: 500) { nodes { ...F } } } fragment F on Flow { executions(first: 500) { nodes { id } } }',
    ],
    [
      'too deep by fragments',
      `{ flow(namespace: "a", id: "b") { ...F0 } } ${Array.from({ length: 6 }, (_, n) => `fragment F${n} on Flow { executions { nodes { flow { ${n < 5 ? `...F${n + 1}` : 'id'} } } } }`).join(' ')}`,
    ],
    ['too costly', '{ flows(first: 500) { nodes { executions(first: 500) { nodes { id } } } } }'],
  ])('that is %s is refused before it runs', async (_, query) => {
    const { errors, data } = await world.graphql(query);
    expect(data?.['flows']).toBeUndefined();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'COST_LIMIT_EXCEEDED' });
  });

  it('about the schema itself is answered', async () => {
    const { data, errors } = await world.graphql(
      getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }),
    );
    expect(errors).toBeUndefined();
    expect(data).toHaveProperty('__schema.types');
    const deep =
      '{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }';
    expect((await world.graphql(deep)).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('counts what a variable asks for', async () => {
    const query = 'query ($n: Int) { flows(first: $n) { nodes { executions(first: $n) { nodes { id } } } } }';
    expect((await world.graphql(query, { n: 500 })).errors?.[0]?.extensions).toMatchObject({
      reason: 'QUERY_TOO_COSTLY',
    });
    expect((await world.graphql(query, { n: 5 })).errors).toBeUndefined();
  });

  it('that does not parse or fit the schema says where', async () => {
    expect((await world.graphql('{ flows')).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await world.graphql('{ nope }')).errors?.[0]).toMatchObject({
      message: 'Cannot query field "nope" on type "Query".',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('hears nothing of the inside when something fails there', async () => {
    await world.owner.execute('ALTER TABLE executor.metrics RENAME TO hidden_metrics');
    await world.owner.execute('DROP VIEW api.metrics');
    await world.insertExecution({ id: 'broken' });
    const { errors } = await world.graphql('{ execution(id: "broken") { metrics { name } } }');
    expect(errors).toEqual([
      { message: 'Something went wrong here; the log of the gateway says more.', path: ['execution', 'metrics'], locations: expect.anything(), extensions: { code: 'INTERNAL', reason: 'INTERNAL' } }, // prettier-ignore
    ]);
  });
});
