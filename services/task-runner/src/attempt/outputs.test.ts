import { fetchStoredValues, openLocalStorage } from '@tutti/storage';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '@tutti/storage';
import { createTaskStorage } from '../context/task-storage.ts';
import { packOutputs } from './outputs.ts';

let folder: string;
let storage: Storage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tutti-outputs-'));
  storage = await openLocalStorage(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const pack = (outputs: Record<string, unknown>) =>
  packOutputs(outputs, createTaskStorage(storage, { namespace: 'a.b', flowId: 'f', executionId: 'e', taskId: 't', taskRunId: 'e-1' })); // prettier-ignore

describe('outputs', () => {
  it('are JSON: dates as text, big numbers exact, bytes in base64, what is undefined left out', async () => {
    expect(
      await pack({
        date: new Date(0),
        small: 5n,
        big: 2n ** 60n,
        bytes: Buffer.from('ab'),
        none: undefined,
        nothing: null,
      }),
    ).toEqual({ date: '1970-01-01T00:00:00.000Z', small: 5, big: '1152921504606846976', bytes: 'YWI=', nothing: null });
  });

  it('that are too large are stored, the largest first, and fetched again', async () => {
    const outputs = { small: 'a', large: 'x'.repeat(150_000), larger: 'y'.repeat(160_000) };
    const packed = await pack(outputs);
    expect(packed).toMatchObject({
      small: 'a',
      large: outputs.large,
      larger: { 'tutti:stored': expect.any(String) as string },
    });
    expect(await fetchStoredValues({ outputs: { t: packed } }, storage)).toEqual({ outputs: { t: outputs } });
  });
});
