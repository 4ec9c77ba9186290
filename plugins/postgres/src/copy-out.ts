import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { withConnection } from './connect.ts';
import { copyOptions, copyProperties, copyTarget } from './copy-properties.ts';
import type { CopyProperties } from './copy-properties.ts';
import { explainCopy } from './explain-copy.ts';

const COPY_FLOW = `id: postgres-copy-out
namespace: company.team
inputs:
  - id: url
    type: STRING
    defaults: jdbc:postgresql://localhost:5432/postgres
tasks:
  - id: export
    type: postgres.CopyOut
    url: "{{ inputs.url }}"
    username: postgres
    password: postgres
    sql: SELECT n, n * n AS square FROM generate_series(1, 3) AS n
    format: CSV
    header: true
  - id: show
    type: core.log.Log
    message: "{{ read(outputs.export.uri) }}"
`;

const EXTENSIONS = { TEXT: '.txt', CSV: '.csv', BINARY: '.bin' } as const;

export const copyOut = defineTask({
  type: 'postgres.CopyOut',
  aliases: ['io.kestra.plugin.jdbc.postgresql.CopyOut'],
  title: 'Store a table or a query of PostgreSQL as a file by COPY.',
  properties: {
    ...copyProperties,
    sql: s.string().optional().describe('The query, instead of a table.'),
  },
  outputs: {
    uri: s.string().describe('Where the file lies.'),
    rowCount: s.int().describe('Number of rows in it.'),
  },
  examples: [{ title: 'Export a query', flow: COPY_FLOW, runs: false }],
  run: (context, properties) =>
    withConnection(context, properties, async (client) => {
      const { to } = await import('pg-copy-streams');
      const statement = `COPY ${sourceOf(properties)} TO STDOUT ${copyOptions(properties)}`;
      const stream = client.query(to(statement));
      const stored = await context.storage
        .put(`rows${EXTENSIONS[properties.format]}`, piped(stream))
        .catch((error: unknown) => {
          throw explainCopy(error, statement);
        });
      context.counter('rows', stream.rowCount);
      return { uri: stored.uri, rowCount: stream.rowCount };
    }),
});

/** A stream that ends with the other, and fails with it. */
function piped(stream: NodeJS.ReadableStream): PassThrough {
  const through = new PassThrough();
  pipeline(stream, through).catch((error: Error) => through.destroy(error));
  return through;
}

function sourceOf({ sql, ...properties }: CopyProperties & { readonly sql?: string | undefined }): string {
  if ((sql === undefined) === (properties.table === undefined))
    throw new TaskError('COPY_UNCLEAR', 'Give either `sql` or `table`.', { retryable: false });
  return sql === undefined ? copyTarget(properties) : `(${sql.trim().replace(/;\s*$/, '')})`;
}
