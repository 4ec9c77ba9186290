import { defineTask, s } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { gcsNames } from './gcs-names.ts';
import { withStorage } from './with-storage.ts';

const DELETE_FLOW = `id: gcs-delete-bucket
namespace: company.team
tasks:
  - id: drop
    type: gcp.gcs.DeleteBucket
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    name: "{{ kv('GCP_BUCKET_NAME') }}"
    force: true
`;

export const deleteBucket = defineTask({
  type: 'gcp.gcs.DeleteBucket',
  aliases: gcsNames('DeleteBucket'),
  title: 'Delete a bucket of Cloud Storage.',
  properties: {
    ...storageProperties,
    name: s.nonEmpty().describe('Name of the bucket.'),
    force: s.boolean().default(false).describe('Whether its objects are deleted first; else it must be empty.'),
  },
  outputs: {
    bucket: s.string().describe('Name of the bucket.'),
    bucketUri: s.string().describe('Its address.'),
  },
  examples: [{ title: 'Delete a bucket with all that is in it', flow: DELETE_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot delete the bucket "${properties.name}"`, async (storage) => {
      const { name, force } = properties;
      const bucket = storage.bucket(name);
      if (force) await bucket.deleteFiles({ versions: true });
      await bucket.delete();
      return { bucket: name, bucketUri: `gs://${name}` };
    }),
});
