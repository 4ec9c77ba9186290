import type { JsonMap } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions } from '@tutti/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { queries } from './queries.ts';
import { query } from './query.ts';

afterAll(removeTestFolders);

const run = (sql: string, properties: JsonMap = {}, options: RunTaskOptions = {}) =>
  runTask(query, { sql, ...properties }, options);

describe('DuckDB', () => {
  it('gives rows as the fetch type says', async () => {
    const sql = 'SELECT n::int AS n FROM range(1, 4) AS r(n)';
    expect((await run(sql)).outputs).toEqual({});
    expect((await run(sql, { fetchType: 'FETCH_ONE' })).outputs).toEqual({ row: { n: 1 }, size: 1 });
    expect((await run(sql, { fetch: true })).outputs).toEqual({ rows: [{ n: 1 }, { n: 2 }, { n: 3 }], size: 3 });
    const { outputs, read } = await run(sql, { fetchType: 'STORE' });
    expect([outputs['size'], await read(outputs['uri'])]).toEqual([3, '{"n":1}\n{"n":2}\n{"n":3}\n']);
  });

  it('reads values of every common type as JSON', async () => {
    const { outputs } = await run(
      `SELECT 5::bigint AS i, 9007199254740993::bigint AS big, 1.50::decimal(9,2) AS num, true AS b,
        date '2024-02-29' AS d, timestamp '2024-01-02 03:04:05' AS ts, timestamptz '2024-01-02 03:04:05+00' AS tz,
        [1::bigint, NULL] AS list, {'a': 1::bigint, 'b': ['x']} AS struct, 'x' AS t, NULL AS nothing,
        'ab'::blob AS bytes, '{"k": 1}'::json AS j, 0.1::double AS f, map {'k': 1} AS m`,
      { fetchType: 'FETCH_ONE', timeZoneId: 'UTC' },
    );
    expect(outputs['row']).toEqual({
      i: 5,
      big: '9007199254740993',
      num: 1.5,
      b: true,
      d: '2024-02-29',
      ts: '2024-01-02T03:04:05',
      tz: '2024-01-02T03:04:05Z',
      list: [1, null],
      struct: { a: 1, b: ['x'] },
      t: 'x',
      nothing: null,
      bytes: 'YWI=',
      j: '{"k": 1}',
      f: 0.1,
      m: [{ key: 'k', value: 1 }],
    });
  });

  it('reads input files, installs nothing that is built in, and gives the rows of the last statement', async () => {
    const { outputs } = await run(
      "INSTALL json; LOAD json;\nCREATE TABLE t AS SELECT * FROM read_json_auto('{{ workingDir }}/a.json');\nSELECT avg(price) AS price FROM t;",
      { inputFiles: { 'a.json': [{ price: 1 }, { price: 3 }] }, fetchType: 'FETCH' },
      { variables: {} },
    );
    expect(outputs['rows']).toEqual([{ price: 2 }]);
  });

  it('finds input files without a path, and stored files by their address', async () => {
    const { outputs } = await run(
      "SELECT (SELECT count(*) FROM 'a.csv') + (SELECT count(*) FROM read_csv('{{ uri }}')) AS n",
      { inputFiles: { 'a.csv': 'x\n1\n2\n' }, fetchOne: true },
      {
        variables: {},
        prepare: async ({ storage }) => {
          const { uri } = await storage.put('b.csv', 'x\n1\n');
          return { sql: `SELECT (SELECT count(*) FROM 'a.csv') + (SELECT count(*) FROM read_csv('${uri}')) AS n` };
        },
      },
    );
    expect(outputs['row']).toEqual({ n: 3 });
  });

  it('keeps output files and the database', async () => {
    const first = await run("CREATE TABLE t AS SELECT 7 AS n; COPY t TO '{{ outputFiles.out }}' (HEADER)", {
      outputFiles: ['out'],
      outputDbFile: true,
    });
    const files = first.outputs['outputFiles'] as Record<string, string>;
    expect(await first.read(files['out'])).toBe('n\n7\n');
    expect(first.outputs['databaseUri']).toMatch(/duckdb\.db$/);
  });

  it('says which output file was not written', () =>
    expect(run('SELECT 1', { outputFiles: ['out'] })).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' }));

  it('takes parameters by name', async () => {
    const { outputs } = await run('SELECT :n + 1 AS n, :t AS t', { parameters: { n: 41, t: 'x' }, fetchOne: true });
    expect(outputs['row']).toEqual({ n: 42, t: 'x' });
  });

  it('points at the line of a fault', () =>
    expect(run('SELECT 1;\n\nSELECT nope')).rejects.toMatchObject({
      code: 'SQL_FAILED',
      message: expect.stringContaining('(line 3 of the SQL: SELECT nope') as string,
    }));

  it('gives one entry for each statement with rows', async () => {
    const { outputs } = await runTask(queries, {
      sql: 'CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2); SELECT n FROM t; SELECT count(*) AS c FROM t',
      fetchType: 'FETCH',
    });
    expect(outputs).toEqual({
      outputs: [
        { rows: [{ n: 1 }, { n: 2 }], size: 2 },
        { rows: [{ c: 2 }], size: 1 },
      ],
    });
  });

  it('is interrupted when the task is stopped', async () => {
    const abort = new AbortController();
    const sql = 'SELECT count(*) FROM range(100000000000) a, range(1000) b';
    const running = run(sql, {}, { context: { signal: abort.signal } });
    setImmediate(() => abort.abort());
    await expect(running).rejects.toThrow();
  });

  it('refuses an address of another kind', () =>
    expect(run('SELECT 1', { url: 'jdbc:sqlite:' })).rejects.toMatchObject({ code: 'DATABASE_URL_INVALID' }));
});
