import { defineTask, s } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { loadConfiguration, loadOutputs, loadProperties } from './load-properties.ts';
import { runConfiguredJob } from './run-job.ts';
import { parseTableName, tableOutputOf } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const LOAD_FLOW = `id: bigquery-load-from-gcs
namespace: company.team
tasks:
  - id: load
    type: gcp.bigquery.LoadFromGcs
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    projectId: "{{ kv('GCP_PROJECT_ID') }}"
    from:
      - "gs://{{ kv('GCP_BUCKET_NAME') }}/rides/*.csv"
    destinationTable: "{{ kv('GCP_PROJECT_ID') }}.{{ kv('GCP_DATASET') }}.rides"
    format: CSV
    autodetect: true
    csvOptions:
      skipLeadingRows: 1
    writeDisposition: WRITE_TRUNCATE
`;

export const loadFromGcs = defineTask({
  type: 'gcp.bigquery.LoadFromGcs',
  aliases: bigQueryNames('LoadFromGcs'),
  title: 'Load files of Cloud Storage into a table of BigQuery.',
  properties: {
    ...loadProperties,
    from: s.oneOrMany(s.url()).describe('Addresses of the files, gs://bucket/path, which may hold `*`.'),
  },
  outputs: loadOutputs,
  examples: [{ title: 'Load all CSV files of a folder', flow: LOAD_FLOW, runs: false }],
  async run(context, properties) {
    const failed = `Cannot load ${properties.from.join(', ')} into ${properties.destinationTable}`;
    return withBigQuery(context, properties, failed, async (client) => {
      const destinationTable = parseTableName(properties.destinationTable, await client.getProjectId());
      const load = { ...loadConfiguration(properties), destinationTable, sourceUris: properties.from };
      const { job, metadata } = await runConfiguredJob(context, client, { ...properties, failed }, { load });
      const rows = Number(metadata.statistics?.load?.outputRows ?? 0);
      return { jobId: job.id ?? '', rows, destinationTable: tableOutputOf(destinationTable) };
    });
  },
});
