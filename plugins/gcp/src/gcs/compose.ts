import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { blobsOf, filesOf, listingProperties } from './blobs.ts';
import type { Listing } from './blobs.ts';
import { gcsNames } from './gcs-names.ts';
import { gcsUri, parseGcsUri, parseObjectUri } from './gcs-uri.ts';
import { storageProperties } from './storage-properties.ts';
import { withStorage } from './with-storage.ts';

const COMPOSE_FLOW = `id: gcs-compose
namespace: company.team
tasks:
  - id: join
    type: gcp.gcs.Compose
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    list:
      from: "gs://{{ kv('GCP_BUCKET_NAME') }}/parts/"
      regExp: .*[.]csv
    to: "gs://{{ kv('GCP_BUCKET_NAME') }}/whole.csv"
`;

/** As many objects Cloud Storage joins at a time. */
const PARTS_MAX = 32;

export const compose = defineTask({
  type: 'gcp.gcs.Compose',
  aliases: gcsNames('Compose'),
  title: 'Join objects of Cloud Storage into one.',
  description: 'In the order of their names, and without a byte passing through here.',
  properties: {
    ...storageProperties,
    list: s
      .object({
        from: s.url(),
        listingType: listingProperties.listingType,
        regExp: listingProperties.regExp,
        filter: s.string().optional(),
      })
      .describe('Which objects: `from`, `listingType` and `regExp` as of gcp.gcs.List.'),
    to: s.url().describe('Address of the object that they become, in the same bucket.'),
    allowEmpty: s.boolean().default(false).describe('Whether it is no fault that there are none.'),
  },
  outputs: { uri: s.string().describe('Address of the object.') },
  examples: [{ title: 'Join the parts of a file', flow: COMPOSE_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot join ${properties.list.from} into ${properties.to}`, async (storage) => {
      const target = parseObjectUri(properties.to);
      const { from, listingType, regExp } = properties.list;
      const listing: Listing = { from, listingType, regExp, allVersions: false };
      const bucket = storage.bucket(parseGcsUri(from).bucket);
      const names: string[] = [];
      for await (const { name } of filesOf(blobsOf(context, storage, listing))) names.push(name);
      if (names.length === 0) {
        if (properties.allowEmpty) return {};
        throw new TaskError('FILE_NOT_FOUND', `There is nothing to join in ${from}.`, { retryable: false });
      }
      names.sort();
      await bucket.combine(names.splice(0, PARTS_MAX), target.name);
      while (names.length > 0) await bucket.combine([target.name, ...names.splice(0, PARTS_MAX - 1)], target.name);
      return { uri: gcsUri({ bucket: bucket.name, name: target.name }) };
    }),
});
