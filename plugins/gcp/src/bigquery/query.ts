import type { Job, JobMetadata, QueryRowsResponse } from '@google-cloud/bigquery';
import { TaskError, defineTask, fetchOutputs, fetchProperties, fetchTypeOf, s, takeRows } from '@tutti/plugin-sdk';
import type { Outputs, Properties, Row, RunContext } from '@tutti/plugin-sdk';
import { defined } from '../defined.ts';
import { bigQueryNames } from './bigquery-names.ts';
import { destinationProperties, jobProperties, layoutOf, layoutProperties } from './bigquery-properties.ts';
import { runConfiguredJob } from './run-job.ts';
import { parseTableName, tableOutputOf } from './table-name.ts';
import { rowOf } from './values.ts';
import type { Cells, Field } from './values.ts';
import { withBigQuery } from './with-bigquery.ts';

const QUERY_FLOW = `id: bigquery-query
namespace: company.team
tasks:
  - id: top
    type: gcp.bigquery.Query
    sql: |
      SELECT zone, COUNT(*) AS rides
      FROM \`{{ kv('GCP_PROJECT_ID') }}.{{ kv('GCP_DATASET') }}.green_tripdata\`
      GROUP BY zone
      ORDER BY rides DESC
      LIMIT 10
    fetchType: FETCH
  - id: show
    type: core.log.Log
    message: "{{ outputs.top.rows[0].zone }} leads"
pluginDefaults:
  - type: gcp
    values:
      serviceAccount: "{{ secret('GCP_CREDS') }}"
      projectId: "{{ kv('GCP_PROJECT_ID') }}"
      location: "{{ kv('GCP_LOCATION') }}"
`;

/** What Query and the trigger share. */
export const queryProperties = {
  ...jobProperties,
  sql: s.string().describe('SQL; several statements are a script, whose last rows count.'),
  fetchType: fetchProperties.fetchType,
  store: fetchProperties.store,
  fetch: fetchProperties.fetch,
  fetchOne: fetchProperties.fetchOne,
  legacySql: s.boolean().default(false).describe('Whether it is legacy SQL.'),
  useLegacySql: s.boolean().default(false).describe('The same.'),
  destinationTable: s.string().optional().describe('Table that the rows go to: project.dataset.table, or dataset.table.'), // prettier-ignore
  ...destinationProperties,
  ...layoutProperties,
  rangePartitioningField: s.string().optional().describe('Column of whole numbers that the table is partitioned by.'),
  rangePartitioningStart: s.int().optional().describe('Where its first range begins.'),
  rangePartitioningEnd: s.int().optional().describe('Where its last range ends.'),
  rangePartitioningInterval: s.int().optional().describe('How long a range is.'),
  defaultDataset: s.string().optional().describe('Dataset of tables without one: dataset, or project.dataset.'),
  priority: s.enum(['INTERACTIVE', 'BATCH']).default('INTERACTIVE').describe('BATCH waits for capacity to be free.'),
  useQueryCache: s.boolean().optional().describe('Whether an earlier result may be given.'),
  maximumBytesBilled: s.int().optional().describe('A query that would cost more fails, bytes.'),
  maximumBillingTier: s.int().optional().describe('A query of a higher tier fails.'),
  allowLargeResults: s.boolean().optional().describe('Legacy SQL: whether the result may be large.'),
  flattenResults: s.boolean().default(true).describe('Legacy SQL: whether nested values are flattened.'),
  maxResults: s.int().optional().describe('Rows that are fetched at a time.'),
} as const;

/** What a query gives. */
export const queryOutputs = {
  ...fetchOutputs,
  jobId: s.string().describe('Id of the job.'),
  destinationTable: s.record(s.string()).describe('`project`, `dataset` and `table` that the rows went to; a temporary one unless named.'), // prettier-ignore
} as const;

export const query = defineTask({
  type: 'gcp.bigquery.Query',
  aliases: bigQueryNames('Query'),
  title: 'Run SQL on BigQuery.',
  description:
    'Rows are read page by page, and with STORE never all held. When the task is stopped, the job is cancelled.',
  properties: queryProperties,
  outputs: queryOutputs,
  examples: [{ title: 'Fetch rows', flow: QUERY_FLOW, runs: false }],
  run: (context, properties) => runQuery(context, properties),
});

export type QueryProperties = Properties<typeof queryProperties>;
export type QueryResult = Partial<Outputs<typeof queryOutputs>>;

/**
 * Runs a query and takes its rows.
 * @throws {TaskError} SQL_EMPTY, SQL_FAILED, GCP_REFUSED …
 */
export async function runQuery(context: RunContext, properties: QueryProperties): Promise<QueryResult> {
  const { sql, dryRun } = properties;
  if (sql.trim() === '') throw new TaskError('SQL_EMPTY', 'The property "sql" holds no statement.', { retryable: false }); // prettier-ignore
  return withBigQuery(context, properties, 'The query failed', async (client) => {
    const configuration = await configurationOf(properties, () => client.getProjectId());
    const options = { ...properties, failed: 'The query failed', sql };
    const { job, metadata } = await runConfiguredJob(context, client, options, configuration);
    tell(context, metadata);
    const jobId = job.id ?? '';
    if (dryRun) return { jobId };
    const fetchType = fetchTypeOf(properties);
    const pageRows = fetchType === 'FETCH_ONE' ? 1 : properties.maxResults;
    const fetched = await takeRows(context, fetchType, rowsOf(context, job, pageRows));
    const table = metadata.configuration?.query?.destinationTable;
    return { jobId, ...(fetched as Record<string, never>), ...(table && { destinationTable: tableOutputOf(table) }) };
  });
}

async function configurationOf(properties: QueryProperties, projectId: () => Promise<string>) {
  const { destinationTable, defaultDataset, dryRun } = properties;
  const isLegacy = properties.legacySql || properties.useLegacySql;
  const query = defined({
    query: properties.sql,
    useLegacySql: isLegacy,
    destinationTable: destinationTable === undefined ? undefined : parseTableName(destinationTable, await projectId()),
    writeDisposition: properties.writeDisposition,
    createDisposition: properties.createDisposition,
    defaultDataset: defaultDataset === undefined ? undefined : datasetReferenceOf(defaultDataset),
    ...layoutOf(properties),
    rangePartitioning: rangesOf(properties),
    priority: properties.priority,
    useQueryCache: properties.useQueryCache,
    maximumBytesBilled: properties.maximumBytesBilled?.toString(),
    maximumBillingTier: properties.maximumBillingTier,
    ...(isLegacy && { allowLargeResults: properties.allowLargeResults, flattenResults: properties.flattenResults }),
  });
  return { query, dryRun };
}

function datasetReferenceOf(name: string) {
  const [, projectId, datasetId = name] = /^(.+)\.([^.]+)$/.exec(name) ?? [];
  return { datasetId, ...(projectId !== undefined && { projectId }) };
}

function rangesOf(properties: QueryProperties) {
  const { rangePartitioningField: field, rangePartitioningStart, rangePartitioningEnd, rangePartitioningInterval } = properties; // prettier-ignore
  if (field === undefined) return undefined;
  const range = { start: rangePartitioningStart, end: rangePartitioningEnd, interval: rangePartitioningInterval };
  return { field, range: Object.fromEntries(Object.entries(range).map(([name, n]) => [name, String(n ?? 0)])) };
}

const PAGE_ROWS = 10_000;

/** The rows of a job that has ended, page by page. */
async function* rowsOf({ signal }: RunContext, job: Job, pageRows = PAGE_ROWS): AsyncGenerator<readonly Row[]> {
  let request: object | null = { maxResults: pageRows, skipParsing: true };
  while (request !== null) {
    signal.throwIfAborted();
    // The request for the next page comes without the wish for pages.
    const page: QueryRowsResponse = await job.getQueryResults({ ...request, autoPaginate: false });
    const [rows, , answer] = page;
    const fields = (answer?.schema?.fields ?? []) as readonly Field[];
    if (rows.length > 0) yield (rows as Cells[]).map((row) => rowOf(row, fields));
    request = (page[1] as object | null | undefined) ?? null;
  }
}

function tell({ log }: RunContext, { statistics, configuration }: JobMetadata): void {
  const { statementType = 'query', totalBytesProcessed, numDmlAffectedRows, cacheHit } = statistics?.query ?? {};
  const said = [
    `${Number(totalBytesProcessed ?? statistics?.totalBytesProcessed ?? 0).toLocaleString('en')} bytes ${configuration?.dryRun === true ? 'would be read' : 'read'}`, // prettier-ignore
    numDmlAffectedRows === undefined ? '' : `${Number(numDmlAffectedRows).toLocaleString('en')} rows changed`,
    cacheHit === true ? 'from the cache' : '',
  ];
  log.info(`${statementType}: ${said.filter((part) => part !== '').join(', ')}.`);
}
