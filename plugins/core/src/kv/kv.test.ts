import type { JsonMap } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions } from '@tutti/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { kvDelete } from './delete.ts';
import { kvGetKeys } from './get-keys.ts';
import { kvGet } from './get.ts';
import { purgeKv } from './purge-kv.ts';
import { kvSet, valueAs } from './set.ts';

afterAll(removeTestFolders);

/** With the keys `a` (text) and `ab` (a list) there. */
const withKeys: RunTaskOptions = {
  prepare: async ({ keyValues }) => {
    await keyValues.set('a', 'old');
    await keyValues.set('ab', [1, 2], { type: 'JSON' });
  },
};

async function setAndRead(properties: JsonMap) {
  let read: unknown;
  await runTask(
    kvSet,
    { key: 'k', ...properties },
    {
      prepare: async ({ keyValues }) => void (read = () => keyValues.get('k')),
    },
  );
  return (read as () => Promise<unknown>)();
}

describe('keys', () => {
  it('are stored as text unless a type is named', async () => {
    expect(await setAndRead({ value: '[1, 2]' })).toMatchObject({ value: '[1, 2]', type: 'STRING' });
    expect(await setAndRead({ value: '[1, 2]', kvType: 'JSON' })).toMatchObject({ value: [1, 2], type: 'JSON' });
    expect(await setAndRead({ value: '12', kvType: 'NUMBER' })).toMatchObject({ value: 12, type: 'NUMBER' });
  });

  it('are not set twice when they must not', () =>
    expect(runTask(kvSet, { key: 'a', value: 'new', overwrite: false }, withKeys)).rejects.toMatchObject({
      code: 'KV_EXISTS',
      message: "Cannot set value for key 'a'. Key already exists and `overwrite` is set to `false`.",
    }));

  it('are read, listed and deleted', async () => {
    expect((await runTask(kvGet, { key: 'ab' }, withKeys)).outputs).toEqual({ value: [1, 2] });
    expect((await runTask(kvGetKeys, { prefix: 'a' }, withKeys)).outputs).toEqual({ keys: ['a', 'ab'] });
    expect((await runTask(kvDelete, { key: 'a' }, withKeys)).outputs).toEqual({ deleted: true });
  });

  it('may be missing, or must not', async () => {
    expect((await runTask(kvGet, { key: 'x' })).outputs).toEqual({});
    expect((await runTask(kvDelete, { key: 'x' })).outputs).toEqual({ deleted: false });
    await expect(runTask(kvGet, { key: 'x', errorOnMissing: true })).rejects.toMatchObject({ code: 'KV_MISSING' });
    await expect(runTask(kvDelete, { key: 'x', errorOnMissing: true })).rejects.toMatchObject({ code: 'KV_MISSING' });
  });
});

describe('PurgeKV', () => {
  it.each([
    [{}, 0],
    [{ expiredOnly: false }, 2],
    [{ behavior: { type: 'key', expiredOnly: false }, keyPattern: '*b' }, 1],
    [{ namespaces: ['company'], expiredOnly: false }, 2],
    [{ namespaces: ['company'], includeChildNamespaces: false, expiredOnly: false }, 0],
  ])('with %j deletes what is meant', async (properties, size) =>
    expect((await runTask(purgeKv, properties, withKeys)).outputs).toEqual({ size }),
  );
});

describe('values', () => {
  it.each([
    ['BOOLEAN', 'true', true],
    ['DATETIME', '2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'],
    ['DATE', '2024-01-02T00:00:00Z', '2024-01-02'],
    ['DURATION', 'PT5M', 'PT5M'],
  ] as const)('of type %s may be %s', (type, text, expected) => expect(valueAs(type, text)).toEqual(expected));

  it.each([
    ['NUMBER', 'twelve'],
    ['BOOLEAN', 'yes'],
    ['DATETIME', '2024-01-02'],
    ['DURATION', '5 minutes'],
    ['JSON', '{'],
  ] as const)('of type %s may not be %s', (type, text) =>
    expect(() => valueAs(type, text)).toThrow(`"${text}" is no ${type}.`),
  );
});
