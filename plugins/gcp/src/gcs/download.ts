import { posix } from 'node:path';
import type { Storage } from '@google-cloud/storage';
import { defineTask, s } from '@tutti/plugin-sdk';
import type { RunContext, StoredFile } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { gcsNames } from './gcs-names.ts';
import { parseObjectUri } from './gcs-uri.ts';
import type { GcsPlace } from './gcs-uri.ts';
import { withStorage } from './with-storage.ts';

const DOWNLOAD_FLOW = `id: gcs-download
namespace: company.team
tasks:
  - id: download
    type: gcp.gcs.Download
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    from: "gs://{{ kv('GCP_BUCKET_NAME') }}/rides/2024-01-01.csv"
  - id: show
    type: core.log.Log
    message: "{{ read(outputs.download.uri) }}"
`;

export const download = defineTask({
  type: 'gcp.gcs.Download',
  aliases: gcsNames('Download'),
  title: 'Download an object of Cloud Storage into internal storage.',
  description: 'The object is streamed, so its size is not bounded by memory; its checksum is always compared.',
  properties: {
    ...storageProperties,
    from: s.url().describe('Address of the object, gs://bucket/path.'),
    validateChecksum: s.boolean().optional().describe('Accepted; the checksum is always compared.'),
  },
  outputs: {
    uri: s.string().describe('Where the file lies in internal storage.'),
    bucket: s.string().describe('Bucket of the object.'),
    path: s.string().describe('Name of the object in the bucket.'),
  },
  examples: [{ title: 'Download an object', flow: DOWNLOAD_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot download ${properties.from}`, async (storage) => {
      const place = parseObjectUri(properties.from);
      const { uri } = await fetchObject(context, storage, place);
      return { uri, bucket: place.bucket, path: place.name };
    }),
});

/** Streams an object into internal storage. */
export async function fetchObject(
  { storage, signal, counter }: RunContext,
  client: Storage,
  { bucket, name }: GcsPlace,
): Promise<StoredFile> {
  const source = client.bucket(bucket).file(name).createReadStream();
  const stop = (): void => void source.destroy(new Error('The task was stopped.'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    const file = await storage.put(posix.basename(name), source);
    counter('file.size', file.sizeBytes);
    return file;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
