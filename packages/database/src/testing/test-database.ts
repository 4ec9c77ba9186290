import { randomBytes } from 'node:crypto';
import { silentLogger } from '@tutti/service-kit';
import pg from 'pg';
import { inject } from 'vitest';
import { openDatabase } from '../database.ts';
import type { Database } from '../database.ts';
import { roleOf } from '../service-logins.ts';
import type { DatabaseService } from '../service-logins.ts';

/** A migrated database of one test file's own. */
export interface TestDatabase {
  /** Login of its owner. */
  readonly url: string;
  readonly owner: Database;
  /** A pool with the rights of one service. */
  as(service: DatabaseService): Database;
  /** Closes all pools and drops it. */
  drop(): Promise<void>;
}

/** Makes a migrated database as a copy of the template that the test set-up made. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${inject('postgresTemplate')}`);
  const url = withDatabase(inject('postgresUrl'), name);
  const open: Database[] = [];
  const pool = (role?: string): Database => {
    const database = openDatabase({ url, applicationName: name, max: 4, log: silentLogger, role });
    open.push(database);
    return database;
  };
  return {
    url,
    owner: pool(),
    as: (service) => pool(roleOf(service)),
    async drop() {
      await Promise.all(open.map((database) => database.close()));
      await administer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Makes an empty database, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${name}`);
  return {
    url: withDatabase(inject('postgresUrl'), name),
    drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The same server and login, another database. */
function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
