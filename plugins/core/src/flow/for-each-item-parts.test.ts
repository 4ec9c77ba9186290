import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { mergeOutputs } from './merge-outputs.ts';
import { splitItems } from './split-items.ts';

afterAll(removeTestFolders);

describe('the parts of a ForEachItem', () => {
  it.each([
    [undefined, ['a\n', 'b\n', 'c\n']],
    [{ rows: 2 }, ['a\nb\n', 'c\n']],
    [{ partitions: 2 }, ['a\nc\n', 'b\n']],
  ])('with batch %j cut a file into %j', async (batch, parts) => {
    const { outputs, read } = await runTask(splitItems, batch ? { batch } : {}, {
      prepare: async ({ storage }) => ({ from: (await storage.put('a.txt', 'a\nb\nc\n')).uri }),
    });
    const uris = (await read(outputs['splits'])).trim().split('\n');
    expect(await Promise.all(uris.map((uri) => read(uri)))).toEqual(parts);
  });

  it('write the outputs of executions into one file', async () => {
    const executions = {
      x: { executionId: 'e', outputs: { n: 1 } },
      y: { executionId: 'f' },
      z: { outputs: { n: 2 } },
    };
    const { outputs, read } = await runTask(mergeOutputs, { executions });
    expect(await read(outputs['subflowOutputs'])).toBe('{"n":1}\n{"n":2}\n');
  });
});
