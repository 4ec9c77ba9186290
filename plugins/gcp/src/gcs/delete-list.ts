import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { blobsOf, filesOf, listingProperties } from './blobs.ts';
import type { Blob } from './blobs.ts';
import { gcsNames } from './gcs-names.ts';
import { withStorage } from './with-storage.ts';

const DELETE_FLOW = `id: gcs-delete-list
namespace: company.team
tasks:
  - id: clean
    type: gcp.gcs.DeleteList
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    from: "gs://{{ kv('GCP_BUCKET_NAME') }}/tmp/"
    listingType: RECURSIVE
`;

export const deleteList = defineTask({
  type: 'gcp.gcs.DeleteList',
  aliases: gcsNames('DeleteList'),
  title: 'Delete objects of Cloud Storage.',
  properties: {
    ...storageProperties,
    ...listingProperties,
    errorOnEmpty: s.boolean().default(false).describe('Whether the task fails when there is none.'),
    concurrent: s.int().default(8).describe('How many are deleted at a time.'),
  },
  outputs: {
    count: s.int().describe('How many were deleted.'),
    size: s.int().describe('What they held, bytes.'),
  },
  examples: [{ title: 'Empty a folder', flow: DELETE_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot delete what is in ${properties.from}`, async (storage) => {
      const done = { count: 0, size: 0 };
      const remove = async ({ bucket, name, size, generation }: Blob): Promise<void> => {
        const version = properties.allVersions && generation !== undefined ? { generation } : {};
        await storage.bucket(bucket).file(name, version).delete({ ignoreNotFound: true });
        done.count++;
        done.size += size;
      };
      await inParallel(filesOf(blobsOf(context, storage, properties)), properties.concurrent, remove);
      if (done.count === 0 && properties.errorOnEmpty)
        throw new TaskError('FILE_NOT_FOUND', `There is nothing to delete in ${properties.from}.`, {
          retryable: false,
        });
      context.counter('count', done.count);
      context.counter('size', done.size);
      return done;
    }),
});

/** Workers that share one source; an async generator gives each the next item. */
async function inParallel<Item>(items: AsyncGenerator<Item>, count: number, work: (item: Item) => Promise<void>) {
  const worker = async (): Promise<void> => {
    for (let next = await items.next(); next.done !== true; next = await items.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: Math.max(1, count) }, worker));
}
