import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNatsServer, natsCacheFolder, startInfrastructure } from '@tutti/cli';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A nats-server program, for tests that start, kill and empty one of their own. */
    readonly natsServerBinary: string;
    /** The shared NATS server. Tests use subjects of their own. */
    readonly natsUrl: string;
    /** Superuser's login to the shared PostgreSQL, by TCP. Tests make databases of their own (`createTestDatabase`). */
    readonly postgresUrl: string;
    /** A migrated database to copy. */
    readonly postgresTemplate: string;
  }
}

/** Starts one real PostgreSQL and one real NATS for all contract tests of a run. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const env = { ...process.env, TUTTI_DATABASE_URL: '', TUTTI_NATS_URL: '' };
  const tell = (sentence: string): void => console.log(`test servers: ${sentence}`);
  const dataFolder = mkdtempSync(join(tmpdir(), 'tutti-test-'));
  const servers = await startInfrastructure({ dataFolder, env, tell });
  const url = new URL(servers.databaseUrl);
  const template = url.pathname.slice(1);
  url.pathname = '/postgres';
  url.search = '';
  project.provide('postgresUrl', url.href);
  project.provide('postgresTemplate', template);
  project.provide('natsUrl', servers.natsUrl);
  project.provide('natsServerBinary', await findNatsServer({ cacheFolder: natsCacheFolder(), tell }));
  return async () => {
    await servers.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  };
}
