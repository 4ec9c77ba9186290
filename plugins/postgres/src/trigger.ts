import { defineTrigger, fetchOutputs, s } from '@tutti/plugin-sdk';
import { withConnection } from './connect.ts';
import { sqlProperties } from './query.ts';
import { runScript } from './run-script.ts';

const TRIGGER_FLOW = `id: on-new-rows
namespace: company.team
tasks:
  - id: show
    type: core.log.Log
    message: "{{ trigger.size ?? 0 }} rows"
triggers:
  - id: rows
    type: postgres.Trigger
    url: jdbc:postgresql://localhost:5432/postgres
    username: postgres
    password: postgres
    interval: PT30S
    sql: SELECT * FROM inbox
    afterSQL: DELETE FROM inbox
`;

export const trigger = defineTrigger({
  type: 'postgres.Trigger',
  aliases: ['io.kestra.plugin.jdbc.postgresql.Trigger'],
  trigger: 'poll',
  title: 'Start when a query on PostgreSQL gives rows.',
  properties: {
    ...sqlProperties,
    fetchType: sqlProperties.fetchType.removeDefault().default('FETCH').describe('Rows: the first, all as variables, or all in a stored file.'), // prettier-ignore
    interval: s.duration().default(60_000).describe('How often it asks (ISO-8601).'),
  },
  outputs: fetchOutputs,
  examples: [{ title: 'Take what lies in an inbox', flow: TRIGGER_FLOW }],
  evaluate: (context, properties) =>
    withConnection(context, properties, async (client) => {
      const results = await runScript(context, client, properties, true);
      const last = results.at(-1);
      return (last?.size ?? 0) > 0 ? (last as Record<string, never>) : undefined;
    }),
});
