import { defineTask, s } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { blobsOf, filesOf, firstBlobs, listingProperties, maxFiles } from './blobs.ts';
import type { Blob } from './blobs.ts';
import { fetchObject } from './download.ts';
import { gcsNames } from './gcs-names.ts';
import { actionProperties, disposeOf } from './move.ts';
import { withStorage } from './with-storage.ts';

const DOWNLOADS_FLOW = `id: gcs-downloads
namespace: company.team
tasks:
  - id: inbox
    type: gcp.gcs.Downloads
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    from: "gs://{{ kv('GCP_BUCKET_NAME') }}/inbox/"
    action: MOVE
    moveDirectory: "gs://{{ kv('GCP_BUCKET_NAME') }}/archive/"
  - id: show
    type: core.log.Log
    message: "{{ outputs.inbox.outputFiles | keys }}"
`;

export const downloads = defineTask({
  type: 'gcp.gcs.Downloads',
  aliases: gcsNames('Downloads'),
  title: 'Download objects of Cloud Storage into internal storage.',
  properties: {
    ...storageProperties,
    ...listingProperties,
    ...actionProperties,
    maxFiles,
    validateChecksum: s.boolean().optional().describe('Accepted; checksums are always compared.'),
  },
  outputs: {
    blobs: s.list(s.record(s.json())).describe('The objects, each with its `uri` in internal storage.'),
    outputFiles: s.record(s.string()).describe('URIs in internal storage by the name of the object.'),
  },
  examples: [{ title: 'Take what lies in an inbox', flow: DOWNLOADS_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot download ${properties.from}`, async (storage) => {
      const found = await firstBlobs(context, filesOf(blobsOf(context, storage, properties)), properties.maxFiles);
      const blobs: Blob[] = [];
      for (const blob of found) blobs.push({ ...blob, uri: (await fetchObject(context, storage, blob)).uri });
      await disposeOf(storage, found, properties);
      return {
        blobs: blobs as unknown as Record<string, never>[],
        outputFiles: Object.fromEntries(blobs.map(({ name, uri }) => [name, uri])),
      };
    }),
});
