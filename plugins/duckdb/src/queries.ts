import { defineTask, s } from '@tutti/plugin-sdk';
import { duckdbProperties, fileOutputs } from './duckdb-properties.ts';
import { runScript } from './run-script.ts';

const QUERIES_FLOW = `id: duckdb-queries
namespace: company.team
tasks:
  - id: make
    type: duckdb.Queries
    sql: |
      CREATE TABLE numbers AS SELECT * FROM range(1, 4) AS r(n);
      SELECT sum(n) AS total FROM numbers;
      SELECT n FROM numbers ORDER BY n;
    fetchType: FETCH
  - id: show
    type: core.log.Log
    message: "{{ outputs.make.outputs[0].rows[0].total }} of {{ outputs.make.outputs[1].size }} rows"
`;

export const queries = defineTask({
  type: 'duckdb.Queries',
  aliases: ['io.kestra.plugin.jdbc.duckdb.Queries'],
  title: 'Run several statements of SQL in DuckDB, and take the rows of each.',
  properties: {
    ...duckdbProperties,
    transaction: s.boolean().default(true).describe('Whether all run in one transaction, undone when one fails.'),
  },
  outputs: {
    outputs: s.list(s.record(s.json())).describe('One entry for each statement that gives rows, as of duckdb.Query.'),
    ...fileOutputs,
  },
  examples: [{ title: 'Make a table and ask it twice', flow: QUERIES_FLOW }],
  async run(context, properties) {
    const { results, files } = await runScript(context, properties, properties.transaction);
    return { outputs: results as Record<string, never>[], ...files };
  },
});
