import { defineTask, s } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { bigQueryProperties } from './bigquery-properties.ts';
import { datasetOf } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const DELETE_FLOW = `id: bigquery-delete-dataset
namespace: company.team
tasks:
  - id: drop
    type: gcp.bigquery.DeleteDataset
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    name: "{{ kv('GCP_DATASET') }}"
    deleteContents: true
`;

export const deleteDataset = defineTask({
  type: 'gcp.bigquery.DeleteDataset',
  aliases: bigQueryNames('DeleteDataset'),
  title: 'Delete a dataset of BigQuery.',
  properties: {
    ...bigQueryProperties,
    name: s.nonEmpty().describe('Name of the dataset; project.dataset when it is in another project.'),
    deleteContents: s.boolean().default(false).describe('Whether its tables are deleted too; else it must be empty.'),
  },
  outputs: { dataset: s.string().describe('Name of the dataset.') },
  examples: [{ title: 'Delete a dataset with its tables', flow: DELETE_FLOW, runs: false }],
  run: (context, properties) =>
    withBigQuery(context, properties, `Cannot delete the dataset "${properties.name}"`, async (client) => {
      await datasetOf(client, properties.name).delete({ force: properties.deleteContents });
      return { dataset: properties.name };
    }),
});
