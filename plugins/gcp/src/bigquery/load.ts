import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { BigQuery, Job } from '@google-cloud/bigquery';
import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { loadConfiguration, loadOutputs, loadProperties } from './load-properties.ts';
import { runJob } from './run-job.ts';
import { parseTableName, tableOutputOf } from './table-name.ts';
import type { TableName } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const LOAD_FLOW = `id: bigquery-load
namespace: company.team
tasks:
  - id: file
    type: core.storage.Write
    extension: .csv
    content: |
      city,rides
      Rome,3
  - id: load
    type: gcp.bigquery.Load
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    projectId: "{{ kv('GCP_PROJECT_ID') }}"
    from: "{{ outputs.file.uri }}"
    destinationTable: "{{ kv('GCP_PROJECT_ID') }}.{{ kv('GCP_DATASET') }}.rides"
    format: CSV
    autodetect: true
    csvOptions:
      skipLeadingRows: 1
  - id: show
    type: core.log.Log
    message: "{{ outputs.load.rows }} rows"
`;

export const load = defineTask({
  type: 'gcp.bigquery.Load',
  aliases: bigQueryNames('Load'),
  title: 'Load a file of internal storage into a table of BigQuery.',
  description: 'The file is streamed. What tasks store as rows, one a line, is loaded with the format JSON.',
  properties: {
    ...loadProperties,
    from: s.nonEmpty().describe('URI of the file.'),
    failedOnEmpty: s.boolean().default(true).describe('Whether the task fails when no row was loaded.'),
  },
  outputs: loadOutputs,
  examples: [{ title: 'Load a CSV file', flow: LOAD_FLOW, runs: false }],
  async run(context, properties) {
    const failed = `Cannot load ${properties.from} into ${properties.destinationTable}`;
    return withBigQuery(context, properties, failed, async (client) => {
      const table = parseTableName(properties.destinationTable, await client.getProjectId());
      const configuration = loadConfiguration(properties);
      const { job, metadata } = await runJob(context, client, { ...properties, failed }, ({ jobId, labels }) =>
        send(context, client, { from: properties.from, table, jobId, metadata: { ...configuration, labels } }),
      );
      const rows = Number(metadata.statistics?.load?.outputRows ?? 0);
      if (rows === 0 && properties.failedOnEmpty)
        throw new TaskError('LOAD_EMPTY', `${failed}: it holds no rows.`, {
          hint: 'Set failedOnEmpty: false to go on.',
          retryable: false,
        });
      return { jobId: job.id ?? '', rows, destinationTable: tableOutputOf(table) };
    });
  },
});

interface Upload {
  readonly from: string;
  readonly table: TableName;
  readonly jobId: string;
  readonly metadata: object;
}

/** Begins the job with the file in the same request. */
async function send({ storage, signal }: RunContext, client: BigQuery, upload: Upload): Promise<Job> {
  const { table, jobId, metadata, from } = upload;
  const target = client
    .dataset(table.datasetId, { projectId: table.projectId })
    .table(table.tableId)
    .createWriteStream_({ ...metadata, jobId });
  const begun = once(target, 'job') as Promise<[Job]>;
  const [[job]] = await Promise.all([begun, pipeline(await storage.get(from), target, { signal })]);
  return job;
}
