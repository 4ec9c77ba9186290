import { silentLogger } from '@tutti/service-kit';
import { EntitySchema } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchInsert, unnest } from './batch.ts';
import { openDataSource } from './data-source.ts';
import { openDatabase } from './database.ts';
import { migrate, migrationState } from './migrate.ts';
import { sqlMigration } from './migration.ts';
import { openServiceDatabase } from './service-database.ts';
import { createEmptyDatabase, createTestDatabase } from './testing/test-database.ts';
import type { TestDatabase } from './testing/test-database.ts';

describe('database', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.owner.execute(
      'CREATE TABLE executor.thing (id bigint PRIMARY KEY, name text, data jsonb, at timestamptz)',
    );
    await test.owner.execute(`CREATE VIEW api.thing AS SELECT id, name FROM executor.thing`);
  });
  afterAll(() => test.drop());

  it('inserts any number of rows in one statement', async () => {
    const insert = batchInsert('executor.thing', { id: 'bigint', name: 'text', data: 'jsonb', at: 'timestamptz' });
    const at = new Date('2026-01-02T03:04:05.678Z');
    const rows = Array.from({ length: 1000 }, (_, id) => ({
      id,
      name: id % 2 === 0 ? `"quoted" \\ {${id}}` : null,
      data: id % 3 === 0 ? { list: [id, '"', null], text: 'a\\"b' } : undefined,
      at,
    }));
    expect(await test.owner.execute(insert(rows))).toBe(1000);
    const stored = await test.owner.query('SELECT * FROM executor.thing ORDER BY id');
    expect(stored).toEqual(rows.map((row) => ({ ...row, data: row.data ?? null })));
  });

  it('updates from arrays', async () => {
    const columns = { id: 'bigint', name: 'text' };
    const text = `UPDATE executor.thing SET name = input.name FROM ${unnest(columns, 'input')} WHERE thing.id = input.id`;
    expect(
      await test.owner.execute(text, [
        [1, 2],
        ['one', 'two'],
      ]),
    ).toBe(2);
    expect(await test.owner.query('SELECT name FROM executor.thing WHERE id IN (1, 2) ORDER BY id')).toEqual([
      { name: 'one' },
      { name: 'two' },
    ]);
  });

  it('undoes a transaction that fails, and keeps one that does not', async () => {
    const insert = (id: number) => `INSERT INTO executor.thing (id) VALUES (${id})`;
    const failing = test.owner.transaction(async (transaction) => {
      await transaction.execute(insert(5001));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await test.owner.transaction((transaction) => transaction.execute(insert(5002)));
    expect(await test.owner.query('SELECT id FROM executor.thing WHERE id > 5000')).toEqual([{ id: 5002 }]);
  });

  it('gives each service its rows only, and the gateway the views', async () => {
    const denied = { code: '42501' };
    const [executor, gateway, trigger] = [test.as('executor'), test.as('gateway'), test.as('trigger')];
    await executor.execute(`INSERT INTO executor.thing (id, name) VALUES (6000, 'mine')`);
    expect(await gateway.query('SELECT name FROM api.thing WHERE id = 6000')).toEqual([{ name: 'mine' }]);
    await expect(gateway.query('SELECT * FROM executor.thing')).rejects.toMatchObject(denied);
    await expect(gateway.execute('DELETE FROM api.thing')).rejects.toMatchObject(denied);
    await expect(trigger.query('SELECT * FROM executor.thing')).rejects.toMatchObject(denied);
    await expect(executor.execute('DROP TABLE executor.thing')).rejects.toMatchObject(denied);
    await expect(executor.query('SELECT * FROM api.thing')).rejects.toMatchObject(denied);
  });

  it('opens for a service with that service’s rights', async () => {
    const env = { TUTTI_DATABASE_URL: test.url };
    const database = await openServiceDatabase({ service: 'trigger', env, log: silentLogger, max: 1 });
    expect(await database.query('SELECT current_user AS name')).toEqual([{ name: 'tutti_trigger' }]);
    await database.close();
  });

  it('reads and writes by TypeORM under the role of a service', async () => {
    const Thing = new EntitySchema<{ id: number; name: string }>({
      name: 'thing',
      schema: 'executor',
      columns: {
        id: { type: 'bigint', primary: true, transformer: { from: Number, to: Number } },
        name: { type: 'text' },
      },
    });
    const source = await openDataSource({
      url: test.url,
      applicationName: 'test',
      max: 1,
      entities: [Thing],
      role: 'tutti_executor',
    });
    const things = source.getRepository(Thing);
    await things.insert({ id: 7000, name: 'by TypeORM' });
    expect(await things.findOneBy({ id: 7000 })).toEqual({ id: 7000, name: 'by TypeORM' });
    expect(await source.query('SELECT current_user AS name')).toEqual([{ name: 'tutti_executor' }]);
    await source.destroy();
  });

  it('goes on after its connections were cut', async () => {
    const database = test.as('executor');
    await database.query('SELECT 1');
    await test.owner.execute(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await database.waitUntilReachable(10_000);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says what to do when nobody answers', async () => {
    const url = 'postgresql://nobody@127.0.0.1:1/none';
    const database = openDatabase({ url, applicationName: 'test', max: 1, log: silentLogger });
    await expect(database.waitUntilReachable(50)).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      hint: expect.stringContaining('TUTTI_DATABASE_URL'),
    });
    await database.close();
  });
});

describe('migrations', () => {
  const first = sqlMigration(1, 'first', 'CREATE TABLE public.one (id int)');
  const second = sqlMigration(2, 'second', 'CREATE TABLE public.two (id int)', 'INSERT INTO public.two VALUES (2)');

  it('run once, in order, however many processes start at once', async () => {
    const { url, drop } = await createEmptyDatabase();
    const all = await Promise.all(Array.from({ length: 5 }, () => migrate(url, { migrations: [first, second] })));
    expect(all.flat()).toEqual(['first-0000000000001', 'second-0000000000002']);
    expect(await migrate(url, { migrations: [first, second] })).toEqual([]);
    await drop();
  });

  it('go on from where an older version stopped, and refuse a newer one’s database', async () => {
    const { url, drop } = await createEmptyDatabase();
    await migrate(url, { migrations: [first] });
    expect(await migrationState(url, [first, second])).toEqual({ pending: ['second-0000000000002'], unknown: [] });
    expect(await migrate(url, { migrations: [first, second] })).toEqual(['second-0000000000002']);
    await expect(migrate(url, { migrations: [first] })).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
    await drop();
  });

  it('leave no trace of one that fails', async () => {
    const { url, drop } = await createEmptyDatabase();
    const broken = sqlMigration(2, 'broken', 'CREATE TABLE public.two (id int)', 'SELECT nonsense');
    await expect(migrate(url, { migrations: [first, broken] })).rejects.toThrow('nonsense');
    expect(await migrate(url, { migrations: [first, second] })).toEqual(['second-0000000000002']);
    await drop();
  });
});
