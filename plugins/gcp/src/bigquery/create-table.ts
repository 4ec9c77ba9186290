import { defineTask } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { bigQueryProperties } from './bigquery-properties.ts';
import { describeTable, tableMetadataOutputs } from './describe-table.ts';
import { tableDefinitionProperties, tableResource } from './table-definition.ts';
import { datasetOf, tableProperties } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const CREATE_FLOW = `id: bigquery-create-table
namespace: company.team
tasks:
  - id: table
    type: gcp.bigquery.CreateTable
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    projectId: "{{ kv('GCP_PROJECT_ID') }}"
    dataset: "{{ kv('GCP_DATASET') }}"
    table: rides
    description: Rides by day
    tableDefinition:
      type: TABLE
      schema:
        fields:
          - name: day
            type: DATE
            mode: REQUIRED
          - name: rides
            type: INT64
      standardTableDefinition:
        timePartitioning:
          type: MONTH
          field: day
`;

export const createTable = defineTask({
  type: 'gcp.bigquery.CreateTable',
  aliases: bigQueryNames('CreateTable'),
  title: 'Create a table or a view in BigQuery.',
  properties: { ...bigQueryProperties, ...tableProperties, ...tableDefinitionProperties },
  outputs: tableMetadataOutputs,
  examples: [{ title: 'Create a table with two columns', flow: CREATE_FLOW, runs: false }],
  run: (context, properties) =>
    withBigQuery(
      context,
      properties,
      `Cannot create the table "${properties.dataset}.${properties.table}"`,
      async (client) => {
        // prettier-ignore
        const dataset = datasetOf(client, properties.dataset);
        const [table] = await dataset.createTable(properties.table, tableResource(properties) as object);
        return describeTable(table.metadata as object);
      },
    ),
});
