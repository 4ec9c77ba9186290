import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storageConformance } from './conformance.ts';
import { openLocalStorage } from './local-storage.ts';
import { parseStorageUri, storageUri } from './storage-uri.ts';

storageConformance('local folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tutti-storage-'));
  return {
    storage: await openLocalStorage(folder),
    destroy: () => rm(folder, { recursive: true, force: true }),
  };
});

describe('local storage', () => {
  it('says where a file lies, so that programs can read it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tutti-storage-'));
    const storage = await openLocalStorage(folder);
    await storage.put('a/b', 'text');
    expect(await readFile(storage.localPath('a/b') ?? '', 'utf8')).toBe('text');
    await rm(folder, { recursive: true });
  });
});

describe('storage URIs', () => {
  it('come back as the names they were made of', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((one) => !/^\.{1,2}$|[\0/\\]/.test(one));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (names) => {
        expect(parseStorageUri(storageUri(names))).toEqual(names);
      }),
    );
  });

  it('never lead out of the storage', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('.', '/', '%2e', '%2f', '\\', 'a', '%5c') }), (uri) => {
        let names: string[] = [];
        try {
          names = parseStorageUri(uri);
        } catch (error) {
          expect(error).toMatchObject({ code: 'STORAGE_URI_INVALID' });
        }
        for (const name of names) expect(name).not.toMatch(/^\.{1,2}$|[/\\\0]/);
      }),
    );
  });
});
