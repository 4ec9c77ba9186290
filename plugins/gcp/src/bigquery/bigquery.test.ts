import type { JsonMap } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions } from '@tutti/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBucket } from '../gcs/create-bucket.ts';
import { GoogleCloudStandIn } from '../testing/index.ts';
import { copyTable } from './copy.ts';
import { createDataset } from './create-dataset.ts';
import { createTable } from './create-table.ts';
import { deleteDataset } from './delete-dataset.ts';
import { deleteTable } from './delete-table.ts';
import { extractToGcs } from './extract-to-gcs.ts';
import { loadFromGcs } from './load-from-gcs.ts';
import { load } from './load.ts';
import { query } from './query.ts';
import { tableMetadata } from './table-metadata.ts';
import { updateDataset } from './update-dataset.ts';
import { updateTable } from './update-table.ts';

let cloud: GoogleCloudStandIn;
beforeAll(async () => {
  cloud = await GoogleCloudStandIn.start();
  await run(createBucket, { name: 'lake' });
});
afterAll(async () => {
  await cloud.stop();
  await removeTestFolders();
});

let runs = 0;
const run = (task: unknown, properties: JsonMap, options: RunTaskOptions = {}) => {
  // Each run is an attempt of its own.
  const taskRun = { id: 'e1-1', taskId: 'task', attempt: 1, attemptId: `e1-1-${++runs}` };
  const context = { taskRun, ...options.context };
  return runTask(task, { endpoint: cloud.endpoint, projectId: 'p', ...properties }, { ...options, context });
};
const ask = (sql: string, properties: JsonMap = {}, options: RunTaskOptions = {}) => run(query, { sql, ...properties }, options); // prettier-ignore

let datasets = 0;
let dataset: string;
beforeEach(async () => {
  dataset = `d${++datasets}`;
  await run(createDataset, { name: dataset });
});

describe('a query', () => {
  const THREE = 'SELECT n FROM UNNEST([1, 2, 3]) AS t(n) ORDER BY n';

  it('gives what its fetch type says', async () => {
    const always = { jobId: expect.any(String) as string, destinationTable: expect.objectContaining({ project: 'p' }) as object }; // prettier-ignore
    expect((await ask(THREE)).outputs).toEqual(always);
    expect((await ask(THREE, { fetchOne: true })).outputs).toEqual({ ...always, row: { n: 1 }, size: 1 });
    const rows = [{ n: 1 }, { n: 2 }, { n: 3 }];
    expect((await ask(THREE, { fetchType: 'FETCH' })).outputs).toEqual({ ...always, rows, size: 3 });
    const { outputs, read, metrics } = await ask(THREE, { store: true });
    expect(await read(outputs['uri'])).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
    expect(metrics).toContain('counter fetch.size 3');
  });

  it('reads page by page', async () => {
    const sql = 'SELECT n FROM range(0, 25) AS t(n) ORDER BY n';
    const before = cloud.requests.length;
    const { outputs } = await ask(sql, { fetch: true, maxResults: 10 });
    expect((outputs['rows'] as { n: number }[]).map(({ n }) => n)).toEqual(Array.from({ length: 25 }, (_, n) => n));
    const pages = cloud.requests.slice(before).filter((line) => line.includes('/queries/'));
    expect(pages).toHaveLength(3);
  });

  it('without rows says so', async () => {
    expect((await ask('SELECT 1 AS n WHERE false', { fetchOne: true })).outputs).toMatchObject({ size: 0 });
    const stored = await ask('SELECT 1 AS n WHERE false', { fetchType: 'STORE' });
    expect(await stored.read(stored.outputs['uri'])).toBe('');
  });

  it('reads values of every common type as JSON', async () => {
    const { outputs } = await ask(
      `SELECT true AS b, 5 AS i, 9007199254740993 AS big, CAST(1.50 AS NUMERIC) AS num, CAST(0.1 AS FLOAT64) AS f,
        DATE '2024-02-29' AS d, TIMESTAMP '2024-01-02 03:04:05.6+00' AS ts, CAST('2024-01-02 03:04:05' AS DATETIME) AS dt,
        MD5("a") AS hash, NULL AS nothing, 'it\\'s' || "x" AS t, [1, 2] AS list, {'a': 1, 'b': {'c': ['x']}} AS struct`, // prettier-ignore
      { fetchType: 'FETCH_ONE' },
    );
    expect(outputs['row']).toEqual({
      b: true,
      i: 5,
      big: '9007199254740993',
      num: 1.5,
      f: 0.1,
      d: '2024-02-29',
      ts: '2024-01-02T03:04:05.6Z',
      dt: '2024-01-02T03:04:05',
      hash: 'DMF1ucDxtqgxw5niaXcmYQ==',
      nothing: null,
      t: "it'sx",
      list: [1, 2],
      struct: { a: 1, b: { c: ['x'] } },
    });
  });

  it('of several statements gives the last rows', async () => {
    const { outputs } = await ask(
      `CREATE TABLE ${dataset}.t (n INT64); -- a table; of numbers
       INSERT INTO ${dataset}.t VALUES (1), (2);
       SELECT SUM(n) AS total FROM ${dataset}.t;`,
      { fetchOne: true },
    );
    expect(outputs['row']).toEqual({ total: 3 });
  });

  it('writes into a table as its dispositions say', async () => {
    const destinationTable = `p.${dataset}.t`;
    const { outputs } = await ask('SELECT 1 AS n', { destinationTable });
    expect(outputs['destinationTable']).toEqual({ project: 'p', dataset, table: 't' });
    await ask('SELECT 2 AS n', { destinationTable: `${dataset}.t`, writeDisposition: 'WRITE_APPEND' });
    expect(await valuesOf('t')).toEqual([1, 2]);
    await ask('SELECT 3 AS n', { destinationTable, writeDisposition: 'WRITE_TRUNCATE' });
    expect(await valuesOf('t')).toEqual([3]);
    await expect(ask('SELECT 4 AS n', { destinationTable, writeDisposition: 'WRITE_EMPTY' })).rejects.toMatchObject({ code: 'GCP_REFUSED', message: expect.stringContaining('(duplicate)') as string }); // prettier-ignore
  });

  it('finds tables of its default dataset', async () => {
    await ask('SELECT 7 AS n', { destinationTable: `${dataset}.t` });
    for (const defaultDataset of [dataset, `p.${dataset}`])
      expect((await ask('SELECT n FROM t', { defaultDataset, fetchOne: true })).outputs['row']).toEqual({ n: 7 });
  });

  it('sends what it was told, and who asks', async () => {
    const { outputs } = await ask('SELECT 1', {
      labels: { team: 'data' },
      priority: 'BATCH',
      useQueryCache: false,
      maximumBytesBilled: 1_000_000,
      legacySql: true,
      jobTimeout: 'PT1M',
      clusteringFields: ['a'],
      timePartitioningField: 'day',
      rangePartitioningField: 'n',
      rangePartitioningStart: 0,
      rangePartitioningEnd: 100,
      rangePartitioningInterval: 10,
      schemaUpdateOptions: ['ALLOW_FIELD_ADDITION'],
    });
    expect(cloud.bigquery.jobs.get(String(outputs['jobId']))?.configuration).toMatchObject({
      labels: { team: 'data', tutti_flow: 'test', tutti_namespace: 'company-team', tutti_execution: 'e1' },
      jobTimeoutMs: '60000',
      query: {
        useLegacySql: true,
        flattenResults: true,
        priority: 'BATCH',
        useQueryCache: false,
        maximumBytesBilled: '1000000',
        clustering: { fields: ['a'] },
        timePartitioning: { type: 'DAY', field: 'day' },
        rangePartitioning: { field: 'n', range: { start: '0', end: '100', interval: '10' } },
        schemaUpdateOptions: ['ALLOW_FIELD_ADDITION'],
      },
    });
  });

  it('that is only tried changes nothing', async () => {
    const { outputs, log } = await ask(`CREATE TABLE ${dataset}.t (n INT64)`, { dryRun: true, fetch: true });
    expect(outputs).toEqual({ jobId: expect.any(String) as string });
    expect(log.join()).toContain('bytes would be read');
    await expect(valuesOf('t')).rejects.toThrow('Not found');
    await expect(ask('SELEC 1', { dryRun: true })).rejects.toMatchObject({ code: 'SQL_FAILED' });
  });

  it('points at the line of a fault', () =>
    expect(ask('SELECT 1;\n\nSELECT nope')).rejects.toMatchObject({
      code: 'SQL_FAILED',
      message: expect.stringMatching(/at \[3:1\] \(line 3 of the SQL: SELECT nope\)$/) as string,
      retryable: false,
    }));

  it('says which table is not there', () =>
    expect(ask(`SELECT * FROM \`p.${dataset}.nope\``)).rejects.toMatchObject({
      code: 'GCP_REFUSED',
      message: expect.stringMatching(/^The query failed: Not found: .*\(notFound\)$/) as string,
      hint: expect.any(String) as string,
    }));

  it.each(['', '  \n'])('without SQL is refused', (sql) =>
    expect(ask(sql)).rejects.toMatchObject({ code: 'SQL_EMPTY' }),
  );

  it.each(['t', 'a.b.c.d`', 'a..b'])('refuses the table name %s', (destinationTable) =>
    expect(ask('SELECT 1', { destinationTable })).rejects.toMatchObject({ code: 'BIGQUERY_NAME_INVALID' }),
  );
});

describe('a job', () => {
  const retryAuto = { type: 'constant', interval: 'PT0.001S', maxAttempts: 3 };

  it('is run again after a fault that passes', async () => {
    cloud.bigquery.failNext('rateLimitExceeded', 'backendError');
    const { outputs, log } = await ask('SELECT 1 AS n', { fetchOne: true, retryAuto });
    expect(outputs['row']).toEqual({ n: 1 });
    expect(log.filter((line) => line.startsWith('WARN'))).toEqual([
      expect.stringContaining('(rateLimitExceeded). It is run again in 0.001 s.') as string,
      expect.stringContaining('(backendError)') as string,
    ]);
  });

  it('fails when that goes on, and may be tried by the task again', async () => {
    cloud.bigquery.failNext('backendError', 'backendError', 'backendError');
    await expect(ask('SELECT 1', { retryAuto })).rejects.toMatchObject({ code: 'GCP_REFUSED', retryable: true });
  });

  it('is not run again after any other fault', async () => {
    cloud.bigquery.failNext('accessDenied');
    await expect(ask('SELECT 1', { retryAuto })).rejects.toMatchObject({
      retryable: false,
      hint: expect.stringContaining('role') as string,
    });
    cloud.bigquery.failNext('quotaExceeded');
    expect((await ask('SELECT 1', { retryAuto, retryReasons: ['quotaExceeded'] })).state).toBe('SUCCESS');
  });

  it('that an attempt began is found when the attempt comes again', async () => {
    const taskRun = { id: 'r', taskId: 't', attempt: 1, attemptId: 'again' };
    const insert = `INSERT INTO ${dataset}.t VALUES (1)`;
    await ask(`CREATE TABLE ${dataset}.t (n INT64)`);
    await ask(insert, {}, { context: { taskRun } });
    await ask(insert, {}, { context: { taskRun } });
    expect(await valuesOf('t')).toEqual([1]);
  });

  it('is cancelled when the task is stopped', async () => {
    const abort = new AbortController();
    const taskRun = { id: 'r', taskId: 't', attempt: 1, attemptId: 'stopped' };
    const endless = 'SELECT COUNT(*) FROM range(100000000000) a, range(1000) b';
    const running = ask(endless, {}, { context: { signal: abort.signal, taskRun } });
    const failing = expect(running).rejects.toThrow();
    await vi.waitUntil(() => cloud.bigquery.jobs.get('tutti_test_stopped'));
    abort.abort();
    await failing;
    await vi.waitUntil(() => cloud.bigquery.jobs.get('tutti_test_stopped')?.state === 'DONE');
    expect(cloud.bigquery.jobs.get('tutti_test_stopped')?.fault?.reason).toBe('stopped');
  });
});

describe('a dataset', () => {
  it('is created as described', async () => {
    const { outputs } = await run(createDataset, {
      name: 'described',
      location: 'EU',
      friendlyName: 'Trips',
      description: 'Taxi',
      defaultTableLifetime: 3_600_000,
    });
    expect(outputs).toEqual({ project: 'p', dataset: 'described', friendlyName: 'Trips', description: 'Taxi', location: 'EU' }); // prettier-ignore
  });

  it('that is there is refused, left alone or changed, as wished', async () => {
    await expect(run(createDataset, { name: dataset })).rejects.toMatchObject({
      code: 'GCP_REFUSED',
      message: expect.stringContaining('(duplicate)') as string,
    });
    const skipped = await run(createDataset, { name: dataset, description: 'x', ifExists: 'SKIP' });
    expect(skipped.outputs).toEqual({ project: 'p', dataset, location: 'US' });
    const updated = await run(createDataset, { name: dataset, description: 'x', ifExists: 'UPDATE' });
    expect(updated.outputs).toMatchObject({ description: 'x' });
  });

  it('is changed, and deleted with its tables only when wished', async () => {
    expect((await run(updateDataset, { name: dataset, description: 'y' })).outputs).toMatchObject({ description: 'y' });
    await ask(`CREATE TABLE ${dataset}.t (n INT64)`);
    await expect(run(deleteDataset, { name: dataset })).rejects.toMatchObject({ code: 'GCP_REFUSED' });
    expect((await run(deleteDataset, { name: dataset, deleteContents: true })).outputs).toEqual({ dataset });
    await expect(run(updateDataset, { name: dataset })).rejects.toThrow('(notFound)');
  });
});

describe('a table', () => {
  const tableDefinition = {
    type: 'TABLE',
    schema: { fields: [{ name: 'day', type: 'DATE', mode: 'REQUIRED' }, { name: 'rides', type: 'INT64' }] },
    standardTableDefinition: { timePartitioning: { type: 'MONTH', field: 'day' }, clustering: ['rides'] },
  }; // prettier-ignore

  it('is created, looked up, changed and deleted', async () => {
    const table = { dataset, table: 'rides' };
    const { outputs } = await run(createTable, { ...table, tableDefinition, description: 'Rides' });
    const named = { projectId: 'p', datasetId: dataset, table: 'rides' };
    expect(outputs).toMatchObject({
      ...named,
      description: 'Rides',
      definition: { type: 'TABLE', schema: tableDefinition.schema, timePartitioning: { type: 'MONTH', field: 'day' }, clustering: { fields: ['rides'] } }, // prettier-ignore
    });
    await ask(`INSERT INTO ${dataset}.rides VALUES (DATE '2024-01-01', 3)`);
    expect((await run(tableMetadata, table)).outputs).toMatchObject({ ...named, numRows: 1 });
    expect((await run(updateTable, { ...table, labels: { a: 'b' } })).outputs).toMatchObject({ labels: { a: 'b' } });
    expect((await run(deleteTable, table)).outputs).toEqual(named);
    await expect(run(tableMetadata, table)).rejects.toMatchObject({ code: 'GCP_REFUSED' });
    expect((await run(tableMetadata, { ...table, ifNotExists: 'SKIP' })).outputs).toEqual({});
  });

  it('may be a view', async () => {
    const view = { type: 'VIEW', viewDefinition: { query: 'SELECT 4 AS n' } };
    await run(createTable, { dataset, table: 'v', tableDefinition: view });
    expect(await valuesOf('v')).toEqual([4]);
  });

  it('is copied', async () => {
    await ask('SELECT 1 AS n', { destinationTable: `${dataset}.a` });
    await run(copyTable, { sourceTables: [`${dataset}.a`], destinationTable: `p.${dataset}.b` });
    expect(await valuesOf('b')).toEqual([1]);
  });
});

describe('a load', () => {
  const csv = { format: 'CSV', csvOptions: { skipLeadingRows: 1 }, autodetect: true };
  const loading = (content: string, properties: JsonMap) =>
    run(load, { destinationTable: `${dataset}.t`, ...properties }, { prepare: async ({ storage }) => ({ from: (await storage.put('f', content)).uri }) }); // prettier-ignore

  it('takes a CSV file', async () => {
    const { outputs } = await loading('n,name\n1,a\n2,b\n', csv);
    expect(outputs).toMatchObject({ rows: 2, destinationTable: { project: 'p', dataset, table: 't' } });
    expect(await valuesOf('t')).toEqual([1, 2]);
  });

  it('takes rows that a task stored', async () => {
    const schema = { fields: [{ name: 'n', type: 'INT64' }, { name: 'name', type: 'STRING' }] }; // prettier-ignore
    await loading('{"n":1,"name":"a"}\n{"n":2,"name":null}\n', { format: 'JSON', schema });
    expect(await valuesOf('t')).toEqual([1, 2]);
  });

  it('of a file without rows fails unless wished', async () => {
    await expect(loading('n\n', csv)).rejects.toMatchObject({ code: 'LOAD_EMPTY' });
    expect((await loading('n\n', { ...csv, failedOnEmpty: false })).outputs['rows']).toBe(0);
  });

  it('is sent again after a fault that passes', async () => {
    cloud.bigquery.failNext('backendError');
    await loading('n\n1\n', { ...csv, retryAuto: { type: 'constant', interval: 'PT0.001S' } });
    expect(await valuesOf('t')).toEqual([1]);
  });

  it('takes files of Cloud Storage, and gives them back', async () => {
    await cloud.storage.put('lake', `${dataset}/1.csv`, 'n\n1\n');
    await cloud.storage.put('lake', `${dataset}/2.csv`, 'n\n2\n');
    const { outputs } = await run(loadFromGcs, { from: [`gs://lake/${dataset}/*.csv`], destinationTable: `${dataset}.t`, ...csv }); // prettier-ignore
    expect(outputs['rows']).toBe(2);
    const uri = `gs://lake/${dataset}/out-*.csv`;
    const extracted = await run(extractToGcs, { sourceTable: `${dataset}.t`, destinationUris: uri });
    expect(extracted.outputs).toMatchObject({ sourceTable: `${dataset}.t`, destinationUris: [uri], fileCounts: [1] });
    expect(cloud.storage.resource('lake', `${dataset}/out-000000000000.csv`)['size']).toBe('6');
  });

  it('of files that are not there says so', () =>
    expect(run(loadFromGcs, { from: 'gs://lake/none.csv', destinationTable: `${dataset}.t` })).rejects.toMatchObject({
      code: 'GCP_REFUSED',
      message: expect.stringContaining('gs://lake/none.csv') as string,
    }));
});

async function valuesOf(table: string): Promise<unknown[]> {
  const { outputs } = await ask(`SELECT n FROM ${dataset}.${table} ORDER BY n`, { fetchType: 'FETCH' });
  return (outputs['rows'] as { n: unknown }[]).map(({ n }) => n);
}
