import type { Dataset } from '@google-cloud/bigquery';
import { s } from '@tutti/plugin-sdk';
import { defined } from '../defined.ts';
import { bigQueryProperties } from './bigquery-properties.ts';

/** What a dataset is to be like. */
export const datasetProperties = {
  ...bigQueryProperties,
  name: s.nonEmpty().describe('Name of the dataset; project.dataset when it is in another project.'),
  friendlyName: s.string().optional().describe('Name for people.'),
  description: s.string().optional().describe('Description.'),
  labels: s.record(s.string()).optional().describe('Labels of the dataset.'),
  defaultTableLifetime: s.int().optional().describe('How long its tables stay, ms.'),
  defaultPartitionExpirationMs: s.int().optional().describe('How long partitions of its tables stay, ms.'),
  defaultEncryptionConfiguration: s
    .object({ kmsKeyName: s.string() })
    .optional()
    .describe('Key of Cloud KMS that its tables are encrypted with.'),
  acl: s
    .list(
      s.object({
        entity: s.object({
          type: s.enum(['USER', 'GROUP', 'DOMAIN', 'IAM_MEMBER']),
          value: s.string(),
        }),
        role: s.enum(['READER', 'WRITER', 'OWNER']),
      }),
    )
    .optional()
    .describe('Who may do what with the dataset.'),
} as const;

/** A dataset as tasks give it. */
export const datasetOutputs = {
  project: s.string().describe('Project of the dataset.'),
  dataset: s.string().describe('Name of the dataset.'),
  friendlyName: s.string().describe('Name for people.'),
  description: s.string().describe('Description.'),
  location: s.string().describe('Where its data is.'),
} as const;

type DatasetProperties = {
  readonly [Name in keyof typeof datasetProperties]: (typeof datasetProperties)[Name]['_zod']['output'];
};

const MEMBERS = { USER: 'userByEmail', GROUP: 'groupByEmail', DOMAIN: 'domain', IAM_MEMBER: 'iamMember' } as const;

/** The dataset as the API of BigQuery wants it described. */
export const datasetResource = (properties: DatasetProperties) =>
  defined({
    location: properties.location,
    friendlyName: properties.friendlyName,
    description: properties.description,
    labels: properties.labels,
    defaultTableExpirationMs: properties.defaultTableLifetime?.toString(),
    defaultPartitionExpirationMs: properties.defaultPartitionExpirationMs?.toString(),
    defaultEncryptionConfiguration: properties.defaultEncryptionConfiguration,
    access: properties.acl?.map(({ entity: { type, value }, role }) => ({ role, [MEMBERS[type]]: value })),
  });

/** What an output says of a dataset whose description the client has. */
export function describeDataset({ metadata }: Dataset) {
  const { datasetReference, friendlyName, description, location } = metadata as {
    readonly datasetReference?: { readonly projectId?: string; readonly datasetId?: string };
    readonly friendlyName?: string;
    readonly description?: string;
    readonly location?: string;
  };
  return defined({
    project: datasetReference?.projectId,
    dataset: datasetReference?.datasetId,
    friendlyName,
    description,
    location,
  }) as Record<'project' | 'dataset', string>;
}
