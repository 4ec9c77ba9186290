import { subjects } from '@tutti/contracts';
import type { CreateExecution, ExecutionCommand, ExecutionReply, ExecutionSnapshot, SaveFlow, SaveFlowReply, SetKeyValue, WebhookCall, WebhookReply } from '@tutti/contracts'; // prettier-ignore
import { UserError } from '@tutti/service-kit';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AT_MS, snapshot, startWorld } from '../testing/world.ts';
import type { World } from '../testing/world.ts';
import { writeZip } from './zip.ts';

const FLOW = 'id: hello\nnamespace: company.team\ntasks: []\n';

let world: World;
/** What the other services were asked. */
const saved: SaveFlow[] = [];
const created: CreateExecution[] = [];
/** What the executor does once an execution is created. */
let afterCreation: (execution: ExecutionSnapshot) => Promise<void> = async () => undefined;

beforeAll(async () => {
  world = await startWorld({ TUTTI_GATEWAY_MAX_UPLOAD_BYTES: '100000', TUTTI_GATEWAY_WEBHOOKS_PER_SECOND: '1' });
  const { others } = world;
  others.respond<CreateExecution, ExecutionReply>('cmd.execution.*.create', undefined, async (command) => {
    created.push(command);
    if (command.flowId === 'absent') throw new UserError('FLOW_UNKNOWN', 'There is no such flow.');
    if (command.flowId === 'disabled') throw new UserError('FLOW_DISABLED', 'Requested Flow is disabled.');
    const execution = snapshot({ id: command.executionId, namespace: command.namespace, flowId: command.flowId });
    await world.insertExecution(execution);
    await afterCreation(execution);
    return { execution };
  });
  others.respond<ExecutionCommand, ExecutionReply>('cmd.execution.*.kill', undefined, ({ executionId }) => {
    if (executionId === 'over') throw new UserError('EXECUTION_ENDED', 'It has ended.');
    if (executionId === 'unknown') throw new UserError('EXECUTION_UNKNOWN', 'There is none.');
    return { execution: snapshot({ id: executionId, state: 'KILLING' }) };
  });
  others.respond<SaveFlow, SaveFlowReply>(subjects.flow('save'), undefined, (command) => {
    saved.push(command);
    if (command.source.includes('broken'))
      return { created: false, changed: false, findings: [{ severity: 'ERROR', code: 'X', message: 'must not be null', path: 'tasks[0].message', line: 4, column: 3 }] }; // prettier-ignore
    if (command.mode === 'create' && command.source.includes('twice'))
      throw new UserError('FLOW_EXISTS', 'It is there.');
    const record = { namespace: 'company.team', id: 'hello', revision: 1, source: command.source, deleted: false, disabled: false, updatedAtMs: AT_MS }; // prettier-ignore
    return { record, created: true, changed: true, findings: [] };
  });
  await others.flush();
});
afterAll(() => world.stop());
beforeEach(() => {
  saved.length = 0;
  created.length = 0;
  afterCreation = async () => undefined;
});

const post = (path: string, init: RequestInit = {}): Promise<Response> => world.rest(path, { method: 'POST', ...init });
const form = (parts: Readonly<Record<string, string | File>>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(parts)) data.append(name, value);
  return data;
};
const yaml = (body: string): RequestInit => ({ headers: { 'content-type': 'application/x-yaml' }, body });

/** Ends an execution as the executor does: first the database, then the event. */
async function end(execution: ExecutionSnapshot, published = true): Promise<void> {
  const ended = { ...execution, state: 'SUCCESS' as const, version: 5, endedAtMs: AT_MS + 599, outputs: { o: 'done' } };
  await world.insertExecution(ended);
  const { id, namespace, flowId } = execution;
  if (published) world.others.publish(subjects.executionEvent('ended', id, namespace, flowId), { execution: ended });
}

describe('POST /flows/import', () => {
  it.each(['', '/main'])('takes a YAML file with several documents, also below /api/v1%s', async (tenant) => {
    const source = `${FLOW}---\n${FLOW.replace('hello', 'other')}# --- is no border here\n`;
    const response = await post(`${tenant}/flows/import`, {
      body: form({ fileUpload: new File([source], 'flows.yaml') }),
    });
    expect([response.status, await response.json()]).toEqual([200, []]);
    expect(saved.map((order) => order.source.includes('other'))).toEqual([false, true]);
  });

  it('takes an archive, imports what is good and names what is not', async () => {
    const archive = writeZip([
      { name: 'a/good.yaml', content: FLOW },
      { name: 'a/bad.yml', content: `${FLOW}---\nid: broken\n` },
      { name: 'readme.txt', content: 'no flow' },
    ]);
    const body = form({ fileUpload: new File([new Uint8Array(archive)], 'flows.zip') });
    const response = await post('/flows/import', { body });
    expect([response.status, await response.json()]).toEqual([200, ['a/bad.yml(flow number: 1)']]);
    expect(saved).toHaveLength(3);
  });

  it('says what is wrong when it is told to fail, and refuses other files', async () => {
    const broken = () => form({ fileUpload: new File(['id: broken'], 'b.yaml') });
    const failed = await post('/flows/import?failOnError=true', { body: broken() });
    expect(failed.status).toBe(422);
    expect(await failed.json()).toMatchObject({ message: expect.stringContaining('b.yaml(flow number: 0)') });
    const other = await post('/flows/import', { body: form({ fileUpload: new File(['x'], 'b.txt') }) });
    expect(await other.json()).toMatchObject({ message: 'Illegal argument: Cannot import file of type .txt' });
    const missing = await post('/flows/import', { body: form({ other: 'x' }) });
    expect(await missing.json()).toMatchObject({
      message: 'Illegal argument: Required Part [fileUpload] not specified',
    });
  });
});

describe('POST /flows', () => {
  it('answers with the flow and its source', async () => {
    const response = await post('/flows', yaml('id: hello\nnamespace: company.team\nlabels:\n  a: b\ntasks: []\n'));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: 'hello', revision: 1, deleted: false, labels: [{ key: 'a', value: 'b' }], source: expect.anything() }); // prettier-ignore
  });

  it('answers with the fault at its place', async () => {
    const response = await post('/flows', yaml('id: broken'));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      message: 'Invalid entity: tasks[0].message: must not be null (line 4, column 3)',
      logref: null,
      _links: { self: { href: '/api/v1/flows', templated: false } },
      _embedded: { errors: [{ message: 'must not be null', path: 'tasks[0].message', line: 4, column: 3 }] },
    });
  });

  it('refuses one that exists', async () => {
    const response = await post('/flows', yaml('id: twice'));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ message: 'Invalid entity: flow.id: Flow id already exists' });
  });

  it('deletes nothing in bulk unless that is asked for and a namespace named', async () => {
    const response = await post('/flows/bulk?delete=true', yaml(FLOW));
    expect(response.status).toBe(422);
    expect(saved).toEqual([]);
  });
});

describe('POST /executions/{namespace}/{id}', () => {
  it('stores files and passes their addresses on, with the other inputs', async () => {
    const body = form({ name: 'x', data: new File(['a,b\n'], 'my data.csv'), files: new File(['old'], 'older') });
    const response = await post('/executions/company.team/hello?labels=a:b', { body });
    expect(response.status).toBe(200);
    const answer = (await response.json()) as { id: string; state: { current: string }; url: string };
    expect(answer).toMatchObject({
      state: { current: 'CREATED' },
      url: expect.stringContaining('/ui/main/executions/company.team/hello/'),
    });
    const inputs = created[0]?.inputs as { name: string; data: string; older: string };
    expect(inputs.data).toBe(`kestra:///company/team/hello/executions/${answer.id}/inputs/data/my%20data.csv`);
    expect([inputs.name, await text(await world.storage.get(inputs.data)), await text(await world.storage.get(inputs.older))]).toEqual(['x', 'a,b\n', 'old']); // prettier-ignore
    expect(created[0]?.labels).toEqual([{ key: 'a', value: 'b' }]);
  });

  it('keeps no file of an execution that was refused, and none that is too large', async () => {
    const refused = await post('/executions/company.team/absent', { body: form({ data: new File(['x'], 'x.txt') }) });
    expect(refused.status).toBe(404);
    const large = await post('/executions/company.team/hello', { body: form({ data: new File(['x'.repeat(100_001)], 'x.txt') }) }); // prettier-ignore
    expect(large.status).toBe(413);
    expect(await world.storage.list('kestra:///company/team/absent')).toEqual([]);
    expect(
      (await world.storage.list('kestra:///company/team/hello')).filter(({ sizeBytes }) => sizeBytes > 10),
    ).toEqual([]);
  });

  it.each([
    [
      'another type of body',
      '/executions/company.team/hello',
      { headers: { 'content-type': 'application/json' }, body: '{}' },
      415,
    ],
    ['a label without a colon', '/executions/company.team/hello?labels=a', {}, 422],
    ['a label of the system', '/executions/company.team/hello?labels=system.x:b', {}, 422],
    ['a disabled flow', '/executions/company.team/disabled', {}, 409],
    ['an unknown flow', '/executions/trigger/company.team/absent', {}, 404],
  ])('refuses %s', async (_, path, init, status) => {
    const response = await post(path, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ message: expect.any(String), _embedded: {} });
  });

  describe('with wait=true', () => {
    const wait = async (): Promise<unknown> => {
      const response = await post('/executions/company.team/hello?wait=true');
      expect(response.status).toBe(200);
      return response.json();
    };

    it('answers although the end is told before the creation is answered', async () => {
      afterCreation = end;
      expect(await wait()).toMatchObject({
        state: { current: 'SUCCESS', duration: 'PT0.599S' },
        outputs: { o: 'done' },
      });
    });

    it('answers although the end is never told', async () => {
      afterCreation = (execution) => end(execution, false);
      expect(await wait()).toMatchObject({ state: { current: 'SUCCESS' } });
    });

    it('answers when the end comes later', async () => {
      afterCreation = async (execution) => void setImmediate(() => void end(execution));
      expect(await wait()).toMatchObject({ state: { current: 'SUCCESS' } });
    });

    it('loses none of 200 at once', async () => {
      afterCreation = async (execution) => void setImmediate(() => void end(execution));
      const answers = await Promise.all(Array.from({ length: 200 }, wait));
      expect(
        answers.filter((answer) => (answer as { state: { current: string } }).state.current === 'SUCCESS'),
      ).toHaveLength(200);
    });
  });
});

describe('reading executions', () => {
  it('searches in the older and the newer form', async () => {
    await world.insertExecution({ id: 'search1', namespace: 'searched.a', flowId: 'one', state: 'RUNNING' });
    await world.insertExecution({ id: 'search2', namespace: 'searched.b', flowId: 'two', state: 'FAILED' });
    const search = async (query: string) => {
      const { results, total } = (await (await world.rest(`/executions/search?${query}`)).json()) as { results: { id: string }[]; total: number }; // prettier-ignore
      return { ids: results.map(({ id }) => id), total };
    };
    expect(await search('namespace=searched')).toEqual({ ids: ['search2', 'search1'], total: 2 });
    expect(await search('namespace=searched&sort=state.startDate:asc&size=1')).toEqual({ ids: ['search1'], total: 2 });
    expect(await search('namespace=searched&page=2&size=1')).toEqual({ ids: ['search1'], total: 2 });
    expect(await search('namespace=searched&state=FAILED')).toEqual({ ids: ['search2'], total: 1 });
    expect(await search('filters[namespace][EQUALS]=searched.a')).toEqual({ ids: ['search1'], total: 1 });
    expect(await search('namespace=searched&filters[flowId][STARTS_WITH]=tw')).toEqual({ ids: ['search2'], total: 1 });
  });

  it.each(['size=-1', 'state=NOPE', 'sort=nope:asc', 'filters[nope][EQUALS]=1', 'startDate=yesterday', 'page=1.5'])(
    'refuses %s',
    async (query) => {
      expect((await world.rest(`/executions/search?${query}`)).status).toBe(422);
    },
  );

  it('follows one to its end by server-sent events', async () => {
    await world.insertExecution({ id: 'followed', state: 'RUNNING' });
    await world.insertTaskRun('followed', 1, 'first', 'RUNNING');
    const response = await world.rest('/executions/followed/follow');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let received = '';
    while (!received.includes('id: progress')) received += (await reader?.read())?.value ?? '';
    await end(snapshot({ id: 'followed' }));
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) received += part.value;
    const events = received
      .trim()
      .split('\n\n')
      .map((event) => event.split('\n'));
    expect(events.map(([id]) => id)).toEqual(['id: start', 'id: progress', 'id: end']);
    expect(JSON.parse(events[2]?.[1]?.slice('data: '.length) ?? '')).toMatchObject({
      state: { current: 'SUCCESS' },
      taskRunList: [{ taskId: 'first', namespace: 'company.team', state: { current: 'RUNNING' } }],
    });
  });

  it('gives files of the execution and of no other', async () => {
    await world.insertExecution({ id: 'filed', namespace: 'a.b', flowId: 'f' });
    const { uri } = await world.storage.put('kestra:///a/b/f/executions/filed/out.txt', 'content');
    await world.storage.put('kestra:///a/b/f/executions/other/out.txt', 'secret');
    const file = (path: string) => world.rest(`/executions/filed/file?path=${encodeURIComponent(path)}`);
    expect(await (await file(uri)).text()).toBe('content');
    for (const path of [
      'kestra:///a/b/f/executions/other/out.txt',
      '/etc/passwd',
      'kestra:///a/b/f/executions/filed/../other/out.txt',
    ])
      expect((await file(path)).status).toBe(422);
    expect((await file('kestra:///a/b/f/executions/filed/none.txt')).status).toBe(404);
  });

  it('gives lines of the log, and as text', async () => {
    await world.insertExecution({ id: 'logged', state: 'SUCCESS', endedAtMs: AT_MS });
    await world.insertLogs('logged', [
      { source: 0, message: 'one', level: 'INFO' },
      { source: 1, message: 'two', level: 'ERROR' },
    ]);
    const lines = (await (await world.rest('/logs/logged?minLevel=WARN')).json()) as unknown[];
    expect(lines).toEqual([
      { namespace: 'company.team', flowId: 'hello', taskId: 'task', executionId: 'logged', attemptNumber: 0, timestamp: '2026-01-31T12:00:00.000Z', level: 'ERROR', message: 'two' }, // prettier-ignore
    ]);
    const download = await world.rest('/logs/logged/download');
    expect(await download.text()).toBe('2026-01-31T12:00:00.000Z INFO one\n2026-01-31T12:00:00.000Z ERROR two\n');
    expect((await (await world.rest('/logs/logged/follow')).text()).match(/^id: .*$/gm)).toEqual(['id: start', 'id: progress', 'id: progress', 'id: end']); // prettier-ignore
    expect(await (await world.rest('/logs/nobody')).json()).toEqual([]);
  });
});

describe('searching logs', () => {
  it('finds old lines as well as new ones, newest first, page by page', async () => {
    await world.insertExecution({ id: 'old', namespace: 'archive' });
    const daysAgo = (days: number): number => Date.now() - days * 24 * 60 * 60 * 1000;
    const ages = [400, 20, 19, 0.5, 0.01];
    await world.insertLogs(
      'old',
      ages.map((days) => ({ source: 1, message: `${days} days`, atMs: daysAgo(days) })),
    );
    const expected = ['0.01 days', '0.5 days', '19 days', '20 days', '400 days'];
    const page = async (query: string): Promise<unknown> => {
      const answer = await world.rest(`/logs/search?namespace=archive&${query}`);
      const { results, total } = (await answer.json()) as { results: { message: string }[]; total: number };
      return { found: results.map(({ message }) => message), total };
    };
    expect(await page('size=10')).toEqual({ found: expected, total: 5 });
    expect(await page('size=2&page=2')).toEqual({ found: ['19 days', '20 days'], total: 5 });
    expect(await page(`startDate=${new Date(daysAgo(19.5)).toISOString()}`)).toEqual({
      found: expected.slice(0, 3),
      total: 3,
    });

    const query = `query ($after: String) { logs(filter: { namespace: { eq: "archive" } }, first: 2, after: $after) {
      nodes { message } pageInfo { hasNextPage endCursor } } }`;
    const found: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { data } = await world.graphql(query, { after });
      const page = data?.['logs'] as { nodes: { message: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } | undefined; // prettier-ignore
      found.push(...(page?.nodes ?? []).map(({ message }) => message));
      [after, more] = [page?.pageInfo.endCursor ?? null, page?.pageInfo.hasNextPage ?? false];
    }
    expect(found).toEqual(expected);
  });
});

describe('orders to executions', () => {
  it('kills, also what has ended, and not what there is not', async () => {
    const kill = async (id: string) => (await world.rest(`/executions/${id}/kill`, { method: 'DELETE' })).status;
    expect([await kill('running'), await kill('over'), await kill('unknown')]).toEqual([202, 202, 404]);
  });

  it('does nothing for any of a list in which one is unknown', async () => {
    await world.insertExecution({ id: 'bulk1' });
    const response = await post('/executions/kill/by-ids', { body: '["bulk1", "nobody"]' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      message: 'invalid bulk kill',
      invalids: [{ invalidValue: 'nobody' }],
    });
    expect(await (await post('/executions/kill/by-ids', { body: '["bulk1"]' })).json()).toEqual({ count: 1 });
  });
});

describe('webhooks', () => {
  it('pass the call on and answer as the trigger says', async () => {
    const calls: WebhookCall[] = [];
    await world.insertExecution({ id: 'hooked', state: 'SUCCESS', endedAtMs: AT_MS, outputs: { o: 'done' } });
    world.others.respond<WebhookCall, WebhookReply>(subjects.trigger('webhook'), undefined, (call) => {
      calls.push(call);
      if (call.key === 'wrong') return { outcome: 'not-found', message: 'Webhook not found' };
      if (call.key === 'condition') return { outcome: 'condition-false' };
      const returnOutputs = call.key === 'outputs';
      return { outcome: 'started', executionId: 'hooked', triggerId: 'h', wait: returnOutputs, returnOutputs };
    });
    await world.others.flush();
    const call = (key: string, init: RequestInit = {}) =>
      post(`/executions/webhook/company.team/hello/${key}?a=1&a=2`, init);
    expect(await (await call('key', { body: '{"x":1}', headers: { 'x-own': 'y' } })).json()).toMatchObject({
      tenantId: 'main',
      id: 'hooked',
    });
    expect(calls[0]).toMatchObject({ namespace: 'company.team', flowId: 'hello', key: 'key', method: 'POST', body: '{"x":1}', parameters: { a: ['1', '2'] }, headers: { 'x-own': ['y'] } }); // prettier-ignore
    expect(await (await call('outputs')).json()).toEqual({ o: 'done' });
    expect((await call('wrong')).status).toBe(404);
    expect((await call('condition')).status).toBe(409);
    expect((await call('key', { method: 'DELETE' })).status).toBe(405);
    expect((await call('key', { body: 'x'.repeat(200_000) })).status).toBe(413);
  });

  it('are limited by address', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await post('/executions/webhook/other/flow/wrong')).status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(statuses.slice(0, 10)).not.toContain(429);
  });
});

describe('key-value pairs', () => {
  it.each([
    ['"hello"', 'STRING', 'hello'],
    ['42', 'NUMBER', 42],
    ['true', 'BOOLEAN', true],
    ['{"a": [1]}', 'JSON', { a: [1] }],
    ['2024-01-01', 'DATE', '2024-01-01'],
    ['2024-01-01T10:00:00Z', 'DATETIME', '2024-01-01T10:00:00Z'],
    ['PT10M', 'DURATION', 'PT10M'],
    ['hello world', 'STRING', 'hello world'],
  ])('%s is stored as %s', async (body, type, value) => {
    const asked: SetKeyValue[] = [];
    const responder = world.others.respond<SetKeyValue, unknown>(subjects.keyValue('set'), undefined, (command) => asked.push(command)); // prettier-ignore
    await world.others.flush();
    const response = await world.rest('/namespaces/a/kv/k', { method: 'PUT', body, headers: { ttl: 'PT5S' } });
    await responder.stop();
    expect(response.status).toBe(200);
    expect(asked).toEqual([{ namespace: 'a', key: 'k', type, value, ttlMs: 5_000 }]);
  });

  it('need a value and a sensible time to live', async () => {
    const put = (init: RequestInit) => world.rest('/namespaces/a/kv/k', { method: 'PUT', ...init });
    expect((await put({ body: '' })).status).toBe(422);
    expect((await put({ body: '1', headers: { ttl: '5s' } })).status).toBe(422);
  });
});

describe('paths', () => {
  it.each([
    ['/nope', 404],
    ['/other/flows/search', 400],
    ['/flows/search/', 404],
    ['/main/main/flows/search', 404],
    ['/flows//search', 404],
  ])('%s answers %i', async (path, status) => {
    expect((await world.rest(path)).status).toBe(status);
  });

  it('serve GraphiQL with all it needs', async () => {
    const page = await (await fetch(world.url)).text();
    const assets = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    expect(assets).toHaveLength(7);
    for (const asset of assets) {
      const response = await fetch(`${world.url}${asset}`);
      expect([asset, response.status]).toEqual([asset, 200]);
      expect((await buffer(response.body as never)).byteLength).toBeGreaterThan(10);
    }
  });
});
