import { defineTrigger, s } from '@tutti/plugin-sdk';
import { blobsOf, filesOf, listingProperties, maxFiles } from './blobs.ts';
import { fetchObject } from './download.ts';
import { gcsNames } from './gcs-names.ts';
import { actionProperties, disposeOf } from './move.ts';
import { newsOf, readSeen, saveSeen } from './seen-blobs.ts';
import { storageProperties } from './storage-properties.ts';
import { withStorage } from './with-storage.ts';

const TRIGGER_FLOW = `id: on-new-files
namespace: company.team
tasks:
  - id: each
    type: core.flow.ForEach
    values: "{{ trigger.blobs | jq('.[].uri') }}"
    tasks:
      - id: show
        type: core.log.Log
        message: "{{ read(taskrun.value) }}"
triggers:
  - id: inbox
    type: gcp.gcs.Trigger
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    interval: PT1M
    from: gs://my-bucket/inbox/
    action: MOVE
    moveDirectory: gs://my-bucket/archive/
`;

const { allVersions: _, ...watchedProperties } = listingProperties;

export const trigger = defineTrigger({
  type: 'gcp.gcs.Trigger',
  aliases: gcsNames('Trigger'),
  trigger: 'poll',
  title: 'Start when files come into a folder of Cloud Storage.',
  properties: {
    ...storageProperties,
    ...watchedProperties,
    ...actionProperties,
    maxFiles,
    on: s.enum(['CREATE', 'UPDATE', 'CREATE_OR_UPDATE']).default('CREATE_OR_UPDATE').describe('Which changes count.'),
    stateKey: s.string().optional().describe('Key of the key-value pair that remembers what was seen.'),
    stateTtl: s.duration().optional().describe('How long it remembers (ISO-8601); for ever when left out.'),
    interval: s.duration().default(60_000).describe('How often it looks (ISO-8601).'),
  },
  outputs: {
    blobs: s.list(s.record(s.json())).describe('The objects, each with its `uri` in internal storage and `changeType`.'), // prettier-ignore
  },
  examples: [{ title: 'Take what comes into an inbox', flow: TRIGGER_FLOW }],
  evaluate: (context, properties) =>
    withStorage(context, properties, `Cannot look into ${properties.from}`, async (storage) => {
      const { execution, taskRun } = context;
      const key = properties.stateKey ?? `gcs-trigger.${execution.flowId}.${taskRun.taskId}`;
      const listing = filesOf(blobsOf(context, storage, { ...properties, allVersions: false }));
      const { blobs: found, seen } = await newsOf(listing, await readSeen(context, key), properties);
      const blobs: object[] = [];
      for (const blob of found) blobs.push({ ...blob, uri: (await fetchObject(context, storage, blob)).uri });
      await disposeOf(storage, found, properties);
      await saveSeen(context, key, seen, properties.stateTtl);
      return blobs.length > 0 ? { blobs: blobs as Record<string, never>[] } : undefined;
    }),
});
