import { defineTask } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { changeDataset } from './create-dataset.ts';
import { datasetOutputs, datasetProperties, datasetResource, describeDataset } from './dataset-properties.ts';
import { datasetOf } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const UPDATE_FLOW = `id: bigquery-update-dataset
namespace: company.team
tasks:
  - id: describe
    type: gcp.bigquery.UpdateDataset
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    name: "{{ kv('GCP_DATASET') }}"
    description: Taxi trips of New York
`;

export const updateDataset = defineTask({
  type: 'gcp.bigquery.UpdateDataset',
  aliases: bigQueryNames('UpdateDataset'),
  title: 'Change a dataset of BigQuery.',
  description: 'What is not given stays as it is.',
  properties: datasetProperties,
  outputs: datasetOutputs,
  examples: [{ title: 'Describe a dataset', flow: UPDATE_FLOW, runs: false }],
  run: (context, properties) =>
    withBigQuery(context, properties, `Cannot change the dataset "${properties.name}"`, async (client) => {
      const dataset = datasetOf(client, properties.name);
      await changeDataset(dataset, datasetResource(properties));
      return describeDataset(dataset);
    }),
});
