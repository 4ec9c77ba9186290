import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from './storage.ts';

/** A storage that a suite may fill. */
export interface StorageUnderTest {
  readonly storage: Storage;
  destroy(): Promise<void>;
}

/** What every storage must do. */
export function storageConformance(name: string, start: () => Promise<StorageUnderTest>): void {
  describe(`storage: ${name}`, () => {
    let storage: Storage;
    let destroy: () => Promise<void>;

    beforeAll(async () => {
      const started = await start();
      storage = started.storage;
      destroy = () => started.destroy();
    });
    afterAll(() => destroy());

    it('gives back what was put, by URI and by path', async () => {
      const stored = await storage.put('/company/team/flow/a.txt', 'héllo');
      expect(stored).toEqual({ uri: 'kestra:///company/team/flow/a.txt', sizeBytes: 6 });
      expect(await text(await storage.get(stored.uri))).toBe('héllo');
      expect(await text(await storage.get('company/team/flow/a.txt'))).toBe('héllo');
      expect(await storage.size(stored.uri)).toBe(6);
      expect(await storage.exists(stored.uri)).toBe(true);
    });

    it('streams', async () => {
      const chunk = Buffer.alloc(64 * 1024, 7);
      const { uri, sizeBytes } = await storage.put(
        'big/file.bin',
        Readable.from(Array.from({ length: 64 }, () => chunk)),
      );
      expect(sizeBytes).toBe(64 * chunk.length);
      expect((await buffer(await storage.get(uri))).equals(Buffer.alloc(sizeBytes, 7))).toBe(true);
    });

    it('replaces a file at once', async () => {
      await storage.put('replace/x', 'old');
      const reader = await storage.get('replace/x');
      await storage.put('replace/x', 'newer');
      expect(await text(reader)).toBe('old');
      expect(await text(await storage.get('replace/x'))).toBe('newer');
    });

    it('shows nothing of a file whose source broke', async () => {
      const broken = Readable.from(
        (async function* () {
          yield 'half';
          await Promise.resolve();
          throw new Error('source broke');
        })(),
      );
      await expect(storage.put('broken/x', broken)).rejects.toThrow('source broke');
      expect(await storage.exists('broken/x')).toBe(false);
    });

    it('keeps names with spaces, signs and letters of all scripts', async () => {
      const { uri } = await storage.put('odd/a b%25%23%3Fü名.csv', 'x');
      expect(uri).not.toMatch(/[\s?#]/);
      expect(await text(await storage.get(uri))).toBe('x');
      expect((await storage.list('odd')).map((file) => file.uri)).toEqual([uri]);
    });

    it.each([
      '../outside',
      'a/../../outside',
      'a/%2e%2e/%2e%2e/outside',
      'a/..%2foutside',
      'a\\..\\outside',
      'a/\0b',
      'a/%00b',
      'file:///etc/passwd',
      'https://example.org/x',
      `a/${'n'.repeat(256)}`,
      'a/%zz',
    ])('refuses %j', async (uri) => {
      for (const work of [storage.put(uri, 'x'), storage.get(uri), storage.delete(uri), storage.list(uri)])
        await expect(work).rejects.toMatchObject({ code: 'STORAGE_URI_INVALID' });
    });

    it('says when there is no such file', async () => {
      const missing = { code: 'FILE_NOT_FOUND' };
      await expect(storage.get('no/such')).rejects.toMatchObject(missing);
      await expect(storage.size('no/such')).rejects.toMatchObject(missing);
      expect(await storage.exists('no/such')).toBe(false);
      expect(await storage.delete('no/such')).toBe(false);
      expect(await storage.deletePrefix('no/such')).toBe(0);
      expect(await storage.list('no/such')).toEqual([]);
    });

    it('takes no folder for a file', async () => {
      await storage.put('folder/inside/x', 'x');
      await expect(storage.get('folder/inside')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      expect(await storage.exists('folder/inside')).toBe(false);
    });

    it('lists and deletes what is below a folder, and nothing beside it', async () => {
      await Promise.all(['p/a', 'p/b/c', 'p/b/d', 'pq'].map((path) => storage.put(path, path)));
      expect(await storage.list('p')).toEqual([
        { uri: 'kestra:///p/a', sizeBytes: 3 },
        { uri: 'kestra:///p/b/c', sizeBytes: 5 },
        { uri: 'kestra:///p/b/d', sizeBytes: 5 },
      ]);
      expect(await storage.deletePrefix('kestra:///p/b')).toBe(2);
      expect((await storage.list('p')).map(({ uri }) => uri)).toEqual(['kestra:///p/a']);
      expect(await storage.deletePrefix('p')).toBe(1);
      expect(await storage.exists('pq')).toBe(true);
    });

    it('bears many writers and deleters in one folder', async () => {
      const work = Array.from({ length: 200 }, async (_, index) => {
        await storage.put(`busy/${index % 10}/${index}`, String(index));
        if (index % 2 === 0) await storage.delete(`busy/${index % 10}/${index}`);
      });
      await Promise.all(work);
      expect((await storage.list('busy')).length).toBe(100);
    });
  });
}
