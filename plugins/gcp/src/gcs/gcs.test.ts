import { Readable } from 'node:stream';
import type { Json, JsonMap, RunContext } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions } from '@tutti/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GoogleCloudStandIn } from '../testing/index.ts';
import { compose } from './compose.ts';
import { copy } from './copy.ts';
import { createBucket } from './create-bucket.ts';
import { deleteBucket } from './delete-bucket.ts';
import { deleteList } from './delete-list.ts';
import { deleteObject } from './delete.ts';
import { download } from './download.ts';
import { downloads } from './downloads.ts';
import { list } from './list.ts';
import { trigger } from './trigger.ts';
import { updateBucket } from './update-bucket.ts';
import { upload } from './upload.ts';

let cloud: GoogleCloudStandIn;
beforeAll(async () => {
  cloud = await GoogleCloudStandIn.start();
});
afterAll(async () => {
  await cloud.stop();
  await removeTestFolders();
});

const run = (task: unknown, properties: JsonMap, options?: RunTaskOptions) =>
  runTask(task, { endpoint: cloud.endpoint, projectId: 'p', ...properties }, options);

let count = 0;
/** A bucket of the test's own with these objects. */
async function bucketWith(objects: Readonly<Record<string, string>> = {}): Promise<string> {
  const name = `bucket-${++count}`;
  await run(createBucket, { name });
  for (const [path, content] of Object.entries(objects)) await cloud.storage.put(name, path, content);
  return name;
}

describe('a bucket', () => {
  it('is created as described', async () => {
    const { outputs } = await run(createBucket, {
      name: 'lake',
      location: 'EU',
      storageClass: 'REGIONAL',
      labels: { team: 'data' },
      versioningEnabled: true,
      lifecycleRules: [{ condition: { age: 30 }, action: { type: 'DELETE' } }],
    });
    expect(outputs).toMatchObject({
      bucket: { name: 'lake', uri: 'gs://lake', location: 'EU', storageClass: 'REGIONAL', labels: { team: 'data' } },
      created: true,
      updated: false,
    });
    expect(cloud.storage.bucket('lake')).toMatchObject({
      versioning: { enabled: true },
      lifecycle: { rule: [{ condition: { age: 30 }, action: { type: 'Delete' } }] },
    });
  });

  it('that is there is refused, left alone or changed, as wished', async () => {
    const name = await bucketWith();
    await expect(run(createBucket, { name })).rejects.toMatchObject({
      code: 'GCP_REFUSED',
      message: expect.stringMatching(`^Cannot create the bucket "${name}": .* \\(conflict\\)$`) as string,
      hint: expect.stringContaining('ifExists: SKIP') as string,
      retryable: false,
    });
    const labels = { a: 'b' };
    const skipped = await run(createBucket, { name, labels, ifExists: 'SKIP' });
    expect(skipped.outputs).toMatchObject({ created: false, updated: false, bucket: { name } });
    expect(skipped.outputs['bucket']).not.toHaveProperty('labels');
    const updated = await run(createBucket, { name, labels, ifExists: 'UPDATE' });
    expect(updated.outputs).toMatchObject({ created: false, updated: true, bucket: { labels } });
  });

  it('is created where there is none, also with SKIP and UPDATE', async () => {
    for (const ifExists of ['SKIP', 'UPDATE'])
      expect((await run(createBucket, { name: `new-${ifExists.toLowerCase()}`, ifExists })).outputs['created']).toBe(true); // prettier-ignore
  });

  it('is changed', async () => {
    const name = await bucketWith();
    expect((await run(updateBucket, { name, labels: { x: 'y' } })).outputs).toMatchObject({
      updated: true,
      bucket: { labels: { x: 'y' } },
    });
  });

  it('is deleted when it is empty, or by force', async () => {
    const name = await bucketWith({ 'a.txt': 'a' });
    await expect(run(deleteBucket, { name })).rejects.toMatchObject({ code: 'GCP_REFUSED' });
    expect((await run(deleteBucket, { name, force: true })).outputs).toEqual({ bucket: name, bucketUri: `gs://${name}` }); // prettier-ignore
    await expect(run(updateBucket, { name })).rejects.toThrow('(notFound)');
  });
});

describe('an upload', () => {
  const uploading = (to: string, content: string | Buffer, properties: JsonMap = {}) =>
    run(upload, { to, ...properties }, { prepare: async ({ storage }) => ({ from: (await storage.put('a.csv', content)).uri }) }); // prettier-ignore

  it('stores a file with its type and tells its checksums', async () => {
    const bucket = await bucketWith();
    const { outputs, metrics } = await uploading(`gs://${bucket}/in/a.csv`, 'x\n1\n', { cacheControl: 'no-store' });
    expect(outputs).toEqual({
      uri: `gs://${bucket}/in/a.csv`,
      md5: '3Dulm+XYk74saeogIBT+eA==',
      crc32c: expect.any(String) as string,
    });
    expect(metrics).toEqual(['counter file.size 4']);
    expect(cloud.storage.resource(bucket, 'in/a.csv')).toMatchObject({ contentType: 'text/csv', cacheControl: 'no-store', size: '4' }); // prettier-ignore
  });

  it('sends what is long in parts, a part that is lost again', async () => {
    const bucket = await bucketWith();
    const content = Buffer.alloc(20 * 1024 * 1024, 'row\n');
    cloud.storage.breakNextChunk();
    await uploading(`gs://${bucket}/long.csv`, content);
    expect(cloud.requests.some((line) => line.startsWith('PUT /upload/storage/v1/sessions/'))).toBe(true);
    const { outputs, read } = await run(download, { from: `gs://${bucket}/long.csv` });
    expect(Buffer.from(await read(outputs['uri'])).equals(content)).toBe(true);
  });

  it('is refused when the file is not the expected one', async () => {
    const bucket = await bucketWith();
    const expectedMd5 = 'AAAAAAAAAAAAAAAAAAAAAA==';
    await expect(uploading(`gs://${bucket}/a.csv`, 'x', { expectedMd5 })).rejects.toMatchObject({ code: 'GCP_REFUSED' }); // prettier-ignore
  });

  it.each([
    ['a list', (a: string, b: string) => [a, b], ['a.txt', 'b.txt']],
    ['the text of a list', (a: string, b: string) => JSON.stringify([a, b]), ['a.txt', 'b.txt']],
    ['a map', (a: string, b: string) => ({ 'x/1.txt': a, '2.txt': b }), ['x/1.txt', '2.txt']],
  ])('takes several files as %s', async (_, fromOf, names) => {
    const bucket = await bucketWith();
    const { outputs } = await run(
      upload,
      { to: `gs://${bucket}/in/` },
      {
        prepare: async ({ storage }) => ({
          from: fromOf((await storage.put('a.txt', 'a')).uri, (await storage.put('b.txt', 'b')).uri),
        }),
      },
    );
    expect(outputs['files']).toEqual(Object.fromEntries(names.map((name) => [name, `gs://${bucket}/in/${name}`])));
  });

  it('of two files with one name says so', async () => {
    const bucket = await bucketWith();
    const prepare = async ({
      storage,
    }: {
      storage: { put(name: string, text: string): Promise<{ uri: string }> };
    }) => ({
      from: [(await storage.put('a.txt', 'a')).uri, (await storage.put('a.txt', 'b')).uri],
    });
    await expect(run(upload, { to: `gs://${bucket}/in/` }, { prepare })).rejects.toMatchObject({ code: 'GCS_NAME_TWICE' }); // prettier-ignore
  });

  it('to a bucket that is not there says so, and what to do', () =>
    expect(uploading('gs://nowhere/a.csv', 'x')).rejects.toMatchObject({
      code: 'GCP_REFUSED',
      message: 'Cannot upload to gs://nowhere/a.csv: The specified bucket does not exist. (notFound)',
      hint: expect.any(String) as string,
    }));

  it('ends when the task is stopped', async () => {
    const bucket = await bucketWith();
    const abort = new AbortController();
    const endless = new Readable({ read: () => void endless.push(Buffer.alloc(64 * 1024)) });
    const storage = { get: async () => endless, sizeBytes: async () => 1e12 } as unknown as RunContext['storage'];
    const before = cloud.requests.length;
    const uploading = run(upload, { from: 'kestra:///a', to: `gs://${bucket}/a` }, { context: { storage, signal: abort.signal } }); // prettier-ignore
    const failing = expect(uploading).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitUntil(() => cloud.requests.length > before, { timeout: 10_000 });
    abort.abort();
    await failing;
    expect(endless.destroyed).toBe(true);
  });

  it.each(['s3://bucket/a', 'gs://bucket', 'gs://bucket/folder/'])('refuses the address %s', (to) =>
    expect(uploading(to, 'x')).rejects.toMatchObject({ code: 'GCS_URI_INVALID', retryable: false }),
  );
});

describe('an object', () => {
  it('is downloaded', async () => {
    const bucket = await bucketWith({ 'in/ü 1.txt': 'hello' });
    const { outputs, read } = await run(download, { from: `gs://${bucket}/in/ü 1.txt` });
    expect(outputs).toMatchObject({ bucket, path: 'in/ü 1.txt' });
    expect(await read(outputs['uri'])).toBe('hello');
  });

  it('that is not there cannot be downloaded', async () => {
    const bucket = await bucketWith();
    await expect(run(download, { from: `gs://${bucket}/none` })).rejects.toMatchObject({
      code: 'GCP_REFUSED',
      message: expect.stringContaining(`No such object: ${bucket}/none`) as string,
    });
  });

  it('is copied, or moved', async () => {
    const bucket = await bucketWith({ a: 'A' });
    expect((await run(copy, { from: `gs://${bucket}/a`, to: `gs://${bucket}/b` })).outputs).toEqual({ uri: `gs://${bucket}/b` }); // prettier-ignore
    await run(copy, { from: `gs://${bucket}/b`, to: `gs://${bucket}/c`, delete: true });
    await run(copy, { from: `gs://${bucket}/c`, to: `gs://${bucket}/c`, delete: true });
    expect(await namesIn(bucket)).toEqual(['a', 'c']);
  });

  it('is deleted; one that is not there is a fault only when wished', async () => {
    const bucket = await bucketWith({ a: 'A' });
    const uri = `gs://${bucket}/a`;
    expect((await run(deleteObject, { uri })).outputs).toEqual({ uri, deleted: true });
    expect((await run(deleteObject, { uri })).outputs).toEqual({ uri, deleted: false });
    await expect(run(deleteObject, { uri, errorOnMissing: true })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('a listing', () => {
  const OBJECTS = { 'd/1.csv': '1', 'd/2.csv': '22', 'd/3.txt': '3', 'd/e/4.csv': '4', 'd/e/5.csv': '5', other: 'o' };

  it('gives files and folders of a folder, over several pages', async () => {
    const bucket = await bucketWith(OBJECTS);
    const names = await namesIn(bucket, { from: `gs://${bucket}/d/` });
    expect(names).toEqual(['d/1.csv', 'd/2.csv', 'd/3.txt', 'd/e/']);
    expect(await namesIn(bucket, { from: `gs://${bucket}/d/`, filter: 'DIRECTORY' })).toEqual(['d/e/']);
    expect(await namesIn(bucket, { from: `gs://${bucket}/d/`, filter: 'FILES' })).toHaveLength(3);
  });

  it('goes down folders and keeps what matches', async () => {
    const bucket = await bucketWith(OBJECTS);
    const from = `gs://${bucket}/d/`;
    const names = await namesIn(bucket, { from, listingType: 'RECURSIVE', regExp: '.*/[1-4]\\.csv' });
    expect(names).toEqual(['d/1.csv', 'd/2.csv', 'd/e/4.csv']);
    await expect(namesIn(bucket, { from, regExp: '(' })).rejects.toMatchObject({ code: 'PATTERN_INVALID' });
  });

  it('says when it leaves out files', async () => {
    const bucket = await bucketWith(OBJECTS);
    const { outputs, log } = await run(list, { from: `gs://${bucket}/`, listingType: 'RECURSIVE', maxFiles: 2 });
    expect(outputs['blobs']).toHaveLength(2);
    expect(log).toEqual([expect.stringMatching(/^WARN There are more than 2 files/)]);
  });

  it('is downloaded, and what was taken is moved', async () => {
    const bucket = await bucketWith(OBJECTS);
    const { outputs, read } = await run(downloads, {
      from: `gs://${bucket}/d/`,
      action: 'MOVE',
      moveDirectory: `gs://${bucket}/done/`,
    });
    const files = outputs['outputFiles'] as Record<string, string>;
    expect(Object.keys(files)).toEqual(['d/1.csv', 'd/2.csv', 'd/3.txt']);
    expect(await read(files['d/2.csv'])).toBe('22');
    expect(await namesIn(bucket, { listingType: 'RECURSIVE' })).toEqual(['d/e/4.csv', 'd/e/5.csv', 'done/1.csv', 'done/2.csv', 'done/3.txt', 'other']); // prettier-ignore
  });

  it('is deleted', async () => {
    const bucket = await bucketWith(OBJECTS);
    const from = `gs://${bucket}/d/`;
    expect((await run(deleteList, { from, listingType: 'RECURSIVE' })).outputs).toEqual({ count: 5, size: 6 });
    expect(await namesIn(bucket, { listingType: 'RECURSIVE' })).toEqual(['other']);
    await expect(run(deleteList, { from, errorOnEmpty: true })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('objects', () => {
  it('are joined in the order of their names, more than 32 too', async () => {
    const names = Array.from({ length: 70 }, (_, n) => `p/${String(n).padStart(2, '0')}`);
    const bucket = await bucketWith(Object.fromEntries(names.map((name) => [name, name.slice(2)])));
    const to = `gs://${bucket}/whole`;
    expect((await run(compose, { list: { from: `gs://${bucket}/p/` }, to })).outputs).toEqual({ uri: to });
    const { outputs, read } = await run(download, { from: to });
    expect(await read(outputs['uri'])).toBe(names.map((name) => name.slice(2)).join(''));
  });

  it('that are none cannot be joined, unless that is no fault', async () => {
    const list = { from: `gs://${await bucketWith()}/p/` };
    await expect(run(compose, { list, to: 'gs://b/whole' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect((await run(compose, { list, to: 'gs://b/whole', allowEmpty: true })).outputs).toEqual({});
  });

  it('start a flow when they come and when they change, once', async () => {
    const bucket = await bucketWith({ 'in/1': 'a', 'in/2': 'b' });
    const pairs = new Map<string, Json>();
    const keyValues = {
      get: async (key: string) => pairs.has(key) && { value: pairs.get(key) },
      set: async (key: string, value: Json) => void pairs.set(key, value),
    } as unknown as RunContext['keyValues'];
    const look = {
      ...trigger,
      run: async (...given: Parameters<NonNullable<typeof trigger.evaluate>>) => ({ fired: await trigger.evaluate?.(...given) }), // prettier-ignore
    };
    const changes = async (properties: JsonMap = {}) => {
      const wish = { from: `gs://${bucket}/in/`, maxFiles: 2, ...properties };
      const { outputs, read } = await run(look, wish, { context: { keyValues } });
      const { blobs } = (outputs['fired'] ?? {}) as { blobs?: { uri: string; name: string; changeType: string }[] };
      return Promise.all((blobs ?? []).map(async ({ uri, name, changeType }) => `${changeType} ${name} ${await read(uri)}`)); // prettier-ignore
    };
    expect(await changes()).toEqual(['CREATE in/1 a', 'CREATE in/2 b']);
    expect(await changes()).toEqual([]);
    await cloud.storage.put(bucket, 'in/1', 'changed');
    await cloud.storage.put(bucket, 'in/3', 'c');
    await cloud.storage.put(bucket, 'in/4', 'd');
    expect(await changes()).toEqual(['UPDATE in/1 changed', 'CREATE in/3 c']);
    expect(await changes({ on: 'UPDATE' })).toEqual([]);
    await cloud.storage.put(bucket, 'in/5', 'e');
    expect(await changes({ on: 'CREATE', action: 'DELETE' })).toEqual(['CREATE in/5 e']);
    expect(await namesIn(bucket, { from: `gs://${bucket}/in/` })).toEqual(['in/1', 'in/2', 'in/3', 'in/4']);
  });
});

async function namesIn(bucket: string, properties: JsonMap = {}): Promise<string[]> {
  const { outputs } = await run(list, { from: `gs://${bucket}/`, ...properties });
  return (outputs['blobs'] as { name: string }[]).map(({ name }) => name).sort();
}
