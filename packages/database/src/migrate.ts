import { UserError } from '@tutti/service-kit';
import pg from 'pg';
import { MIGRATION_TABLE, openMigrationSource } from './data-source.ts';
import { retryOnConnectionLoss } from './connection-fault.ts';
import type { MigrationClass } from './migration.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** Advisory lock under which one process migrates while the others wait. The number is arbitrary and ours. */
const MIGRATION_LOCK = 7_483_201;
const TABLE = `${MIGRATION_TABLE.schema}.${MIGRATION_TABLE.name}`;
const UNDEFINED_TABLE = '42P01';

/** How far a database is. */
export interface MigrationState {
  /** Names of migrations that have yet to run. */
  readonly pending: readonly string[];
  /** Names in the database that this program does not know. */
  readonly unknown: readonly string[];
}

/**
 * Brings the database to this program's state; whoever comes first does it, the others wait for it.
 * Costs one query when there is nothing to do. Needs a login that may create schemas.
 * @returns The names of the migrations that were run now.
 * @throws {UserError} DATABASE_UNREACHABLE; DATABASE_NEWER when a newer Tutti has migrated it.
 */
export async function migrate(
  url: string,
  options: { readonly timeoutMs?: number; readonly migrations?: readonly MigrationClass[] } = {},
): Promise<string[]> {
  const { timeoutMs = 60_000, migrations = MIGRATIONS } = options;
  return retryOnConnectionLoss(() => withConnection(url, (client) => migrateWith(client, url, migrations)), {
    timeoutMs,
  });
}

/** What the database has and lacks. */
export async function migrationState(url: string, migrations = MIGRATIONS): Promise<MigrationState> {
  return withConnection(url, (client) => readState(client, migrations));
}

async function migrateWith(client: pg.Client, url: string, migrations: readonly MigrationClass[]): Promise<string[]> {
  const before = await readState(client, migrations);
  if (before.unknown.length > 0) throw databaseNewer(before.unknown);
  if (before.pending.length === 0) return [];
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]); // freed with the connection
  const { pending } = await readState(client, migrations);
  if (pending.length === 0) return [];
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${MIGRATION_TABLE.schema}`);
  const source = await openMigrationSource(url, migrations);
  const done = await source.runMigrations().finally(() => source.destroy());
  await client.query(`GRANT USAGE ON SCHEMA ${MIGRATION_TABLE.schema} TO PUBLIC; GRANT SELECT ON ${TABLE} TO PUBLIC`);
  return done.map(({ name }) => name);
}

async function readState(client: pg.Client, migrations: readonly MigrationClass[]): Promise<MigrationState> {
  const wanted = migrations.map((migration) => new migration().name);
  const done = await namesOfDone(client);
  return {
    pending: wanted.filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !wanted.includes(name)),
  };
}

async function namesOfDone(client: pg.Client): Promise<string[]> {
  try {
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${TABLE}`);
    return rows.map(({ name }) => name);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'tutti migrate' });
  client.on('error', () => undefined); // the statement under way is rejected with it
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseNewer(unknown: readonly string[]): UserError {
  return new UserError('DATABASE_NEWER', `The database was migrated by a newer Tutti (${unknown.join(', ')}).`, {
    hint: 'Start that version or a later one, or use another database.',
  });
}
