import { s } from '@tutti/plugin-sdk';
import { accountProperties } from '../account-properties.ts';
import { retryProperties } from './retry.ts';

/** What every task for BigQuery takes. */
export const bigQueryProperties = {
  ...accountProperties,
  location: s.string().optional().describe('Location of the data and of the work, such as EU or europe-west2.'),
} as const;

/** What tasks take besides that have BigQuery do a job. */
export const jobProperties = {
  ...bigQueryProperties,
  ...retryProperties,
  jobTimeout: s.duration().optional().describe('How long BigQuery works on the job at most (ISO-8601).'),
  labels: s.record(s.string()).optional().describe('Labels of the job.'),
  dryRun: s.boolean().default(false).describe('Whether the job is only checked, and its cost told.'),
} as const;

const WRITE_DISPOSITIONS = ['WRITE_TRUNCATE', 'WRITE_TRUNCATE_DATA', 'WRITE_APPEND', 'WRITE_EMPTY'] as const;

/** How a table is written to. */
export const destinationProperties = {
  writeDisposition: s.enum(WRITE_DISPOSITIONS).optional().describe('What becomes of the rows that are in the table.'),
  createDisposition: s.enum(['CREATE_IF_NEEDED', 'CREATE_NEVER']).optional().describe('Whether the table is created.'),
} as const;

/** How a table that is written to is laid out. */
export const layoutProperties = {
  clusteringFields: s.list(s.string()).optional().describe('Columns that the rows are clustered by.'),
  schemaUpdateOptions: s.list(s.enum(['ALLOW_FIELD_ADDITION', 'ALLOW_FIELD_RELAXATION'])).optional().describe('How the schema of the table may change.'), // prettier-ignore
  timePartitioningField: s.string().optional().describe('Column that the table is partitioned by.'),
  timePartitioningType: s.enum(['DAY', 'HOUR', 'MONTH', 'YEAR']).default('DAY').describe('How long a partition is.'),
} as const;

/** The members of a job's configuration that say so. */
export const layoutOf = (properties: {
  readonly clusteringFields?: readonly string[] | undefined;
  readonly schemaUpdateOptions?: readonly string[] | undefined;
  readonly timePartitioningField?: string | undefined;
  readonly timePartitioningType: string;
}) => ({
  clustering: properties.clusteringFields && { fields: [...properties.clusteringFields] },
  schemaUpdateOptions: properties.schemaUpdateOptions && [...properties.schemaUpdateOptions],
  timePartitioning:
    properties.timePartitioningField === undefined
      ? undefined
      : { type: properties.timePartitioningType, field: properties.timePartitioningField },
});
