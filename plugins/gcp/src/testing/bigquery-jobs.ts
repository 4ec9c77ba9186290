import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import { cellOf, fieldOf } from './bigquery-values.ts';
import type { Field } from './bigquery-values.ts';
import { duckType, intoTable, listOf, quoted, quotedTable, sqlOf } from './duck-sql.ts';
import type { CreateTable, TableReference } from './duck-sql.ts';
import { parseScript } from './google-sql.ts';
import type { Statement } from './google-sql.ts';
import { Refusal } from './http.ts';
import type { StorageStandIn } from './storage-stand-in.ts';

/** What a job is to do, as far as the stand-in can. */
export interface Configuration {
  readonly query?: QueryConfiguration;
  readonly load?: LoadConfiguration;
  readonly extract?: ExtractConfiguration;
  readonly copy?: CopyConfiguration;
  readonly labels?: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
}

interface QueryConfiguration {
  readonly query: string;
  destinationTable?: TableReference;
  readonly writeDisposition?: string;
  readonly defaultDataset?: { readonly datasetId: string };
}

interface LoadConfiguration {
  readonly destinationTable: TableReference;
  readonly sourceUris?: readonly string[];
  readonly sourceFormat?: string;
  readonly schema?: { readonly fields: readonly Field[] };
  readonly skipLeadingRows?: number;
  readonly fieldDelimiter?: string;
  readonly writeDisposition?: string;
}

interface ExtractConfiguration {
  readonly sourceTable: TableReference;
  readonly destinationUris: readonly string[];
  readonly destinationFormat?: string;
  readonly compression?: string;
  readonly printHeader?: boolean;
  readonly fieldDelimiter?: string;
}

interface CopyConfiguration {
  readonly sourceTables: readonly TableReference[];
  readonly destinationTable: TableReference;
  readonly writeDisposition?: string;
}

/** A job, as long as the stand-in lives. */
export interface Job {
  readonly reference: { readonly projectId: string; readonly jobId: string; readonly location: string };
  readonly configuration: Configuration;
  state: 'RUNNING' | 'DONE';
  readonly statistics: Record<string, unknown>;
  fault?: { readonly reason: string; readonly message: string };
  result?: Result;
  stop?: () => void;
}

interface Result {
  readonly fields: readonly Field[];
  readonly rows: readonly unknown[];
}

/** What a job works with. */
export interface Workplace {
  readonly connection: DuckDBConnection;
  readonly storage: StorageStandIn;
  /** File that came with the request. */
  readonly content: Buffer | undefined;
  readonly created: (statement: CreateTable) => void;
}

/** Does what the configuration of a job says. */
export async function carryOut(job: Job, place: Workplace): Promise<void> {
  const { query, load, extract, copy } = job.configuration;
  if (query) await runQuery(job, query, place);
  if (load) await runLoad(job, load, place);
  if (extract) await runExtract(job, extract, place);
  if (copy) await runCopy(copy, place);
}

async function runQuery(job: Job, query: QueryConfiguration, place: Workplace): Promise<void> {
  const { connection, storage, created } = place;
  const { destinationTable, defaultDataset, writeDisposition } = query;
  const { projectId, jobId } = job.reference;
  if (defaultDataset) await connection.run(`USE ${quoted(projectId, defaultDataset.datasetId)}`);
  for (const statement of parseScript(query.query)) {
    const sql = sqlOf(statement, storage);
    if (job.configuration.dryRun === true) {
      await connection.run(`EXPLAIN ${sql}`);
      continue;
    }
    const reader = await connection.runAndReadAll(destinationTable ? intoTable(sql, destinationTable, writeDisposition) : sql); // prettier-ignore
    if (statement.kind === 'create') created(statement);
    job.result = isQuery(statement) ? resultOf(reader) : { fields: [], rows: [] };
    job.statistics['query'] = {
      statementType: typeOf(statement),
      totalBytesProcessed: '0',
      numDmlAffectedRows: String(reader.rowsChanged),
    };
  }
  if (destinationTable) job.result = resultOf(await connection.runAndReadAll(`SELECT * FROM ${quotedTable(destinationTable)}`)); // prettier-ignore
  query.destinationTable ??= { projectId, datasetId: '_anonymous', tableId: `anon_${jobId}` };
}

const isQuery = (statement: Statement): boolean =>
  statement.kind === 'plain' && /^[\s(]*(SELECT|WITH|FROM|VALUES)\b/i.test(statement.sql);

function typeOf(statement: Statement): string {
  if (statement.kind === 'plain') return /[A-Za-z]+/.exec(statement.sql)?.[0].toUpperCase() ?? '';
  if (statement.external) return 'CREATE_EXTERNAL_TABLE';
  return statement.query === undefined ? 'CREATE_TABLE' : 'CREATE_TABLE_AS_SELECT';
}

function resultOf(reader: DuckDBResultReader): Result {
  const types = reader.columnTypes();
  return {
    fields: reader.columnNames().map((name, n) => fieldOf(name, types[n]!)),
    rows: reader.getRows().map((row) => ({ f: row.map((value, n) => ({ v: cellOf(value, types[n]!) })) })),
  };
}

async function runLoad(job: Job, load: LoadConfiguration, { connection, storage, content }: Workplace): Promise<void> {
  const { sourceUris = [], destinationTable, writeDisposition } = load;
  const own = join(tmpdir(), `tutti-load-${randomUUID()}`);
  if (content) await writeFile(own, content);
  const files = content ? [own] : sourceUris.flatMap((uri) => storage.filesOf(uri));
  const query = `SELECT * FROM ${fileSource(load, listOf(sourceUris, files))}`;
  const reader = await connection.runAndReadAll(intoTable(query, destinationTable, writeDisposition));
  await rm(own, { force: true });
  job.statistics['load'] = { outputRows: String(reader.getRows()[0]?.[0] ?? 0), inputFiles: String(files.length) };
}

function fileSource(
  { sourceFormat = 'CSV', skipLeadingRows = 0, fieldDelimiter = ',', schema }: LoadConfiguration,
  files: string,
) {
  // prettier-ignore
  const types = schema?.fields.map(({ name, type }) => `'${name}': '${duckType(type)}'`).join(', ');
  const columns = types === undefined ? '' : `, columns = {${types}}`;
  if (sourceFormat === 'NEWLINE_DELIMITED_JSON') return `read_json(${files}, format = 'newline_delimited'${columns})`;
  if (sourceFormat === 'PARQUET') return `read_parquet(${files})`;
  const header = columns === '' ? `header = ${skipLeadingRows > 0}` : `header = false, auto_detect = false, quote = '"', skip = ${skipLeadingRows}`; // prettier-ignore
  return `read_csv(${files}, delim = '${fieldDelimiter}', ${header}${columns})`;
}

async function runExtract(job: Job, extract: ExtractConfiguration, { connection, storage }: Workplace): Promise<void> {
  const { sourceTable, destinationUris, destinationFormat = 'CSV', printHeader = true, fieldDelimiter = ',' } = extract;
  const file = join(tmpdir(), `tutti-extract-${randomUUID()}`);
  const csv = `FORMAT csv, HEADER ${printHeader}, DELIMITER '${fieldDelimiter}'`;
  const format = destinationFormat === 'CSV' ? csv : 'FORMAT json';
  await connection.run(`COPY (SELECT * FROM ${quotedTable(sourceTable)}) TO '${file}' (${format})`);
  const content = await readFile(file);
  await rm(file);
  for (const uri of destinationUris) {
    const [, bucket, name] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri.replace('*', '000000000000')) ?? [];
    await storage.put(bucket, name, extract.compression === 'GZIP' ? gzipSync(content) : content);
  }
  job.statistics['extract'] = { destinationUriFileCounts: destinationUris.map(() => '1') };
}

async function runCopy(copy: CopyConfiguration, { connection }: Workplace): Promise<void> {
  const rows = copy.sourceTables.map((table) => `SELECT * FROM ${quotedTable(table)}`).join(' UNION ALL ');
  await connection.run(intoTable(rows, copy.destinationTable, copy.writeDisposition));
}

/** What DuckDB says, as BigQuery would. */
export function faultOf(error: unknown, isSql: boolean): NonNullable<Job['fault']> {
  if (error instanceof Refusal) return { reason: error.reason, message: error.message };
  const text = error instanceof Error ? error.message : String(error);
  const [first = ''] = text.split('\n');
  if (/INTERRUPT/i.test(text)) return { reason: 'stopped', message: 'Job execution was cancelled: User requested cancellation' }; // prettier-ignore
  if (/does not exist/i.test(text)) return { reason: 'notFound', message: `Not found: ${first}` };
  if (/already exists/i.test(text)) return { reason: 'duplicate', message: `Already Exists: ${first}` };
  const [, line = '1'] = /LINE (\d+):/.exec(text) ?? [];
  return isSql ? { reason: 'invalidQuery', message: `${first} at [${line}:1]` } : { reason: 'invalid', message: first };
}

/** The job as the API gives it. */
export const resourceOf = ({ reference, configuration, state, statistics, fault }: Job): object => ({
  kind: 'bigquery#job',
  jobReference: reference,
  configuration,
  statistics,
  status: { state, ...(fault && { errorResult: fault, errors: [fault] }) },
  user_email: 'local-stand-in',
});
