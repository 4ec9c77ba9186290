import { defineTask, fetchOutputs, fetchProperties, property, s } from '@tutti/plugin-sdk';
import { connectionProperties } from './connection-properties.ts';
import { withConnection } from './connect.ts';
import { runScript } from './run-script.ts';

const QUERY_FLOW = `id: postgres-query
namespace: company.team
inputs:
  - id: url
    type: STRING
    defaults: jdbc:postgresql://localhost:5432/postgres
tasks:
  - id: top
    type: postgres.Query
    url: "{{ inputs.url }}"
    username: postgres
    password: postgres
    sql: SELECT n, n * n AS square FROM generate_series(1, :last) AS n
    parameters:
      last: 3
    fetchType: FETCH
  - id: show
    type: core.log.Log
    message: "{{ outputs.top.size }} rows, the last is {{ outputs.top.rows | last }}"
`;

/** Properties that Query and Queries share. */
export const sqlProperties = {
  ...connectionProperties,
  sql: s.string().describe('SQL; several statements are separated by semicolons.'),
  afterSQL: s.string().optional().describe('SQL that runs afterwards, in the same transaction.'),
  parameters: property(s.record(s.json()).optional().describe('Values for `:name` in the SQL.'), { render: 'typed' }),
  ...fetchProperties,
  outputFiles: s.list(s.string()).optional().describe('Accepted; PostgreSQL writes no local files.'),
} as const;

export const query = defineTask({
  type: 'postgres.Query',
  aliases: ['io.kestra.plugin.jdbc.postgresql.Query'],
  title: 'Run SQL on PostgreSQL.',
  description: 'Of several statements the rows of the last one count. All run in one transaction.',
  properties: sqlProperties,
  outputs: fetchOutputs,
  examples: [{ title: 'Fetch rows', flow: QUERY_FLOW, runs: false }],
  run: (context, properties) =>
    withConnection(context, properties, async (client) => {
      const results = await runScript(context, client, properties, true);
      return (results.at(-1) ?? {}) as Record<string, never>;
    }),
});
