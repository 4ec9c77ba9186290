import { once } from 'node:events';
import type { JsonMap } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { batch } from './batch.ts';
import { copyIn } from './copy-in.ts';
import { copyOut } from './copy-out.ts';
import { queries } from './queries.ts';
import { query } from './query.ts';

const database = `plugin_${process.pid}`;
const server = new URL(inject('postgresUrl'));
const connection = {
  url: `jdbc:postgresql://host.docker.internal:${server.port}/${database}`,
  username: decodeURIComponent(server.username),
  password: decodeURIComponent(server.password),
};
const admin = new pg.Client({ connectionString: server.href });

beforeAll(async () => {
  await admin.connect();
  await admin.query(`CREATE DATABASE ${database}`);
});
afterAll(async () => {
  await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
  await admin.end();
  await removeTestFolders();
});

const run = (sql: string, properties: JsonMap = {}) => runTask(query, { ...connection, sql, ...properties });

describe('a query', () => {
  it('gives what its fetch type says', async () => {
    const sql = 'SELECT n FROM generate_series(1, 3) AS n';
    expect((await run(sql)).outputs).toEqual({});
    expect((await run(sql, { fetchType: 'FETCH_ONE' })).outputs).toEqual({ row: { n: 1 }, size: 1 });
    expect((await run(sql, { fetchType: 'FETCH' })).outputs).toEqual({ rows: [{ n: 1 }, { n: 2 }, { n: 3 }], size: 3 });
    const { outputs, read, metrics } = await run(sql, { store: true });
    expect([outputs['size'], await read(outputs['uri'])]).toEqual([3, '{"n":1}\n{"n":2}\n{"n":3}\n']);
    expect(metrics).toEqual(['counter fetch.size 3']);
  });

  it('without rows says so', async () => {
    const sql = 'SELECT 1 AS n WHERE false';
    expect((await run(sql, { fetchOne: true })).outputs).toEqual({ size: 0 });
    const stored = await run(sql, { fetchType: 'STORE' });
    expect([stored.outputs['size'], await stored.read(stored.outputs['uri'])]).toEqual([0, '']);
  });

  it('reads values of every common type as JSON', async () => {
    const { outputs } = await run(
      `SELECT true AS b, 5::int8 AS i8, 9007199254740993::int8 AS big, 1.50::numeric AS num, 0.1::float8 AS f,
        date '2024-02-29' AS d, timestamp '2024-01-02 03:04:05.6' AS ts, timestamptz '2024-01-02 03:04:05+00' AS tz,
        interval '1 day 2 hours' AS iv, '{"a": [1]}'::jsonb AS j, ARRAY[1, NULL, 3] AS ints,
        ARRAY['a, b', 'c"d', NULL] AS texts, '\\xdead'::bytea AS bytes, NULL AS nothing, 'x' AS t,
        ARRAY['{"k": "v"}'::jsonb] AS jsons, ARRAY[[1, 2], [3, 4]] AS grid`,
      { fetchType: 'FETCH_ONE', timeZoneId: 'UTC' },
    );
    expect(outputs['row']).toEqual({
      b: true,
      i8: 5,
      big: '9007199254740993',
      num: 1.5,
      f: 0.1,
      d: '2024-02-29',
      ts: '2024-01-02T03:04:05.6',
      tz: '2024-01-02T03:04:05Z',
      iv: 'P1DT2H',
      j: { a: [1] },
      ints: [1, null, 3],
      texts: ['a, b', 'c"d', null],
      bytes: '3q0=',
      nothing: null,
      t: 'x',
      jsons: [{ k: 'v' }],
      grid: [
        [1, 2],
        [3, 4],
      ],
    });
  });

  it('takes parameters by name', async () => {
    const { outputs } = await run("SELECT :n::int + 1 AS n, ':n' AS text, :list::jsonb AS list", {
      parameters: { n: 41, list: [1, 'a'] },
      fetchType: 'FETCH_ONE',
    });
    expect(outputs['row']).toEqual({ n: 42, text: ':n', list: [1, 'a'] });
  });

  it('runs several statements, and gives the rows of the last', async () => {
    const { outputs } = await run("SELECT 1 AS a; -- ; \n SELECT ';' AS b;", { fetchType: 'FETCH' });
    expect(outputs['rows']).toEqual([{ b: ';' }]);
  });

  it('runs what must not be in a transaction', async () => {
    await run('CREATE TABLE vacuumed (n int)');
    expect((await run('VACUUM vacuumed')).state).toBe('SUCCESS');
  });

  it('undoes everything when a statement fails, what comes after included', async () => {
    await run('CREATE TABLE undone (n int)');
    await expect(run('INSERT INTO undone VALUES (1)', { afterSQL: 'SELECT 1/0' })).rejects.toThrow('division by zero');
    expect((await run('SELECT * FROM undone', { fetchType: 'FETCH' })).outputs['size']).toBe(0);
  });

  it('points at the line of a fault', () =>
    expect(run('SELECT 1;\n\nSELECT 2,\n  nope')).rejects.toMatchObject({
      code: 'SQL_FAILED',
      message: 'column "nope" does not exist (line 4 of the SQL, 42703)',
    }));

  it('is cancelled on the server when the task is stopped', async () => {
    const abort = new AbortController();
    const running = runTask(
      query,
      { ...connection, sql: 'SELECT pg_sleep(60)' },
      { context: { signal: abort.signal } },
    );
    const failed = expect(running).rejects.toThrow('canceling statement');
    while ((await active('SELECT pg_sleep(60)')) === 0) await admin.query('SELECT pg_sleep(0.01)');
    abort.abort();
    await failed;
    expect(await active('SELECT pg_sleep(60)')).toBe(0);
  });
});

describe('queries', () => {
  it('give one entry for each statement with rows', async () => {
    const { outputs } = await runTask(queries, {
      ...connection,
      sql: 'CREATE TABLE several (n int); INSERT INTO several VALUES (1); SELECT n FROM several; SELECT count(*) AS c FROM several;',
      fetchType: 'FETCH',
    });
    expect(outputs).toEqual({
      outputs: [
        { rows: [{ n: 1 }], size: 1 },
        { rows: [{ c: 1 }], size: 1 },
      ],
    });
  });

  it('keep what they did before a fault only without a transaction', async () => {
    await run('CREATE TABLE kept (n int)');
    const sql = 'INSERT INTO kept VALUES (1); SELECT 1/0';
    const size = async () => (await run('SELECT * FROM kept', { fetchType: 'FETCH' })).outputs['size'];
    await expect(runTask(queries, { ...connection, sql })).rejects.toThrow('division');
    expect(await size()).toBe(0);
    await expect(runTask(queries, { ...connection, sql, transaction: false })).rejects.toThrow('division');
    expect(await size()).toBe(1);
  });
});

describe('copy', () => {
  it('loads a file and writes one', async () => {
    await run('CREATE TABLE people (id int, "name" text)');
    const loaded = await runTask(
      copyIn,
      { ...connection, table: 'people', columns: ['id', 'name'], format: 'CSV', header: 'true' },
      {
        prepare: async ({ storage }) => ({
          from: (await storage.put('a.csv', 'id,name\r\n1,Anna\r\n2,"B, C"\r\n')).uri,
        }),
      },
    );
    expect(loaded.outputs).toEqual({ rowCount: 2 });
    expect(loaded.metrics).toEqual(['counter rows 2']);
    const { outputs, read } = await runTask(copyOut, { ...connection, sql: 'SELECT * FROM people ORDER BY id;', format: 'CSV', header: true }); // prettier-ignore
    expect([outputs['rowCount'], await read(outputs['uri'])]).toEqual([2, 'id,name\n1,Anna\n2,"B, C"\n']);
  });

  it('says at which line of the file it failed, and loads nothing', async () => {
    await run('CREATE TABLE numbers (n int)');
    const copying = runTask(
      copyIn,
      { ...connection, table: 'numbers', format: 'CSV' },
      { prepare: async ({ storage }) => ({ from: (await storage.put('a.csv', '1\nx\n')).uri }) },
    );
    await expect(copying).rejects.toMatchObject({
      code: 'COPY_FAILED',
      message: expect.stringContaining('line 2') as string,
    });
    expect((await run('SELECT * FROM numbers', { fetchType: 'FETCH' })).outputs['size']).toBe(0);
  });
});

describe('a batch', () => {
  const ROWS = '{"id":1,"name":"Anna"}\n{"id":2,"name":"Bert"}\n{"id":3,"name":null}\n';
  const insert = (properties: JsonMap) =>
    runTask(
      batch,
      { ...connection, chunk: 2, ...properties },
      { prepare: async ({ storage }) => ({ from: (await storage.put('rows.ion', ROWS)).uri }) },
    );
  const rows = async () =>
    (await run('SELECT id, name FROM batched ORDER BY id', { fetchType: 'FETCH' })).outputs['rows'];

  it('inserts each row of a file, by SQL or into a table', async () => {
    await run('CREATE TABLE batched (id int PRIMARY KEY, name text)');
    expect((await insert({ table: 'batched' })).outputs).toEqual({ rowCount: 3, updatedCount: 3 });
    const sql =
      'INSERT INTO batched (name, id) VALUES (upper(?), ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name;';
    expect((await insert({ sql, columns: ['name', 'id'] })).outputs).toEqual({ rowCount: 3, updatedCount: 3 });
    expect(await rows()).toEqual([
      { id: 1, name: 'ANNA' },
      { id: 2, name: 'BERT' },
      { id: 3, name: null },
    ]);
  });

  it('inserts nothing when one row does not fit', async () => {
    await run('TRUNCATE batched');
    await expect(insert({ sql: 'INSERT INTO batched VALUES (4 - ?, ?)' })).resolves.toBeDefined();
    await expect(insert({ table: 'batched', columns: ['id'] })).rejects.toThrow('duplicate key');
    expect(await rows()).toHaveLength(3);
  });

  it('refuses what it cannot read', () =>
    expect(insert({ sql: 'INSERT INTO batched SELECT 1' })).rejects.toMatchObject({ code: 'BATCH_UNCLEAR' }));
});

describe('an address', () => {
  it('that nobody answers at is named', async () => {
    const { createServer } = await import('node:net');
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { readonly port: number };
    await new Promise((resolve) => listener.close(resolve));
    await expect(run('SELECT 1', { url: `jdbc:postgresql://127.0.0.1:${port}/x` })).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining(`127.0.0.1:${port}`) as string,
    });
  });

  it('of another kind is refused', () =>
    expect(run('SELECT 1', { url: 'jdbc:mysql://x/y' })).rejects.toMatchObject({ code: 'DATABASE_URL_INVALID' }));

  it('whose database does not exist is refused by the server', () =>
    expect(run('SELECT 1', { url: connection.url.replace(database, 'nope') })).rejects.toMatchObject({
      code: 'DATABASE_REFUSED',
    }));
});

async function active(sql: string): Promise<number> {
  const { rows } = await admin.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE query = $1 AND state = 'active'",
    [sql],
  );
  return rows[0]?.n ?? 0;
}
