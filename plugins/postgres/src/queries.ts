import { defineTask, s } from '@tutti/plugin-sdk';
import { withConnection } from './connect.ts';
import { sqlProperties } from './query.ts';
import { runScript } from './run-script.ts';

const QUERIES_FLOW = `id: postgres-queries
namespace: company.team
inputs:
  - id: url
    type: STRING
    defaults: jdbc:postgresql://localhost:5432/postgres
tasks:
  - id: load
    type: postgres.Queries
    url: "{{ inputs.url }}"
    username: postgres
    password: postgres
    sql: |
      CREATE TABLE IF NOT EXISTS numbers (n int);
      INSERT INTO numbers VALUES (1), (2);
      SELECT count(*) AS total FROM numbers;
    fetchType: FETCH_ONE
  - id: show
    type: core.log.Log
    message: "{{ outputs.load.outputs[0].row.total }} rows"
`;

export const queries = defineTask({
  type: 'postgres.Queries',
  aliases: ['io.kestra.plugin.jdbc.postgresql.Queries'],
  title: 'Run several statements of SQL on PostgreSQL, and take the rows of each.',
  properties: {
    ...sqlProperties,
    transaction: s.boolean().default(true).describe('Whether all run in one transaction, undone when one fails.'),
  },
  outputs: {
    outputs: s.list(s.record(s.json())).describe('One entry for each statement that gives rows, as of postgres.Query.'),
  },
  examples: [{ title: 'Create, fill, count', flow: QUERIES_FLOW, runs: false }],
  run: (context, properties) =>
    withConnection(context, properties, async (client) => {
      const outputs = await runScript(context, client, properties, properties.transaction);
      return { outputs: outputs as Record<string, never>[] };
    }),
});
