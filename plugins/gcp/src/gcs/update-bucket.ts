import { defineTask, s } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { bucketProperties, bucketResource } from './bucket-properties.ts';
import { bucketOutput, changeBucket, describeBucket } from './create-bucket.ts';
import { gcsNames } from './gcs-names.ts';
import { withStorage } from './with-storage.ts';

const UPDATE_FLOW = `id: gcs-update-bucket
namespace: company.team
tasks:
  - id: label
    type: gcp.gcs.UpdateBucket
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    name: "{{ kv('GCP_BUCKET_NAME') }}"
    labels:
      team: data
    lifecycleRules:
      - condition:
          age: 30
        action:
          type: DELETE
`;

export const updateBucket = defineTask({
  type: 'gcp.gcs.UpdateBucket',
  aliases: gcsNames('UpdateBucket'),
  title: 'Change a bucket of Cloud Storage.',
  description: 'What is not given stays as it is.',
  properties: { ...storageProperties, name: s.nonEmpty().describe('Name of the bucket.'), ...bucketProperties },
  outputs: { ...bucketOutput, updated: s.boolean().describe('True.') },
  examples: [{ title: 'Label a bucket, and empty it of what is old', flow: UPDATE_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot change the bucket "${properties.name}"`, async (storage) => {
      const bucket = storage.bucket(properties.name);
      await changeBucket(bucket, bucketResource(properties));
      return { bucket: describeBucket(bucket), updated: true };
    }),
});
