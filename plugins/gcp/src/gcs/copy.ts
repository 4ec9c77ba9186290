import { defineTask, s } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { gcsNames } from './gcs-names.ts';
import { gcsUri, parseObjectUri } from './gcs-uri.ts';
import { withStorage } from './with-storage.ts';

const COPY_FLOW = `id: gcs-copy
namespace: company.team
tasks:
  - id: archive
    type: gcp.gcs.Copy
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    from: "gs://{{ kv('GCP_BUCKET_NAME') }}/inbox/rides.csv"
    to: "gs://{{ kv('GCP_BUCKET_NAME') }}/archive/rides.csv"
    delete: true
`;

export const copy = defineTask({
  type: 'gcp.gcs.Copy',
  aliases: gcsNames('Copy'),
  title: 'Copy or move an object within Cloud Storage.',
  properties: {
    ...storageProperties,
    from: s.url().describe('Address of the object, gs://bucket/path.'),
    to: s.url().describe('Address of the copy.'),
    delete: s.boolean().default(false).describe('Whether the object is deleted after that.'),
  },
  outputs: { uri: s.string().describe('Address of the copy.') },
  examples: [{ title: 'Move an object', flow: COPY_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot copy ${properties.from} to ${properties.to}`, async (storage) => {
      const [from, to] = [parseObjectUri(properties.from), parseObjectUri(properties.to)];
      const source = storage.bucket(from.bucket).file(from.name);
      await source.copy(storage.bucket(to.bucket).file(to.name));
      // A copy onto itself is the object.
      if (properties.delete && gcsUri(from) !== gcsUri(to)) await source.delete({ ignoreNotFound: true });
      return { uri: gcsUri(to) };
    }),
});
