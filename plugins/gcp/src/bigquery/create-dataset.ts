import type { Dataset } from '@google-cloud/bigquery';
import { defineTask, s } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { datasetOutputs, datasetProperties, datasetResource, describeDataset } from './dataset-properties.ts';
import { datasetOf } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const CREATE_FLOW = `id: bigquery-create-dataset
namespace: company.team
tasks:
  - id: dataset
    type: gcp.bigquery.CreateDataset
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    projectId: "{{ kv('GCP_PROJECT_ID') }}"
    name: "{{ kv('GCP_DATASET') }}"
    location: "{{ kv('GCP_LOCATION') }}"
    ifExists: SKIP
`;

export const createDataset = defineTask({
  type: 'gcp.bigquery.CreateDataset',
  aliases: bigQueryNames('CreateDataset'),
  title: 'Create a dataset in BigQuery.',
  properties: {
    ...datasetProperties,
    ifExists: s
      .enum(['ERROR', 'UPDATE', 'SKIP'])
      .default('ERROR')
      .describe('What to do about a dataset that is there.'),
  },
  outputs: datasetOutputs,
  examples: [{ title: 'Create a dataset unless it is there', flow: CREATE_FLOW, runs: false }],
  run: (context, properties) =>
    withBigQuery(context, properties, `Cannot create the dataset "${properties.name}"`, async (client) => {
      const { name, ifExists } = properties;
      const resource = datasetResource(properties);
      const dataset = datasetOf(client, name);
      if (ifExists === 'ERROR' || !(await isThere(dataset))) {
        const [created] = await dataset.create(resource);
        return describeDataset(created);
      }
      if (ifExists === 'UPDATE') await changeDataset(dataset, resource);
      context.log.info(`The dataset "${name}" is there already.`);
      return describeDataset(dataset);
    }),
});

/** Changes what can be changed. */
export async function changeDataset(dataset: Dataset, resource: ReturnType<typeof datasetResource>): Promise<void> {
  const { location: _, ...changes } = resource;
  const [metadata] = await dataset.setMetadata(changes);
  dataset.metadata = metadata;
}

/** Fetches the description, if there is one. */
async function isThere(dataset: Dataset): Promise<boolean> {
  try {
    await dataset.getMetadata();
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 404) return false;
    throw error;
  }
}
