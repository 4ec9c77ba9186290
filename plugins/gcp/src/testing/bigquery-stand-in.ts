import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { cellOf, fieldOf } from './bigquery-values.ts';
import type { Field } from './bigquery-values.ts';
import { parseScript } from './google-sql.ts';
import type { Statement } from './google-sql.ts';
import { Refusal, jsonOf, partsOfUpload } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import type { StorageStandIn } from './storage-stand-in.ts';

interface TableReference {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

interface Job {
  readonly reference: { readonly projectId: string; readonly jobId: string; readonly location: string };
  readonly configuration: Configuration;
  state: 'RUNNING' | 'DONE';
  statistics: Record<string, unknown>;
  fault?: { readonly reason: string; readonly message: string };
  result: Result | undefined;
  stop?: () => void;
}

interface Result {
  readonly fields: readonly Field[];
  readonly rows: readonly unknown[];
}

interface Configuration {
  query?: { query: string; destinationTable?: TableReference; writeDisposition?: string; createDisposition?: string; defaultDataset?: { datasetId: string } }; // prettier-ignore
  load?: { destinationTable: TableReference; sourceUris?: string[]; sourceFormat?: string; schema?: { fields: Field[] }; skipLeadingRows?: number; fieldDelimiter?: string; writeDisposition?: string; createDisposition?: string }; // prettier-ignore
  extract?: { sourceTable: TableReference; destinationUris: string[]; destinationFormat?: string; compression?: string; printHeader?: boolean; fieldDelimiter?: string }; // prettier-ignore
  copy?: { sourceTable?: TableReference; sourceTables?: TableReference[]; destinationTable: TableReference; writeDisposition?: string }; // prettier-ignore
  readonly labels?: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
}

const PROJECT = '/bigquery/v2/projects/([^/]+)';
const DATASET = `${PROJECT}/datasets/([^/]+)`;
const TABLE = `${DATASET}/tables/([^/]+)`;

/** BigQuery for tests, by its REST API over DuckDB. It has no costs, no permissions, no scripting and no geography. */
export class BigQueryStandIn {
  readonly #instance: DuckDBInstance;
  readonly #storage: StorageStandIn;
  readonly #datasets = new Map<string, Record<string, unknown>>();
  readonly #tables = new Map<string, Record<string, unknown>>();
  readonly #faults: string[] = [];
  /** All jobs that were inserted. */
  readonly jobs = new Map<string, Job>();

  private constructor(instance: DuckDBInstance, storage: StorageStandIn) {
    this.#instance = instance;
    this.#storage = storage;
  }

  static async open(storage: StorageStandIn): Promise<BigQueryStandIn> {
    return new BigQueryStandIn(await DuckDBInstance.create(':memory:'), storage);
  }

  /** The next jobs fail, one for each of these reasons. */
  failNext(...reasons: string[]): void {
    this.#faults.push(...reasons);
  }

  close(): void {
    for (const { stop } of this.jobs.values()) stop?.();
    this.#instance.closeSync();
  }

  readonly routes: readonly Route[] = [
    ['POST', new RegExp(`^${PROJECT}/datasets$`), (call, project) => this.#createDataset(call, project)],
    ['GET', new RegExp(`^${DATASET}$`), (_, ...path) => ({ body: this.#dataset(path) })],
    ['PATCH', new RegExp(`^${DATASET}$`), (call, ...path) => ({ body: Object.assign(this.#dataset(path), jsonOf(call)) })], // prettier-ignore
    ['DELETE', new RegExp(`^${DATASET}$`), (call, ...path) => this.#deleteDataset(call, path)],
    ['POST', new RegExp(`^${DATASET}/tables$`), (call, ...path) => this.#createTable(call, path)],
    ['GET', new RegExp(`^${TABLE}$`), async (_, ...path) => ({ body: await this.#table(path) })],
    ['PATCH', new RegExp(`^${TABLE}$`), async (call, ...path) => ({ body: this.#remember(path, { ...(await this.#table(path)), ...jsonOf(call) }) })], // prettier-ignore
    ['DELETE', new RegExp(`^${TABLE}$`), (_, ...path) => this.#deleteTable(path)],
    ['POST', new RegExp(`^${PROJECT}/jobs$`), (call, project) => this.#insertJob(jsonOf(call), project)],
    ['POST', new RegExp(`^/upload${PROJECT}/jobs$`), (call, project) => this.#insertJob(...partsOfUpload(call), project)], // prettier-ignore
    ['GET', new RegExp(`^${PROJECT}/jobs/([^/]+)$`), (_, __, id) => ({ body: resourceOf(this.#job(id)) })],
    ['POST', new RegExp(`^${PROJECT}/jobs/([^/]+)/cancel$`), (_, __, id) => this.#cancel(id)],
    ['GET', new RegExp(`^${PROJECT}/queries/([^/]+)$`), (call, _, id) => this.#results(call, id)],
  ] as readonly Route[];

  async #createDataset(call: Call, project = ''): Promise<Answer> {
    const resource = jsonOf(call);
    const reference = { ...(resource['datasetReference'] as { datasetId: string }), projectId: project };
    const key = `${project}.${reference.datasetId}`;
    if (this.#datasets.has(key)) throw new Refusal(409, 'duplicate', `Already Exists: Dataset ${project}:${reference.datasetId}`); // prettier-ignore
    await this.#with(project, (connection) => connection.run(`CREATE SCHEMA ${quoted(project, reference.datasetId)}`));
    const whole = { kind: 'bigquery#dataset', location: 'US', ...resource, id: `${project}:${reference.datasetId}`, datasetReference: reference, creationTime: String(Date.now()) }; // prettier-ignore
    this.#datasets.set(key, whole);
    return { body: whole };
  }

  #dataset([project = '', dataset = '']: readonly string[]): Record<string, unknown> {
    const found = this.#datasets.get(`${project}.${dataset}`);
    if (!found) throw new Refusal(404, 'notFound', `Not found: Dataset ${project}:${dataset}`);
    return found;
  }

  async #deleteDataset({ url }: Call, path: readonly string[]): Promise<Answer> {
    this.#dataset(path);
    const cascade = url.searchParams.get('deleteContents') === 'true' ? 'CASCADE' : 'RESTRICT';
    await this.#with(path[0]!, (connection) => connection.run(`DROP SCHEMA ${quoted(...path)} ${cascade}`)).catch(
      () => {
        throw new Refusal(400, 'resourceInUse', `Dataset ${path.join(':')} is still in use`);
      },
    );
    this.#datasets.delete(path.join('.'));
    return { status: 204 };
  }

  async #createTable(call: Call, [project = '', dataset = '']: readonly string[]): Promise<Answer> {
    this.#dataset([project, dataset]);
    const resource = jsonOf(call) as { tableReference: TableReference; schema?: { fields: Field[] }; view?: { query: string } }; // prettier-ignore
    const path = [project, dataset, resource.tableReference.tableId];
    const { view } = resource;
    const [query] = view ? parseScript(view.query) : [];
    const columns = resource.schema?.fields.map(({ name, type }) => `"${name}" ${duckType(type)}`) ?? ['"_" INT'];
    const sql = query?.kind === 'plain' ? `CREATE VIEW ${quoted(...path)} AS ${query.sql}` : `CREATE TABLE ${quoted(...path)} (${columns.join(', ')})`; // prettier-ignore
    await this.#with(project, (connection) => connection.run(sql)).catch((error: unknown) => {
      throw /already exists/.test(String(error)) ? new Refusal(409, 'duplicate', `Already Exists: Table ${path.join('.')}`) : error; // prettier-ignore
    });
    return { body: this.#remember(path, { ...resource, type: view ? 'VIEW' : 'TABLE' }) };
  }

  #remember(path: readonly string[], resource: object): object {
    const [projectId, datasetId, tableId] = path;
    const whole = { kind: 'bigquery#table', type: 'TABLE', creationTime: String(Date.now()), ...resource, tableReference: { projectId, datasetId, tableId } }; // prettier-ignore
    this.#tables.set(path.join('.'), whole);
    return whole;
  }

  async #table(path: readonly string[]): Promise<Record<string, unknown>> {
    this.#dataset(path);
    return this.#with(path[0]!, async (connection) => {
      const reader = await connection.runAndReadAll(`SELECT * FROM ${quoted(...path)} LIMIT 0`).catch(() => {
        this.#tables.delete(path.join('.'));
        throw new Refusal(404, 'notFound', `Not found: Table ${path[0]}:${path[1]}.${path[2]}`);
      });
      const known = this.#tables.get(path.join('.')) ?? (this.#remember(path, {}) as Record<string, unknown>);
      const count = await connection.runAndReadAll(`SELECT count(*) FROM ${quoted(...path)}`).catch(() => undefined);
      const fields = reader.columnNames().map((name, n) => fieldOf(name, reader.columnType(n)));
      return { schema: { fields }, ...known, numRows: String(count?.getRows()[0]?.[0] ?? 0) };
    });
  }

  async #deleteTable(path: readonly string[]): Promise<Answer> {
    const { type } = await this.#table(path);
    await this.#with(path[0]!, (connection) => connection.run(`DROP ${type === 'TABLE' ? 'TABLE' : 'VIEW'} ${quoted(...path)}`)); // prettier-ignore
    this.#tables.delete(path.join('.'));
    return { status: 204 };
  }

  async #insertJob(body: Record<string, unknown>, ...rest: (string | Buffer)[]): Promise<Answer> {
    const [content, projectId = ''] = rest.length === 2 ? (rest as [Buffer, string]) : [undefined, rest[0] as string];
    const { jobId = randomUUID(), location = 'US' } = (body['jobReference'] ?? {}) as { jobId?: string; location?: string }; // prettier-ignore
    if (this.jobs.has(jobId))
      throw new Refusal(409, 'duplicate', `Already Exists: Job ${projectId}:${location}.${jobId}`);
    const job: Job = {
      reference: { projectId, jobId, location },
      configuration: body['configuration'] as Configuration,
      state: 'RUNNING',
      statistics: { creationTime: String(Date.now()), startTime: String(Date.now()) },
      result: undefined,
    };
    this.jobs.set(jobId, job);
    const running = this.#run(job, content);
    // A dry run ends with the answer.
    if (job.configuration.dryRun === true) await running;
    return { body: resourceOf(job) };
  }

  async #run(job: Job, content: Buffer | undefined): Promise<void> {
    const { configuration, reference } = job;
    const fault = this.#faults.shift();
    try {
      if (fault !== undefined) throw new Refusal(400, fault, `The stand-in was told to fail with ${fault}.`);
      await this.#with(reference.projectId, async (connection) => {
        job.stop = () => connection.interrupt();
        if (configuration.query) await this.#query(connection, job, configuration.query);
        if (configuration.load) await this.#load(connection, job, configuration.load, content);
        if (configuration.extract) await this.#extract(connection, job, configuration.extract);
        if (configuration.copy) await this.#copy(connection, configuration.copy);
      });
    } catch (error) {
      job.fault = faultOf(error, configuration.query?.query);
    }
    delete job.stop;
    job.state = 'DONE';
    job.statistics['endTime'] = String(Date.now());
  }

  async #query(connection: DuckDBConnection, job: Job, query: NonNullable<Configuration['query']>): Promise<void> {
    const { projectId } = job.reference;
    if (query.defaultDataset) await connection.run(`USE ${quoted(projectId, query.defaultDataset.datasetId)}`);
    const { destinationTable } = query;
    for (const statement of parseScript(query.query)) {
      if (job.configuration.dryRun === true) {
        await connection.run(`EXPLAIN ${sqlOf(statement, this.#storage)}`);
        continue;
      }
      const sql = destinationTable ? intoTable(sqlOf(statement, this.#storage), destinationTable, query) : sqlOf(statement, this.#storage); // prettier-ignore
      const reader = await connection.runAndReadAll(sql);
      if (statement.kind === 'create') this.#rememberCreated(projectId, query.defaultDataset?.datasetId, statement);
      const isQuery = statement.kind === 'plain' && /^[\s(]*(SELECT|WITH|FROM|VALUES)\b/i.test(statement.sql);
      const types = reader.columnTypes();
      job.result = isQuery && !destinationTable ? { fields: reader.columnNames().map((name, n) => fieldOf(name, types[n]!)), rows: reader.getRows().map((row) => ({ f: row.map((value, n) => ({ v: cellOf(value, types[n]!) })) })) } : { fields: [], rows: [] }; // prettier-ignore
      const type = statement.kind === 'create' ? `CREATE_${statement.external ? 'EXTERNAL_' : ''}TABLE${statement.query ? '_AS_SELECT' : ''}` : (/[A-Za-z]+/.exec(statement.sql)?.[0].toUpperCase() ?? ''); // prettier-ignore
      job.statistics['query'] = { statementType: type, totalBytesProcessed: '0', totalBytesBilled: '0', numDmlAffectedRows: String(reader.rowsChanged), cacheHit: false }; // prettier-ignore
    }
    if (destinationTable) job.result = await this.#all(connection, destinationTable);
    query.destinationTable ??= { projectId, datasetId: '_anonymous', tableId: `anon${job.reference.jobId}` };
  }

  async #all(connection: DuckDBConnection, table: TableReference): Promise<Result> {
    const reader = await connection.runAndReadAll(`SELECT * FROM ${quotedTable(table)}`);
    const types = reader.columnTypes();
    return {
      fields: reader.columnNames().map((name, n) => fieldOf(name, types[n]!)),
      rows: reader.getRows().map((row) => ({ f: row.map((value, n) => ({ v: cellOf(value, types[n]!) })) })),
    };
  }

  #rememberCreated(project: string, dataset: string | undefined, statement: Extract<Statement, { kind: 'create' }>) {
    const parts = statement.table.replaceAll('"', '').split('.');
    const path = parts.length === 3 ? parts : parts.length === 2 ? [project, ...parts] : [project, dataset ?? '', ...parts]; // prettier-ignore
    if (statement.ifNotExists && this.#tables.has(path.join('.'))) return;
    const [, field] = /^\s*(?:DATE|TIMESTAMP_TRUNC|DATE_TRUNC)?\s*\(?\s*(\w+)/i.exec(statement.partitionBy ?? '') ?? [];
    this.#remember(path, {
      type: statement.external ? 'EXTERNAL' : 'TABLE',
      ...(statement.columns.length > 0 && {
        schema: {
          fields: statement.columns.map(({ name, googleType, required, description }) => ({ name, type: googleType, mode: required ? 'REQUIRED' : 'NULLABLE', ...(description !== undefined && { description }) })), // prettier-ignore
        },
      }),
      ...(field !== undefined && { timePartitioning: { type: 'DAY', field } }),
    });
  }

  async #load(connection: DuckDBConnection, job: Job, load: NonNullable<Configuration['load']>, content?: Buffer) {
    const { sourceUris = [], sourceFormat = 'CSV', skipLeadingRows = 0, fieldDelimiter = ',', schema } = load;
    const own = content && join(tmpdir(), `tutti-load-${randomUUID()}`);
    if (own !== undefined && content) await writeFile(own, content);
    const files = own === undefined ? sourceUris.flatMap((uri) => this.#storage.filesOf(uri)) : [own];
    if (files.length === 0) throw new Refusal(404, 'notFound', `Not found: URI ${sourceUris.join(', ')}`);
    const list = `[${files.map((file) => `'${file}'`).join(', ')}]`;
    const columns = schema && `, columns = {${schema.fields.map(({ name, type }) => `'${name}': '${duckType(type)}'`).join(', ')}}`; // prettier-ignore
    const source =
      sourceFormat === 'NEWLINE_DELIMITED_JSON' ? `read_json(${list}, format = 'newline_delimited'${columns ?? ''})` :
      sourceFormat === 'PARQUET' ? `read_parquet(${list})` :
      `read_csv(${list}, delim = '${fieldDelimiter}', ${columns ? `header = false, auto_detect = false, quote = '"', skip = ${skipLeadingRows}${columns}` : `header = ${skipLeadingRows > 0}`})`; // prettier-ignore
    const reader = await connection.runAndReadAll(intoTable(`SELECT * FROM ${source}`, load.destinationTable, load));
    job.statistics['load'] = { outputRows: String(reader.getRows()[0]?.[0] ?? reader.rowsChanged), inputFiles: String(files.length), outputBytes: '0', inputFileBytes: '0', badRecords: '0' }; // prettier-ignore
    if (own !== undefined) await rm(own, { force: true });
  }

  async #extract(connection: DuckDBConnection, job: Job, extract: NonNullable<Configuration['extract']>) {
    const { sourceTable, destinationUris, destinationFormat = 'CSV', compression, printHeader = true, fieldDelimiter = ',' } = extract; // prettier-ignore
    const file = join(tmpdir(), `tutti-extract-${randomUUID()}`);
    const format = destinationFormat === 'CSV' ? `FORMAT csv, HEADER ${printHeader}, DELIMITER '${fieldDelimiter}'` : 'FORMAT json'; // prettier-ignore
    await connection.run(`COPY (SELECT * FROM ${quotedTable(sourceTable)}) TO '${file}' (${format})`);
    const content = await readFile(file);
    await rm(file);
    for (const uri of destinationUris) {
      const [, bucket, name] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
      await this.#storage.put(bucket, name?.replace('*', '000000000000'), compression === 'GZIP' ? gzipSync(content) : content); // prettier-ignore
    }
    job.statistics['extract'] = { destinationUriFileCounts: destinationUris.map(() => '1') };
  }

  async #copy(connection: DuckDBConnection, copy: NonNullable<Configuration['copy']>): Promise<void> {
    const sources = copy.sourceTables ?? [copy.sourceTable!];
    const sql = sources.map((table) => `SELECT * FROM ${quotedTable(table)}`).join(' UNION ALL ');
    await connection.run(intoTable(sql, copy.destinationTable, copy));
  }

  #job(id = ''): Job {
    const job = this.jobs.get(id);
    if (!job) throw new Refusal(404, 'notFound', `Not found: Job ${id}`);
    return job;
  }

  #cancel(id = ''): Answer {
    const job = this.#job(id);
    job.stop?.();
    return { body: { kind: 'bigquery#jobCancelResponse', job: resourceOf(job) } };
  }

  #results({ url }: Call, id = ''): Answer {
    const job = this.#job(id);
    const { result } = job;
    if (job.fault) throw new Refusal(400, job.fault.reason, job.fault.message);
    if (!result) return { body: { jobComplete: false, jobReference: job.reference } };
    const from = Number(url.searchParams.get('pageToken') ?? 0);
    const to = from + Number(url.searchParams.get('maxResults') ?? result.rows.length);
    return {
      body: {
        jobComplete: true,
        jobReference: job.reference,
        schema: { fields: result.fields },
        totalRows: String(result.rows.length),
        rows: result.rows.slice(from, to),
        ...(to < result.rows.length && { pageToken: String(to) }),
      },
    };
  }

  async #with<T>(project: string, use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      await connection.run(`ATTACH IF NOT EXISTS ':memory:' AS "${project}"; USE "${project}"; SET TimeZone = 'UTC'`);
      await connection.run('CREATE OR REPLACE TEMP MACRO md5_bytes(text) AS unhex(md5(text))');
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  }
}

const resourceOf = ({ reference, configuration, state, statistics, fault }: Job): object => ({
  kind: 'bigquery#job',
  jobReference: reference,
  configuration,
  statistics,
  status: { state, ...(fault && { errorResult: fault, errors: [fault] }) },
  user_email: 'local-stand-in',
});

const quoted = (...path: string[]): string => path.map((part) => `"${part}"`).join('.');
const quotedTable = ({ projectId, datasetId, tableId }: TableReference): string => quoted(projectId, datasetId, tableId.split('$')[0]!); // prettier-ignore

const DUCK_TYPES: Readonly<Record<string, string>> = { STRING: 'VARCHAR', INT64: 'BIGINT', INTEGER: 'BIGINT', FLOAT: 'DOUBLE', FLOAT64: 'DOUBLE', NUMERIC: 'DECIMAL(38,9)', BYTES: 'BLOB', TIMESTAMP: 'TIMESTAMPTZ', DATETIME: 'TIMESTAMP', BOOL: 'BOOLEAN' }; // prettier-ignore
const duckType = (type: string): string => DUCK_TYPES[type.toUpperCase()] ?? type;

function sqlOf(statement: Statement, storage: StorageStandIn): string {
  if (statement.kind === 'plain') return statement.sql;
  const { table, replace, ifNotExists, columns, query, options } = statement;
  const create = (kind: string): string => `CREATE ${replace ? 'OR REPLACE ' : ''}${kind} ${ifNotExists ? 'IF NOT EXISTS ' : ''}${table}`; // prettier-ignore
  if (statement.external) return `${create('VIEW')} AS SELECT * FROM ${externalSource(columns, options, storage)}`;
  if (query !== undefined) return `${create('TABLE')} AS ${query}`;
  return `${create('TABLE')} (${columns.map(({ name, type, required }) => `"${name}" ${type}${required ? ' NOT NULL' : ''}`).join(', ')})`; // prettier-ignore
}

type Columns = Extract<Statement, { kind: 'create' }>['columns'];

function externalSource(columns: Columns, options: Readonly<Record<string, unknown>>, storage: StorageStandIn): string {
  const uris = options['uris'] as readonly string[];
  const files = uris.flatMap((uri) => storage.filesOf(uri)).map((file) => `'${file}'`);
  if (files.length === 0) throw new Refusal(404, 'notFound', `Not found: URI ${uris.join(', ')}`);
  const types = columns.map(({ name, type }) => `'${name}': '${type}'`).join(', ');
  const lenient = options['ignore_unknown_values'] === true ? ', null_padding = true, strict_mode = false' : '';
  return `read_csv([${files.join(', ')}], auto_detect = false, header = false, delim = ',', quote = '"', skip = ${Number(options['skip_leading_rows'] ?? 0)}, columns = {${types}}${lenient})`; // prettier-ignore
}

/** A query whose rows go into a table. */
function intoTable(
  query: string,
  table: TableReference,
  { writeDisposition = 'WRITE_APPEND' }: { readonly writeDisposition?: string },
): string {
  // prettier-ignore
  const name = quotedTable(table);
  if (writeDisposition.startsWith('WRITE_TRUNCATE')) return `CREATE OR REPLACE TABLE ${name} AS ${query}`;
  if (writeDisposition === 'WRITE_EMPTY') return `CREATE TABLE ${name} AS ${query}`;
  return `CREATE TABLE IF NOT EXISTS ${name} AS SELECT * FROM (${query}) LIMIT 0; INSERT INTO ${name} ${query}`;
}

/** What DuckDB says, as BigQuery would. */
function faultOf(error: unknown, sql = ''): { reason: string; message: string } {
  if (error instanceof Refusal) return { reason: error.reason, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  if (/INTERRUPT/i.test(message)) return { reason: 'stopped', message: 'Job execution was cancelled: User requested cancellation' }; // prettier-ignore
  if (/does not exist/i.test(message)) return { reason: 'notFound', message: `Not found: ${message.split('\n')[0]}` };
  if (/already exists/i.test(message)) return { reason: 'duplicate', message: `Already Exists: ${message.split('\n')[0]}` }; // prettier-ignore
  const [, line = '1'] = /LINE (\d+):/.exec(message) ?? [];
  const at = sql === '' ? '' : ` at [${line}:1]`;
  return { reason: sql === '' ? 'invalid' : 'invalidQuery', message: `${message.split('\n')[0]}${at}` };
}
