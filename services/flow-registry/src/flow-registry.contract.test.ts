import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { subjects } from '@tutti/contracts';
import type { ChangedReply, GetFlowReply, GetKeyValueReply, KeyValue, ListFlowsReply, ListKeyValuesReply, ListNamespaceFilesReply, NamespaceFile, SaveFlowReply, ValidateFlowsReply } from '@tutti/contracts'; // prettier-ignore
import { namespaceFileUri, openLocalStorage } from '@tutti/storage';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHarness } from './testing/registry-harness.ts';

type Harness = Awaited<ReturnType<typeof startHarness>>;

const flow = (id: string, message = 'hello', namespace = 'company.team') => `# my flow
id: ${id}
namespace: ${namespace}
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: ${message}
`;

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.stop());

const save = (source: string, more: object = {}) =>
  harness.ask<SaveFlowReply>(subjects.flow('save'), { source, ...more });
const get = (query: object) => harness.ask<GetFlowReply>(subjects.flow('get'), { namespace: 'company.team', ...query });

describe('flows', () => {
  beforeEach(async () => {
    await harness.start();
  });

  it('become a revision per change, with their comments and in canonical form', async () => {
    expect(await save(flow('a'))).toMatchObject({
      created: true,
      changed: true,
      record: { revision: 1 },
      findings: [],
    });
    expect(await save(`${flow('a')}\n`)).toMatchObject({ created: false, changed: false, record: { revision: 1 } });
    expect(await save(flow('a', 'bye'))).toMatchObject({ created: false, changed: true, record: { revision: 2 } });
    const { record } = await get({ id: 'a' });
    expect(record).toMatchObject({ revision: 2, source: flow('a', 'bye'), deleted: false });
    expect(record?.flow).toMatchObject({
      revision: 2,
      tasks: [{ id: 'say', type: 'core.log.Log', properties: { message: 'bye' } }],
    });
    expect((await get({ id: 'a', revision: 1 })).record?.source).toBe(flow('a'));
  });

  it('are not saved with faults, and every fault has its place', async () => {
    const { record, findings } = await save(flow('a').replace('message', 'mesage').replace('id: say', 'id: 1 2'));
    expect(record).toBeUndefined();
    expect(findings.map(({ code, line }) => [code, line])).toEqual([
      ['PROPERTY_MISSING', 5],
      ['ID_INVALID', 5],
      ['PROPERTY_UNKNOWN', 7],
    ]);
    expect(await get({ id: 'a' })).toEqual({});
  });

  it('can be asked to be new, or to be there, or to keep their name', async () => {
    await expect(save(flow('a'), { mode: 'update' })).rejects.toMatchObject({ code: 'FLOW_UNKNOWN' });
    await save(flow('a'), { mode: 'create' });
    await expect(save(flow('a'), { mode: 'create' })).rejects.toMatchObject({ code: 'FLOW_EXISTS' });
    await expect(save(flow('b'), { namespace: 'company.team', id: 'a' })).rejects.toMatchObject({
      code: 'FLOW_ID_CHANGED',
    });
  });

  it('stay as they are in a dry run', async () => {
    expect(await save(flow('a'), { dryRun: true })).toMatchObject({ created: true, record: { revision: 1 } });
    expect(await get({ id: 'a' })).toEqual({});
  });

  it('are found after deletion only by those who ask for it, and go on counting', async () => {
    await save(flow('a'));
    expect(await harness.ask(subjects.flow('delete'), { namespace: 'company.team', id: 'a' })).toEqual({
      deleted: true,
    });
    expect(await harness.ask(subjects.flow('delete'), { namespace: 'company.team', id: 'a' })).toEqual({
      deleted: false,
    });
    expect(await get({ id: 'a' })).toEqual({});
    expect((await get({ id: 'a', revision: 1, allowDeleted: true })).record).toMatchObject({ revision: 1 });
    expect(await save(flow('a'), { mode: 'create' })).toMatchObject({ created: true, record: { revision: 3 } });
  });

  it('are announced once each, as CloudEvents', async () => {
    await save(flow('a'));
    await harness.ask(subjects.flow('delete'), { namespace: 'company.team', id: 'a' });
    const events = await harness.events();
    await vi.waitFor(() => expect(events.length).toBe(2));
    expect(events.map(({ subject }) => subject)).toEqual([
      'evt.flow.saved.company.team.a',
      'evt.flow.deleted.company.team.a',
    ]);
    expect(events[0]?.headers).toMatchObject({
      'ce-specversion': '1.0',
      'ce-type': 'tutti.flow.saved.v1',
      'ce-id': 'flow/company.team/a/1',
    });
    expect(events[1]?.body.record).toMatchObject({ deleted: true, revision: 2 });
  });

  it('are listed and searched by namespace and text', async () => {
    await save(flow('a'));
    await save(flow('b', 'needle', 'company.team.sub'));
    await save(flow('c', 'x', 'company.teams'));
    const ids = async (verb: string, query: object) =>
      (await harness.ask<ListFlowsReply>(subjects.flow(verb), query)).records.map(({ id }) => id);
    expect(await ids('list', {})).toEqual(['a', 'b', 'c']);
    expect(await ids('list', { namespace: 'company.team' })).toEqual(['a']);
    expect(await ids('list', { namespace: 'company.team', recursive: true })).toEqual(['a', 'b']);
    expect(await ids('search', { text: 'NEEDLE' })).toEqual(['b']);
  });

  it('take the defaults of their namespace, under those they say themselves', async () => {
    const pluginDefaults = [{ type: 'io.kestra.plugin.core.log', values: { level: 'WARN', message: 'default' } }];
    await harness.ask(subjects.namespace('save'), { id: 'company', pluginDefaults });
    const { record } = await save(flow('a'));
    expect(record?.flow).toMatchObject({ tasks: [{ properties: { level: 'WARN', message: 'hello' } }] });
  });

  it('get one revision each when two people save at once', async () => {
    const saved = await Promise.all(Array.from({ length: 8 }, (_, index) => save(flow('a', `m${index}`))));
    expect(saved.map(({ record }) => record?.revision ?? 0).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });

  it('are validated document by document, with lines of the whole source', async () => {
    const { flows } = await harness.ask<ValidateFlowsReply>(subjects.flow('validate'), {
      source: `${flow('a', '|\n      ---\n      text')}---\n${flow('b').replace('Log', 'Logg')}`,
    });
    expect(flows.map(({ id, findings }) => [id, findings.map(({ line }) => line)])).toEqual([['a', []], ['b', [16]]]); // prettier-ignore
  });
});

describe('announcements', () => {
  it('of an instance that died before it could are made by the next', async () => {
    const first = await harness.start();
    await save(flow('a'));
    await first.stop();
    await harness.database.owner.execute('UPDATE registry.flows SET announced = false');
    const events = await harness.events();
    await vi.waitFor(() => expect(events.length).toBe(1));
    await harness.database.owner.execute(`UPDATE registry.flows SET revision = 7, announced = false`);
    await harness.start();
    await vi.waitFor(() => expect(events.length).toBe(2));
    await vi.waitFor(async () =>
      expect(await harness.database.owner.query('SELECT FROM registry.flows WHERE NOT announced')).toEqual([]),
    );
  });
});

describe('key-value pairs', () => {
  beforeEach(async () => {
    await harness.start();
  });

  const set = (key: string, value: unknown, more: object = {}) =>
    harness.ask<KeyValue>(subjects.keyValue('set'), { namespace: 'company.team', key, value, ...more });
  const find = (key: string, more: object = {}) =>
    harness.ask<GetKeyValueReply>(subjects.keyValue('get'), { namespace: 'company.team', key, ...more });

  it('keep values by type, and count their versions', async () => {
    expect(await set('n', '12', { type: 'NUMBER' })).toMatchObject({ type: 'NUMBER', value: 12, version: 1 });
    expect(await set('n', '12')).toMatchObject({ type: 'STRING', value: '12', version: 2 });
    await set('j', { z: 1, a: [true] });
    expect((await find('j')).found).toMatchObject({ type: 'JSON', value: { z: 1, a: [true] } });
    await expect(set('d', 'tomorrow', { type: 'DATE' })).rejects.toMatchObject({ code: 'KV_VALUE_INVALID' });
    await expect(set('-x', 1)).rejects.toMatchObject({ code: 'KV_KEY_INVALID' });
  });

  it('are not overwritten where that is not wanted, unless they have expired', async () => {
    await set('a', 1, { ttlMs: 60_000 });
    await expect(set('a', 2, { overwrite: false })).rejects.toMatchObject({ code: 'KV_EXISTS' });
    harness.advance(60_000);
    expect(await find('a')).toEqual({ expired: true });
    expect(await set('a', 2, { overwrite: false })).toMatchObject({ value: 2 });
    expect((await find('a')).found).not.toHaveProperty('expiresAtMs');
  });

  it('are inherited from the nearest namespace above', async () => {
    await set('a', 'far', { namespace: 'company' });
    expect(await find('a')).toEqual({});
    expect((await find('a', { inherit: true })).found).toMatchObject({ namespace: 'company', value: 'far' });
    await set('a', 'near');
    expect((await find('a', { inherit: true })).found).toMatchObject({ value: 'near' });
  });

  it('are listed by prefix or pattern, without expired ones', async () => {
    for (const key of ['a.1', 'a.2', 'b_1', 'bx1']) await set(key, key);
    await set('a.old', 1, { ttlMs: 1 });
    harness.advance(1);
    const keys = async (prefix: string) =>
      (await harness.ask<ListKeyValuesReply>(subjects.keyValue('list'), { namespace: 'company.team', prefix })).entries.map(({ key }) => key); // prettier-ignore
    expect(await keys('a')).toEqual(['a.1', 'a.2']);
    expect(await keys('*1')).toEqual(['a.1', 'b_1', 'bx1']);
    expect(await keys('b_')).toEqual(['b_1']);
  });

  it('are deleted once', async () => {
    await set('a', 1);
    const remove = () => harness.ask(subjects.keyValue('delete'), { namespace: 'company.team', key: 'a' });
    expect([await remove(), await remove()]).toEqual([{ deleted: true }, { deleted: false }]);
  });

  it('are purged by pattern, at first those that have expired', async () => {
    for (const namespace of ['company', 'company.team', 'companyb']) await set('s_1', 1, { namespace, ttlMs: 1 });
    for (const key of ['s_2', 'sx3']) await set(key, 1);
    harness.advance(1);
    const purge = (more: object) => harness.ask(subjects.keyValue('purge'), { namespace: 'company', ...more });
    expect(await purge({ keyPattern: 'x*' })).toEqual({ count: 0 });
    expect(await purge({ exact: true })).toEqual({ count: 1 });
    expect(await purge({})).toEqual({ count: 1 });
    expect(await purge({ keyPattern: 's_*', expiredOnly: false })).toEqual({ count: 1 });
    expect((await find('sx3')).found).toMatchObject({ value: 1 });
  });
});

describe('namespace files', () => {
  const namespace = 'company.team';
  const paths = async (under = '/') =>
    (await harness.ask<ListNamespaceFilesReply>(subjects.file('list'), { namespace, under })).files.map(({ path }) => path); // prettier-ignore
  const put = (path: string, more: object = {}) =>
    harness.ask<NamespaceFile>(subjects.file('put'), { namespace, path, ...more });

  beforeEach(async () => {
    await harness.start();
  });

  it('bring the folders they lie in, and count their revisions', async () => {
    expect(await put('dir/sub/a.py')).toMatchObject({ path: '/dir/sub/a.py', revision: 1 });
    expect(await put('/dir/sub/a.py')).toMatchObject({ revision: 2 });
    expect(await paths()).toEqual(['/dir', '/dir/sub', '/dir/sub/a.py']);
    await expect(put('dir/sub/a.py', { overwrite: false })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await expect(put('dir')).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await expect(put('../x')).rejects.toMatchObject({ code: 'FILE_PATH_INVALID' });
  });

  it('move with their content, which a new file at the old place does not touch', async () => {
    const storage = await openLocalStorage(join(harness.folder, 'storage'));
    const write = async (path: string, content: string) =>
      put(path, { ...(await storage.put(namespaceFileUri(namespace, path), content)) });
    await write('/old/a.txt', 'first');
    const moved = await harness.ask<ChangedReply>(subjects.file('move'), { namespace, from: '/old', to: '/new' });
    expect(moved).toEqual({ changed: 2 });
    await write('/old/a.txt', 'second');
    const { file } = await harness.ask<{ file: NamespaceFile }>(subjects.file('get'), {
      namespace,
      path: '/new/a.txt',
    });
    expect(await text(await storage.get(file.uri!))).toBe('first');
    await expect(harness.ask(subjects.file('move'), { namespace, from: '/new', to: '/new/x' })).rejects.toMatchObject({ code: 'FILE_PATH_INVALID' }); // prettier-ignore
    await expect(harness.ask(subjects.file('move'), { namespace, from: '/nope', to: '/x' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' }); // prettier-ignore
  });

  it('are deleted with all below, and names that only begin alike stay', async () => {
    for (const path of ['/a/1', '/a/2', '/ab']) await put(path);
    expect(await harness.ask(subjects.file('delete'), { namespace, path: '/a' })).toEqual({ changed: 3 });
    expect(await paths()).toEqual(['/ab']);
  });
});

describe('secrets', () => {
  const ask = <Res>(verb: string, more: object) => harness.ask<Res>(subjects.secret(verb), { namespace: 'company.team', ...more }); // prettier-ignore

  it('come from the environment, or encrypted from the database, where the nearest namespace wins', async () => {
    await harness.start();
    expect(await ask('get', { key: 'token' })).toEqual({ value: 'from the environment' });
    expect(await ask('get', { key: 'nothing' })).toEqual({});
    await ask('set', { namespace: 'company', key: 'token', value: 'pass-word' });
    expect(await ask('get', { key: 'token' })).toEqual({ value: 'pass-word' });
    expect(await ask('list', { namespace: 'company' })).toEqual({ keys: ['token'] });
    const [row] = await harness.database.owner.query<{ sealed: Buffer }>('SELECT sealed FROM registry.secrets');
    expect(row!.sealed.includes('pass-word')).toBe(false);
  });

  it('do not open with another key, nor in another place', async () => {
    const first = await harness.start();
    await ask('set', { key: 'a', value: 'x' });
    await harness.database.owner.execute(`INSERT INTO registry.secrets SELECT namespace, 'b', key_id, sealed, 0 FROM registry.secrets`); // prettier-ignore
    await expect(ask('get', { key: 'b' })).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
    await first.stop();
    await harness.start({ TUTTI_FLOW_REGISTRY_SECRET_KEY_FILE: join(harness.folder, 'other.key') });
    await expect(ask('get', { key: 'a' })).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
    expect(Buffer.from(await readFile(join(harness.folder, 'other.key'), 'utf8'), 'base64')).toHaveLength(32);
  });
});
