import { defineTask, s } from '@tutti/plugin-sdk';
import { defined } from '../defined.ts';
import { bigQueryNames } from './bigquery-names.ts';
import { jobProperties } from './bigquery-properties.ts';
import { runConfiguredJob } from './run-job.ts';
import { sourceFormatOf } from './table-definition.ts';
import { parseTableName } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const EXTRACT_FLOW = `id: bigquery-extract
namespace: company.team
tasks:
  - id: extract
    type: gcp.bigquery.ExtractToGcs
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    projectId: "{{ kv('GCP_PROJECT_ID') }}"
    sourceTable: "{{ kv('GCP_PROJECT_ID') }}.{{ kv('GCP_DATASET') }}.rides"
    destinationUris:
      - "gs://{{ kv('GCP_BUCKET_NAME') }}/export/rides-*.csv.gz"
    format: CSV
    compression: GZIP
`;

const { dryRun: _, ...extractJobProperties } = jobProperties;

export const extractToGcs = defineTask({
  type: 'gcp.bigquery.ExtractToGcs',
  aliases: bigQueryNames('ExtractToGcs'),
  title: 'Write a table of BigQuery to files in Cloud Storage.',
  properties: {
    ...extractJobProperties,
    sourceTable: s.nonEmpty().describe('Table: project.dataset.table, or dataset.table.'),
    destinationUris: s.oneOrMany(s.url()).describe('Addresses of the files, gs://bucket/path; with `*` as many as needed.'), // prettier-ignore
    format: s.enum(['CSV', 'JSON', 'NEWLINE_DELIMITED_JSON', 'AVRO', 'PARQUET']).default('CSV').describe('Format.'),
    compression: s.enum(['NONE', 'GZIP', 'DEFLATE', 'SNAPPY', 'ZSTD']).optional().describe('How it is packed.'),
    fieldDelimiter: s.string().optional().describe('CSV: what stands between values.'),
    printHeader: s.boolean().optional().describe('CSV: whether the first line has the names.'),
    useAvroLogicalTypes: s.boolean().optional().describe('Avro: whether dates and the like are written as such.'),
    jobTimeoutMs: s.int().optional().describe('How long BigQuery works on the job at most, ms.'),
  },
  outputs: {
    jobId: s.string().describe('Id of the job.'),
    sourceTable: s.string().describe('The table.'),
    destinationUris: s.list(s.string()).describe('The addresses as given.'),
    fileCounts: s.list(s.int()).describe('How many files there are of each.'),
  },
  examples: [{ title: 'Write a table to packed CSV files', flow: EXTRACT_FLOW, runs: false }],
  async run(context, properties) {
    const { sourceTable, destinationUris, jobTimeoutMs = properties.jobTimeout } = properties;
    const failed = `Cannot write ${sourceTable} to ${destinationUris.join(', ')}`;
    return withBigQuery(context, properties, failed, async (client) => {
      const extract = defined({
        sourceTable: parseTableName(sourceTable, await client.getProjectId()),
        destinationUris,
        destinationFormat: sourceFormatOf(properties.format),
        compression: properties.compression,
        fieldDelimiter: properties.fieldDelimiter,
        printHeader: properties.printHeader,
        useAvroLogicalTypes: properties.useAvroLogicalTypes,
      });
      const options = { ...properties, jobTimeout: jobTimeoutMs, failed };
      const { job, metadata } = await runConfiguredJob(context, client, options, { extract });
      const fileCounts = (metadata.statistics?.extract?.destinationUriFileCounts ?? []) as unknown as string[];
      return { jobId: job.id ?? '', sourceTable, destinationUris, fileCounts: [fileCounts].flat().map(Number) };
    });
  },
});
