import type { Statement } from './google-sql.ts';
import { Refusal } from './http.ts';
import type { StorageStandIn } from './storage-stand-in.ts';

/** A table as the REST API names it. */
export interface TableReference {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

/** A statement that creates a table. */
export type CreateTable = Extract<Statement, { kind: 'create' }>;

/** A name with its parts quoted. */
export const quoted = (...path: string[]): string => path.map((part) => `"${part}"`).join('.');

/** A table without the partition that may follow its name. */
export const quotedTable = ({ projectId, datasetId, tableId }: TableReference): string =>
  quoted(projectId, datasetId, tableId.replace(/\$.*/, ''));

const DUCK_TYPES: Readonly<Record<string, string>> = {
  STRING: 'VARCHAR',
  INT64: 'BIGINT',
  INTEGER: 'BIGINT',
  FLOAT: 'DOUBLE',
  FLOAT64: 'DOUBLE',
  NUMERIC: 'DECIMAL(38,9)',
  BYTES: 'BLOB',
  TIMESTAMP: 'TIMESTAMPTZ',
  DATETIME: 'TIMESTAMP',
  BOOL: 'BOOLEAN',
};

/** DuckDB's name for a type of a schema. */
export const duckType = (type: string): string => DUCK_TYPES[type.toUpperCase()] ?? type;

/** A list for the functions of DuckDB that read files. */
export function listOf(uris: readonly string[], files: readonly string[]): string {
  if (files.length === 0) throw new Refusal(404, 'notFound', `Not found: URI ${uris.join(', ')}`);
  return `[${files.map((file) => `'${file}'`).join(', ')}]`;
}

/** A statement for DuckDB; an external table becomes a view over the files that are there now. */
export function sqlOf(statement: Statement, storage: StorageStandIn): string {
  if (statement.kind === 'plain') return statement.sql;
  const { replace, ifNotExists, external, table, columns, query } = statement;
  const kind = `${replace ? 'OR REPLACE ' : ''}${external ? 'VIEW' : 'TABLE'} ${ifNotExists ? 'IF NOT EXISTS ' : ''}`;
  const head = `CREATE ${kind}${table}`;
  if (external) return `${head} AS SELECT * FROM ${externalSource(statement, storage)}`;
  if (query !== undefined) return `${head} AS ${query}`;
  const described = columns.map(({ name, type, required }) => `"${name}" ${type}${required ? ' NOT NULL' : ''}`);
  return `${head} (${described.join(', ')})`;
}

function externalSource({ columns, options }: CreateTable, storage: StorageStandIn): string {
  const uris = options['uris'] as readonly string[];
  const files = uris.flatMap((uri) => storage.filesOf(uri));
  const settings = [
    `auto_detect = false, header = false, delim = ',', quote = '"'`,
    `skip = ${Number(options['skip_leading_rows'] ?? 0)}`,
    `columns = {${columns.map(({ name, type }) => `'${name}': '${type}'`).join(', ')}}`,
    ...(options['ignore_unknown_values'] === true ? ['null_padding = true, strict_mode = false'] : []),
  ];
  return `read_csv(${listOf(uris, files)}, ${settings.join(', ')})`;
}

/** A query whose rows go into a table. */
export function intoTable(query: string, table: TableReference, writeDisposition = 'WRITE_APPEND'): string {
  const name = quotedTable(table);
  if (writeDisposition.startsWith('WRITE_TRUNCATE')) return `CREATE OR REPLACE TABLE ${name} AS ${query}`;
  if (writeDisposition === 'WRITE_EMPTY') return `CREATE TABLE ${name} AS ${query}`;
  return `CREATE TABLE IF NOT EXISTS ${name} AS SELECT * FROM (${query}) LIMIT 0; INSERT INTO ${name} ${query}`;
}
