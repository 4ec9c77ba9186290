import { pipeline } from 'node:stream/promises';
import { defineTask, s } from '@tutti/plugin-sdk';
import { withConnection } from './connect.ts';
import { copyOptions, copyProperties, copyTarget } from './copy-properties.ts';
import { explainCopy } from './explain-copy.ts';

const COPY_FLOW = `id: postgres-copy-in
namespace: company.team
inputs:
  - id: url
    type: STRING
    defaults: jdbc:postgresql://localhost:5432/postgres
tasks:
  - id: file
    type: core.storage.Write
    content: |
      id,name
      1,Anna
      2,Bert
    extension: .csv
  - id: load
    type: postgres.CopyIn
    url: "{{ inputs.url }}"
    username: postgres
    password: postgres
    from: "{{ outputs.file.uri }}"
    table: people
    columns: [id, name]
    format: CSV
    header: true
`;

export const copyIn = defineTask({
  type: 'postgres.CopyIn',
  aliases: ['io.kestra.plugin.jdbc.postgresql.CopyIn'],
  title: 'Load a file into a table of PostgreSQL by COPY.',
  description: 'The file is streamed. All of its rows are loaded, or none.',
  properties: {
    ...copyProperties,
    from: s.string().describe('URI of the file.'),
  },
  outputs: { rowCount: s.int().describe('Number of rows that were loaded.') },
  examples: [{ title: 'Load a CSV file', flow: COPY_FLOW, runs: false }],
  async run(context, properties) {
    const statement = `COPY ${copyTarget(properties)} FROM STDIN ${copyOptions(properties)}`;
    const file = await context.storage.get(properties.from);
    return withConnection(context, properties, async (client) => {
      const { from } = await import('pg-copy-streams');
      const stream = client.query(from(statement));
      await pipeline(file, stream).catch((error: unknown) => {
        throw explainCopy(error, statement);
      });
      context.counter('rows', stream.rowCount);
      return { rowCount: stream.rowCount };
    });
  },
});
