import { randomUUID } from 'node:crypto';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { carryOut, faultOf, resourceOf } from './bigquery-jobs.ts';
import type { Configuration, Job } from './bigquery-jobs.ts';
import { fieldOf } from './bigquery-values.ts';
import type { Field } from './bigquery-values.ts';
import { duckType, quoted } from './duck-sql.ts';
import type { CreateTable, TableReference } from './duck-sql.ts';
import { parseScript } from './google-sql.ts';
import { Refusal, jsonOf, partsOfUpload } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import type { StorageStandIn } from './storage-stand-in.ts';

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
    ['POST', new RegExp(`^${PROJECT}/jobs$`), (call, project) => this.#insertJob(project, jsonOf(call))],
    ['POST', new RegExp(`^/upload${PROJECT}/jobs$`), (call, project) => this.#insertJob(project, ...partsOfUpload(call))], // prettier-ignore
    ['GET', new RegExp(`^${PROJECT}/jobs/([^/]+)$`), (_, __, id) => ({ body: resourceOf(this.#job(id)) })],
    ['POST', new RegExp(`^${PROJECT}/jobs/([^/]+)/cancel$`), (_, __, id) => this.#cancel(id)],
    ['GET', new RegExp(`^${PROJECT}/queries/([^/]+)$`), (call, _, id) => this.#results(call, id)],
  ];

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
    const drop = `DROP SCHEMA ${quoted(...path)} ${cascade}`;
    await this.#with(path[0]!, (connection) => connection.run(drop)).catch(() => {
      throw new Refusal(400, 'resourceInUse', `Dataset ${path.join(':')} is still in use`);
    });
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

  async #insertJob(projectId = '', body: Record<string, unknown>, content?: Buffer): Promise<Answer> {
    const { jobId = randomUUID(), location = 'US' } = (body['jobReference'] ?? {}) as { jobId?: string; location?: string }; // prettier-ignore
    if (this.jobs.has(jobId))
      throw new Refusal(409, 'duplicate', `Already Exists: Job ${projectId}:${location}.${jobId}`);
    const job: Job = {
      reference: { projectId, jobId, location },
      configuration: body['configuration'] as Configuration,
      state: 'RUNNING',
      statistics: { creationTime: String(Date.now()), startTime: String(Date.now()) },
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
        const created = (statement: CreateTable): void => this.#rememberCreated(job, statement);
        await carryOut(job, { connection, storage: this.#storage, content, created });
      });
    } catch (error) {
      job.fault = faultOf(error, configuration.query !== undefined);
    }
    delete job.stop;
    job.state = 'DONE';
    job.statistics['endTime'] = String(Date.now());
  }

  #rememberCreated({ reference, configuration }: Job, statement: CreateTable): void {
    const parts = statement.table.replaceAll('"', '').split('.');
    const before = [reference.projectId, configuration.query?.defaultDataset?.datasetId ?? ''];
    const path = [...before.slice(0, 3 - parts.length), ...parts];
    if (statement.ifNotExists && this.#tables.has(path.join('.'))) return;
    const [, field] = /^\s*(?:\w+\s*\(\s*)?(\w+)/.exec(statement.partitionBy ?? '') ?? [];
    const fields = statement.columns.map(({ name, googleType: type, required, description }) => {
      return {
        name,
        type,
        mode: required ? 'REQUIRED' : 'NULLABLE',
        ...(description !== undefined && { description }),
      };
    });
    this.#remember(path, {
      type: statement.external ? 'EXTERNAL' : 'TABLE',
      ...(fields.length > 0 && { schema: { fields } }),
      ...(field !== undefined && { timePartitioning: { type: 'DAY', field } }),
    });
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
