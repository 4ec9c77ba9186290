import { defineTask, s } from '@tutti/plugin-sdk';
import { defined } from '../defined.ts';
import { bigQueryNames } from './bigquery-names.ts';
import { destinationProperties, jobProperties } from './bigquery-properties.ts';
import { runConfiguredJob } from './run-job.ts';
import { parseTableName } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const COPY_FLOW = `id: bigquery-copy
namespace: company.team
tasks:
  - id: keep
    type: gcp.bigquery.Copy
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    projectId: "{{ kv('GCP_PROJECT_ID') }}"
    sourceTables:
      - "{{ kv('GCP_DATASET') }}.rides"
    destinationTable: "{{ kv('GCP_DATASET') }}.rides_kept"
    writeDisposition: WRITE_TRUNCATE
`;

export const copyTable = defineTask({
  type: 'gcp.bigquery.Copy',
  aliases: bigQueryNames('Copy'),
  title: 'Copy tables of BigQuery into one.',
  properties: {
    ...jobProperties,
    sourceTables: s.oneOrMany(s.string()).describe('Tables: project.dataset.table, or dataset.table.'),
    destinationTable: s.nonEmpty().describe('Table to copy into.'),
    ...destinationProperties,
    operationType: s.enum(['COPY', 'SNAPSHOT', 'RESTORE', 'CLONE']).optional().describe('What kind of copy it is.'),
  },
  outputs: { jobId: s.string().describe('Id of the job.') },
  examples: [{ title: 'Keep a copy of a table', flow: COPY_FLOW, runs: false }],
  async run(context, properties) {
    const { sourceTables, destinationTable, dryRun } = properties;
    const failed = `Cannot copy ${sourceTables.join(', ')} to ${destinationTable}`;
    return withBigQuery(context, properties, failed, async (client) => {
      const projectId = await client.getProjectId();
      const copy = defined({
        sourceTables: sourceTables.map((name) => parseTableName(name, projectId)),
        destinationTable: parseTableName(destinationTable, projectId),
        writeDisposition: properties.writeDisposition,
        createDisposition: properties.createDisposition,
        operationType: properties.operationType,
      });
      const { job } = await runConfiguredJob(context, client, { ...properties, failed }, { copy, dryRun });
      return { jobId: job.id ?? '' };
    });
  },
});
