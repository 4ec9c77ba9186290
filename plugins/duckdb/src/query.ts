import { defineTask, fetchOutputs } from '@tutti/plugin-sdk';
import { duckdbProperties, fileOutputs } from './duckdb-properties.ts';
import { runScript } from './run-script.ts';

const QUERY_FLOW = `id: duckdb-query
namespace: company.team
tasks:
  - id: file
    type: core.storage.Write
    extension: .csv
    content: |
      city,rides
      Rome,3
      Oslo,5
  - id: total
    type: duckdb.Query
    inputFiles:
      rides.csv: "{{ outputs.file.uri }}"
    sql: |
      INSTALL json; LOAD json;
      SELECT city, rides FROM read_csv('{{ workingDir }}/rides.csv') ORDER BY rides DESC;
    fetchType: FETCH
  - id: show
    type: core.log.Log
    message: "{{ outputs.total.rows[0].city }} leads"
`;

export const query = defineTask({
  type: 'duckdb.Query',
  aliases: ['io.kestra.plugin.jdbc.duckdb.Query'],
  title: 'Run SQL in DuckDB.',
  description: 'Of several statements the rows of the last one count.',
  properties: duckdbProperties,
  outputs: { ...fetchOutputs, ...fileOutputs },
  examples: [{ title: 'Query a CSV file', flow: QUERY_FLOW }],
  async run(context, properties) {
    const { results, files } = await runScript(context, properties, true);
    return { ...(results.at(-1) as Record<string, never> | undefined), ...files };
  },
});
