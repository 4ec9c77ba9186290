import { defineTask, s } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { bigQueryProperties } from './bigquery-properties.ts';
import { describeTable, tableMetadataOutputs } from './describe-table.ts';
import { tableOf, tableProperties } from './table-name.ts';
import { withBigQuery } from './with-bigquery.ts';

const METADATA_FLOW = `id: bigquery-table-metadata
namespace: company.team
tasks:
  - id: look
    type: gcp.bigquery.TableMetadata
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    dataset: "{{ kv('GCP_DATASET') }}"
    table: rides
  - id: show
    type: core.log.Log
    message: "{{ outputs.look.numRows }} rows"
`;

export const tableMetadata = defineTask({
  type: 'gcp.bigquery.TableMetadata',
  aliases: bigQueryNames('TableMetadata'),
  title: 'Look up a table of BigQuery.',
  properties: {
    ...bigQueryProperties,
    ...tableProperties,
    ifNotExists: s.enum(['ERROR', 'SKIP']).default('ERROR').describe('With SKIP a table that is not there gives nothing.'), // prettier-ignore
  },
  outputs: tableMetadataOutputs,
  examples: [{ title: 'Count the rows of a table', flow: METADATA_FLOW, runs: false }],
  run: (context, properties) =>
    withBigQuery(
      context,
      properties,
      `Cannot look up the table "${properties.dataset}.${properties.table}"`,
      async (client) => {
        // prettier-ignore
        try {
        const [metadata] = await tableOf(client, properties).getMetadata();
        return describeTable(metadata as object);
      } catch (error) {
        const isMissing = (error as { readonly code?: unknown }).code === 404;
        if (isMissing && properties.ifNotExists === 'SKIP') return {};
        throw error;
      }
      },
    ),
});
