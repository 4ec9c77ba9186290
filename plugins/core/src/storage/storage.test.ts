import type { JsonMap } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions } from '@tutti/plugin-sdk/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { storageConcat } from './concat.ts';
import { deduplicateItems } from './deduplicate-items.ts';
import { storageDelete } from './delete.ts';
import { filterItems } from './filter-items.ts';
import { localFiles } from './local-files.ts';
import { purgeCurrentExecutionFiles } from './purge-current-execution-files.ts';
import { storageReverse } from './reverse.ts';
import { parseSize } from './size-units.ts';
import { storageSize } from './size.ts';
import { storageSplit } from './split.ts';
import { storageWrite } from './write.ts';

afterAll(removeTestFolders);

/** Runs a task on a stored file whose address stands in the property `name`. */
const on = (content: string, task: unknown, name: string, properties: JsonMap = {}, file = 'a.txt') =>
  runTask(task, properties, {
    prepare: async ({ storage }) => ({ [name]: (await storage.put(file, content)).uri }),
  });

describe('files of internal storage', () => {
  it('are written and measured', async () => {
    const { outputs, read } = await runTask(storageWrite, { content: 'é', extension: '.csv' });
    expect([await read(outputs['uri']), String(outputs['uri']).endsWith('.csv')]).toEqual(['é', true]);
    expect((await on('é', storageSize, 'uri')).outputs).toEqual({ size: 2 });
  });

  it('are put one after another', async () => {
    const { outputs, read } = await runTask(
      storageConcat,
      { separator: '--\n' },
      {
        prepare: async ({ storage }) => {
          const { uri } = await storage.put('a', 'a\n');
          return { files: JSON.stringify([uri, uri]) };
        },
      },
    );
    expect(await read(outputs['uri'])).toBe('a\n--\na\n--\n');
  });

  it.each([
    [{ rows: 3 }, ['a\nb\nc\n', 'd\n']],
    [{ partitions: 3 }, ['a\nd\n', 'b\n', 'c\n']],
    [{ bytes: '4' }, ['a\nb\n', 'c\nd\n']],
    [{ bytes: '1KB' }, ['a\nb\nc\nd\n']],
  ])('are split by %j', async (by, expected) => {
    const { outputs, read } = await on('a\nb\nc\nd\n', storageSplit, 'from', by);
    expect(await Promise.all((outputs['uris'] as string[]).map(read))).toEqual(expected);
  });

  it('lose nothing when they are split, whatever is in them', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀'), maxLength: 5 }), { minLength: 1 }),
        async (rows) => {
          const content = rows.map((row) => `${row}\n`).join('');
          const { outputs, read } = await on(content, storageSplit, 'from', { rows: 2 });
          expect((await Promise.all((outputs['uris'] as string[]).map(read))).join('')).toBe(content);
        },
      ),
      { numRuns: 20 },
    ));

  it('are not split in two ways at once', () =>
    expect(on('a', storageSplit, 'from', { rows: 1, partitions: 2 })).rejects.toMatchObject({ code: 'SPLIT_UNCLEAR' }));

  it('are turned around', async () => {
    const { outputs, read } = await on('1\n2\n3\n', storageReverse, 'from');
    expect(await read(outputs['uri'])).toBe('3\n2\n1\n');
  });

  it('are deleted, once', async () => {
    expect((await on('a', storageDelete, 'uri')).outputs).toMatchObject({ deleted: true });
    expect((await runTask(storageDelete, { uri: 'kestra:///no/such' })).outputs).toMatchObject({ deleted: false });
    await expect(runTask(storageDelete, { uri: 'kestra:///no/such', errorOnMissing: true })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  it('are all purged', async () => {
    const prepare: RunTaskOptions['prepare'] = async ({ storage }) => void (await storage.put('a.txt', 'a'));
    const { outputs } = await runTask(purgeCurrentExecutionFiles, {}, { prepare });
    expect((outputs['uris'] as string[]).map((uri) => uri.slice(uri.lastIndexOf('/')))).toEqual(['/a.txt']);
  });
});

describe('items of a file', () => {
  const ITEMS = '{"k":1,"v":1}\n{k:2, v:2}\n{"k":1,"v":3}\n';

  it('are kept once for each key, the last of them', async () => {
    const { outputs, read } = await on(ITEMS, deduplicateItems, 'from', { expr: '{{ k }}' });
    expect(outputs).toMatchObject({ numKeys: 2, processedItemsTotal: 3, droppedItemsTotal: 1 });
    expect(await read(outputs['uri'])).toBe('{k:2, v:2}\n{"k":1,"v":3}\n');
  });

  it('are kept when a condition holds, or when it does not', async () => {
    const kept = async (properties: JsonMap) => {
      const { outputs, read } = await on(ITEMS, filterItems, 'from', { filterCondition: '{{ v > 1 }}', ...properties });
      return read(outputs['uri']);
    };
    expect(await kept({})).toBe('{k:2, v:2}\n{"k":1,"v":3}\n');
    expect(await kept({ filterType: 'EXCLUDE' })).toBe('{"k":1,"v":1}\n');
  });

  it('stop the task when the condition cannot be told, unless told otherwise', async () => {
    const run = (properties: JsonMap = {}) =>
      on(ITEMS, filterItems, 'from', { filterCondition: '{{ nope }}', ...properties });
    await expect(run()).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
    expect((await run({ errorOrNullBehavior: 'INCLUDE' })).outputs).toMatchObject({ droppedItemsTotal: 0 });
    expect((await run({ errorOrNullBehavior: 'EXCLUDE' })).outputs).toMatchObject({ droppedItemsTotal: 3 });
  });

  it('name the line that is none', () =>
    expect(on('{"k":1}\nnope\n', deduplicateItems, 'from', { expr: '{{ k }}' })).rejects.toMatchObject({
      code: 'ITEM_INVALID',
      message: 'Line 2 is no map of values: nope',
    }));
});

it.each([
  ['1000', 1000],
  ['10 MB', 10 * 2 ** 20],
  ['1.5KiB', 1536],
])('the size %s is %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

describe('LocalFiles', () => {
  it('writes content and copies, and keeps what matches', async () => {
    const { outputs, read } = await runTask(
      localFiles,
      { outputs: ['*.txt'] },
      {
        prepare: async ({ storage }) => {
          const { uri } = await storage.put('stored.txt', 'stored');
          return { inputs: { 'a.txt': 'given', 'b.txt': uri, 'c.csv': 'left alone' } };
        },
      },
    );
    const uris = outputs['uris'] as Record<string, string>;
    expect(Object.keys(uris)).toEqual(['a.txt', 'b.txt']);
    expect(await Promise.all(Object.values(uris).map(read))).toEqual(['given', 'stored']);
  });

  it('does not leave its folder', () =>
    expect(runTask(localFiles, { inputs: { '../a.txt': 'x' } })).rejects.toMatchObject({ code: 'FILE_PATH_OUTSIDE' }));
});
