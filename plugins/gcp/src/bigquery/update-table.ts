import { defineTask } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { bigQueryProperties } from './bigquery-properties.ts';
import { describeTable, tableMetadataOutputs } from './describe-table.ts';
import { tableDefinitionProperties, tableResource } from './table-definition.ts';
import { tableOf, tableProperties } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const UPDATE_FLOW = `id: bigquery-update-table
namespace: company.team
tasks:
  - id: keep
    type: gcp.bigquery.UpdateTable
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    dataset: "{{ kv('GCP_DATASET') }}"
    table: rides
    labels:
      team: data
    expirationDuration: P30D
`;

export const updateTable = defineTask({
  type: 'gcp.bigquery.UpdateTable',
  aliases: bigQueryNames('UpdateTable'),
  title: 'Change a table or a view of BigQuery.',
  description: 'What is not given stays as it is.',
  properties: { ...bigQueryProperties, ...tableProperties, ...tableDefinitionProperties },
  outputs: tableMetadataOutputs,
  examples: [{ title: 'Label a table, and keep it for a month', flow: UPDATE_FLOW, runs: false }],
  run: (context, properties) =>
    withBigQuery(
      context,
      properties,
      `Cannot change the table "${properties.dataset}.${properties.table}"`,
      async (client) => {
        // prettier-ignore
        const [metadata] = await tableOf(client, properties).setMetadata(tableResource(properties) as object);
        return describeTable(metadata as object);
      },
    ),
});
