import { defineTask, s } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { blobsOf, firstBlobs, listingProperties, maxFiles } from './blobs.ts';
import type { Blob } from './blobs.ts';
import { gcsNames } from './gcs-names.ts';
import { withStorage } from './with-storage.ts';

const LIST_FLOW = `id: gcs-list
namespace: company.team
tasks:
  - id: list
    type: gcp.gcs.List
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    from: "gs://{{ kv('GCP_BUCKET_NAME') }}/rides/"
    regExp: .*\\.csv
    filter: FILES
  - id: each
    type: core.flow.ForEach
    values: "{{ outputs.list.blobs | jq('.[].uri') }}"
    tasks:
      - id: show
        type: core.log.Log
        message: "{{ taskrun.value }}"
`;

export const list = defineTask({
  type: 'gcp.gcs.List',
  aliases: gcsNames('List'),
  title: 'List objects of Cloud Storage.',
  properties: {
    ...storageProperties,
    ...listingProperties,
    filter: s.enum(['FILES', 'DIRECTORY', 'BOTH']).default('BOTH').describe('What is listed.'),
    maxFiles,
  },
  outputs: { blobs: s.list(s.record(s.json())).describe('`uri`, `bucket`, `name`, `size`, `md5`, `updateTime` … of each.') }, // prettier-ignore
  examples: [{ title: 'Go through the files of a folder', flow: LIST_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot list ${properties.from}`, async (storage) => {
      const wanted = only(blobsOf(context, storage, properties), properties.filter);
      const blobs = await firstBlobs(context, wanted, properties.maxFiles);
      context.counter('size', blobs.length);
      return { blobs: blobs as unknown as Record<string, never>[] };
    }),
});

async function* only(blobs: AsyncIterable<Blob>, filter: 'FILES' | 'DIRECTORY' | 'BOTH'): AsyncGenerator<Blob> {
  for await (const blob of blobs) if (filter === 'BOTH' || blob.directory === (filter === 'DIRECTORY')) yield blob;
}
