import { defineTask } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { bigQueryProperties } from './bigquery-properties.ts';
import { parseTableName, tableOf, tableOutputs, tableProperties } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const DELETE_FLOW = `id: bigquery-delete-table
namespace: company.team
tasks:
  - id: drop
    type: gcp.bigquery.DeleteTable
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    dataset: "{{ kv('GCP_DATASET') }}"
    table: rides
`;

export const deleteTable = defineTask({
  type: 'gcp.bigquery.DeleteTable',
  aliases: bigQueryNames('DeleteTable'),
  title: 'Delete a table or a view of BigQuery.',
  properties: { ...bigQueryProperties, ...tableProperties },
  outputs: tableOutputs,
  examples: [{ title: 'Delete a table', flow: DELETE_FLOW, runs: false }],
  run: (context, properties) =>
    withBigQuery(
      context,
      properties,
      `Cannot delete the table "${properties.dataset}.${properties.table}"`,
      async (client) => {
        // prettier-ignore
        await tableOf(client, properties).delete();
        const { dataset, table } = properties;
        const { projectId, datasetId } = parseTableName(`${dataset}.${table}`, await client.getProjectId());
        return { projectId, datasetId, table };
      },
    ),
});
