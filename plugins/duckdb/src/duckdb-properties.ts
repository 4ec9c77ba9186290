import { fetchProperties, property, s, workingFileProperties } from '@tutti/plugin-sdk';

/** What Query and Queries share. */
export const duckdbProperties = {
  url: s
    .string()
    .default('jdbc:duckdb:')
    .describe('jdbc:duckdb: for a database in memory, or jdbc:duckdb:/path/of/a.db.'),
  username: s.string().optional().describe('Accepted; DuckDB has no users.'),
  password: s.string().optional().describe('Accepted; DuckDB has no users.'),
  timeZoneId: s.string().optional().describe('Time zone of the session.'),
  sql: property(s.string().describe('SQL; several statements are separated by semicolons.'), { render: 'none' }),
  afterSQL: property(s.string().optional().describe('SQL that runs afterwards.'), { render: 'none' }),
  parameters: property(s.record(s.json()).optional().describe('Values for `:name` in the SQL.'), { render: 'typed' }),
  ...fetchProperties,
  inputFiles: workingFileProperties.inputFiles,
  outputFiles: s
    .list(s.string())
    .optional()
    .describe('Names of files that the SQL writes: `{{ outputFiles.name }}` is the path; the folder is searched too.'),
  databaseUri: s.string().optional().describe('URI of a database file to work on a copy of.'),
  outputDbFile: s.boolean().default(false).describe('Whether the database is kept as a file.'),
  communityExtensions: s.list(s.string()).optional().describe('Accepted; extensions are installed by the SQL.'),
  connectionPooling: s.boolean().optional().describe('Accepted; each task has a database of its own.'),
  connectionPoolSize: s.int().optional().describe('Accepted; each task has a database of its own.'),
} as const;

/** The properties above, parsed. */
export type DuckdbProperties = {
  readonly [Name in keyof typeof duckdbProperties]: (typeof duckdbProperties)[Name]['_zod']['output'];
};

/** What both give besides rows. */
export const fileOutputs = {
  outputFiles: s.record(s.string()).describe('URIs of the files by name.'),
  databaseUri: s.string().describe('The database, when it is kept.'),
} as const;
