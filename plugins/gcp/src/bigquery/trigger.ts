import { defineTrigger, s } from '@tutti/plugin-sdk';
import { bigQueryNames } from './bigquery-names.ts';
import { queryOutputs, queryProperties, runQuery } from './query.ts';

const TRIGGER_FLOW = `id: on-new-rows
namespace: company.team
tasks:
  - id: show
    type: core.log.Log
    message: "{{ trigger.size ?? 0 }} rows"
triggers:
  - id: rows
    type: gcp.bigquery.Trigger
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    projectId: my-project
    interval: PT5M
    sql: SELECT * FROM my_dataset.inbox
    fetchType: FETCH
`;

export const trigger = defineTrigger({
  type: 'gcp.bigquery.Trigger',
  aliases: bigQueryNames('Trigger'),
  trigger: 'poll',
  title: 'Start when a query on BigQuery gives rows.',
  properties: {
    ...queryProperties,
    fetchType: queryProperties.fetchType.removeDefault().default('FETCH').describe('Rows: the first, all as variables, or all in a stored file.'), // prettier-ignore
    interval: s.duration().default(60_000).describe('How often it asks (ISO-8601).'),
  },
  outputs: queryOutputs,
  examples: [{ title: 'Take what lies in an inbox', flow: TRIGGER_FLOW }],
  async evaluate(context, properties) {
    const result = await runQuery(context, properties);
    return (result.size ?? 0) > 0 ? result : undefined;
  },
});
