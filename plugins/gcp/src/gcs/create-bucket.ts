import type { Bucket, Storage } from '@google-cloud/storage';
import { defineTask, s } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { bucketProperties, bucketResource } from './bucket-properties.ts';
import { gcsNames } from './gcs-names.ts';
import { withStorage } from './with-storage.ts';

const CREATE_FLOW = `id: gcs-create-bucket
namespace: company.team
tasks:
  - id: bucket
    type: gcp.gcs.CreateBucket
    name: "{{ kv('GCP_BUCKET_NAME') }}"
    location: "{{ kv('GCP_LOCATION') }}"
    storageClass: REGIONAL
    ifExists: SKIP
pluginDefaults:
  - type: gcp
    values:
      serviceAccount: "{{ secret('GCP_CREDS') }}"
      projectId: "{{ kv('GCP_PROJECT_ID') }}"
`;

/** A bucket as tasks give it. */
export const bucketOutput = {
  bucket: s.record(s.json()).describe('`name`, `uri`, `location`, `storageClass`, `labels` and times of the bucket.'),
} as const;

export const createBucket = defineTask({
  type: 'gcp.gcs.CreateBucket',
  aliases: gcsNames('CreateBucket'),
  title: 'Create a bucket in Cloud Storage.',
  properties: {
    ...storageProperties,
    name: s.nonEmpty().describe('Name of the bucket, unique in the world.'),
    ...bucketProperties,
    ifExists: s.enum(['ERROR', 'UPDATE', 'SKIP']).default('ERROR').describe('What to do about a bucket that is there.'),
  },
  outputs: {
    ...bucketOutput,
    created: s.boolean().describe('Whether it was created.'),
    updated: s.boolean().describe('Whether it was there and has been changed.'),
  },
  examples: [{ title: 'Create a bucket unless it is there', flow: CREATE_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot create the bucket "${properties.name}"`, async (storage) => {
      const { name, ifExists } = properties;
      const resource = bucketResource(properties);
      const found = ifExists === 'ERROR' ? undefined : await findBucket(storage, name);
      if (!found) {
        const [bucket] = await storage.createBucket(name, resource);
        return { bucket: describeBucket(bucket), created: true, updated: false };
      }
      if (ifExists === 'UPDATE') await changeBucket(found, resource);
      context.log.info(`The bucket "${name}" is there already.`);
      return { bucket: describeBucket(found), created: false, updated: ifExists === 'UPDATE' };
    }),
});

/** Changes what can be changed. */
export async function changeBucket(bucket: Bucket, resource: Record<string, unknown>): Promise<void> {
  const { location: _, ...changes } = resource;
  const [metadata] = await bucket.setMetadata(changes);
  bucket.metadata = metadata;
}

/** What an output says of a bucket. */
export function describeBucket({ name, metadata }: Bucket): Record<string, string | Record<string, string>> {
  const { location, storageClass, labels, timeCreated, updated } = metadata;
  return {
    name,
    uri: `gs://${name}`,
    ...(location !== undefined && { location }),
    ...(storageClass !== undefined && { storageClass }),
    ...(labels !== undefined && { labels: labels as Record<string, string> }),
    ...(timeCreated !== undefined && { createTime: timeCreated }),
    ...(updated !== undefined && { updateTime: updated }),
  };
}

async function findBucket(storage: Storage, name: string): Promise<Bucket | undefined> {
  try {
    const [bucket] = await storage.bucket(name).get();
    return bucket;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 404) return undefined;
    throw error;
  }
}
