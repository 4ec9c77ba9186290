import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { gcsNames } from './gcs-names.ts';
import { parseObjectUri } from './gcs-uri.ts';
import { withStorage } from './with-storage.ts';

const DELETE_FLOW = `id: gcs-delete
namespace: company.team
tasks:
  - id: delete
    type: gcp.gcs.Delete
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    uri: "gs://{{ kv('GCP_BUCKET_NAME') }}/inbox/rides.csv"
`;

export const deleteObject = defineTask({
  type: 'gcp.gcs.Delete',
  aliases: gcsNames('Delete'),
  title: 'Delete an object of Cloud Storage.',
  properties: {
    ...storageProperties,
    uri: s.url().describe('Address of the object, gs://bucket/path.'),
    errorOnMissing: s.boolean().default(false).describe('Whether the task fails when the object is not there.'),
  },
  outputs: {
    uri: s.string().describe('Address of the object.'),
    deleted: s.boolean().describe('Whether it was there.'),
  },
  examples: [{ title: 'Delete an object', flow: DELETE_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot delete ${properties.uri}`, async (storage) => {
      const { uri, errorOnMissing } = properties;
      const { bucket, name } = parseObjectUri(uri);
      const deleted = await storage.bucket(bucket).file(name).delete().then(() => true, ifMissing); // prettier-ignore
      if (!deleted && errorOnMissing)
        throw new TaskError('FILE_NOT_FOUND', `There is no object ${uri}.`, { retryable: false });
      return { uri, deleted };
    }),
});

function ifMissing(error: unknown): false {
  if ((error as { readonly code?: unknown }).code === 404) return false;
  throw error;
}
