import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrationState, openDatabase, retryOnConnectionLoss } from '@tutti/database';
import { createEmptyDatabase } from '@tutti/database/testing';
import { connectBus } from '@tutti/bus';
import { silentLogger } from '@tutti/service-kit';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { startInfrastructure, startTutti } from '../index.ts';
import type { Infrastructure } from '../index.ts';

const OWN_SERVERS = { ...process.env, TUTTI_DATABASE_URL: '', TUTTI_NATS_URL: '' };

describe('tutti’s own servers', () => {
  let base: string;
  let running: Infrastructure[];

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'tutti-cli-'));
    chmodSync(base, 0o755);
    running = [];
  });
  afterEach(async () => {
    for (const infrastructure of running) await infrastructure.stop();
    rmSync(base, { recursive: true, force: true });
  });

  const start = async (dataFolder: string): Promise<Infrastructure> => {
    const infrastructure = await startInfrastructure({ dataFolder, env: OWN_SERVERS });
    running.push(infrastructure);
    return infrastructure;
  };
  const ask = async (url: string, statement: string): Promise<object[]> => {
    const database = openDatabase({ url, applicationName: 'test', max: 1, log: silentLogger });
    try {
      return await retryOnConnectionLoss(() => database.query(statement), { timeoutMs: 20_000 });
    } finally {
      await database.close();
    }
  };

  it('keep their data and addresses from start to start', async () => {
    const first = await start(join(base, 'data'));
    await ask(first.databaseUrl, 'CREATE TABLE public.kept AS SELECT 1 AS one');
    await first.stop();
    running = [];
    const second = await start(join(base, 'data'));
    expect(second.databaseUrl).toBe(first.databaseUrl);
    expect(second.natsUrl).toBe(first.natsUrl);
    expect(await ask(second.databaseUrl, 'SELECT * FROM public.kept')).toEqual([{ one: 1 }]);
  });

  it('give each service a login of its own, and users’ data a database apart', async () => {
    const servers = await start(join(base, 'data'));
    const { dataDatabase } = servers;
    expect(await ask(servers.urlFor('executor'), 'SELECT current_user AS name')).toEqual([{ name: 'tutti_executor' }]);
    await expect(ask(servers.urlFor('trigger'), 'CREATE TABLE executor.mine (id int)')).rejects.toMatchObject({
      code: '42501',
    });
    await ask(dataDatabase!.url, 'CREATE TABLE trips (id int)');
    const intoOurs = dataDatabase!.url.replace(/data$/, 'tutti');
    await expect(ask(intoOurs, 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
  });

  it('keep secrets in a file of the owner only', async () => {
    const { databaseUrl } = await start(join(base, 'data'));
    const file = join(base, 'data', 'secrets.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(new URL(databaseUrl).password);
  });

  it('start in a folder that is closed to others, and in one whose path is too long for a socket', async () => {
    const closed = join(base, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const folders = [join(closed, 'data'), join(base, 'long'.repeat(30), 'data')];
    for (const folder of folders)
      expect(await ask((await start(folder)).databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('are not started where the environment names others, which are migrated all the same', async () => {
    const database = await createEmptyDatabase();
    const env = { ...process.env, TUTTI_DATABASE_URL: database.url, TUTTI_NATS_URL: inject('natsUrl') };
    const servers = await startInfrastructure({ dataFolder: join(base, 'data'), env });
    expect([servers.postgres, servers.nats, servers.dataDatabase]).toEqual([undefined, undefined, undefined]);
    expect(servers.urlFor('executor')).toBe(database.url);
    expect(await migrationState(database.url)).toEqual({ pending: [], unknown: [] });
    await servers.stop();
    await database.drop();
  });

  it('come back after a crash', async () => {
    const { postgres, nats, databaseUrl, natsUrl } = await start(join(base, 'data'));
    const bus = await connectBus({ url: natsUrl, name: 'test', log: silentLogger });
    const back = new Promise<void>((resolve) => bus.onReconnect(resolve));
    await Promise.all([postgres!.process.crash(), nats!.process.crash()]);
    await back;
    expect(await ask(databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await bus.ensureStreams();
    await bus.drain();
  });

  it('refuse a data folder that is in use, naming who uses it', async () => {
    await start(join(base, 'data'));
    await expect(start(join(base, 'data'))).rejects.toMatchObject({
      code: 'DATA_FOLDER_IN_USE',
      message: expect.stringContaining(`process ${process.pid}`),
      hint: expect.stringContaining('--data'),
    });
  });

  it('take a data folder whose Tutti was killed', async () => {
    const folder = join(base, 'data');
    await (await start(folder)).stop();
    running = [];
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, start: '1' }));
    expect(await ask((await start(folder)).databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('say so when the passwords of a database are gone', async () => {
    const folder = join(base, 'data');
    await (await start(folder)).stop();
    running = [];
    rmSync(join(folder, 'secrets.json'));
    await expect(start(folder)).rejects.toMatchObject({
      code: 'SECRETS_MISSING',
      hint: expect.stringContaining('backup'),
    });
  });

  it('say what is wrong with a data folder that cannot be written', async () => {
    writeFileSync(join(base, 'file'), '');
    await expect(start(join(base, 'file', 'data'))).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' });
  });

  it('are not started when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const starting = startTutti({ port, dataFolder: join(base, 'data'), services: [], env: OWN_SERVERS });
    await expect(starting).rejects.toMatchObject({ code: 'PORT_IN_USE', hint: expect.stringContaining('--port') });
    other.close();
  });
});
