import { migrate, openDatabase, roleOf } from '@tutti/database';
import type { Database, DatabaseService } from '@tutti/database';
import { silentLogger } from '@tutti/service-kit';
import { POSTGRES_NAME } from './postgres-server.ts';

/** Name of the login and of the database for users' own data. */
export const DATA_NAME = 'data';

/** What a fresh embedded server lacks. */
export interface PrepareOptions {
  /** The superuser's login to the database `postgres`. */
  readonly serverUrl: string;
  /** The superuser's login to the services' database. */
  readonly databaseUrl: string;
  readonly dataPassword: string;
  /** Password of each service's login. */
  readonly logins: Readonly<Partial<Record<DatabaseService, string>>>;
  readonly tell: (sentence: string) => void;
}

/** Makes the databases and logins that are not there, and migrates. Doing it twice changes nothing. */
export async function prepareDatabase(options: PrepareOptions): Promise<void> {
  await withDatabase(options.serverUrl, (server) => makeDatabases(server, options.dataPassword));
  const migrations = await migrate(options.databaseUrl);
  if (migrations.length > 0) options.tell(`database migrated (${migrations.length} steps)`);
  await withDatabase(options.databaseUrl, (database) => openLogins(database, options.logins));
}

async function makeDatabases(server: Database, dataPassword: string): Promise<void> {
  const rows = await server.query<{ datname: string }>('SELECT datname FROM pg_database');
  const has = (name: string): boolean => rows.some(({ datname }) => datname === name);
  if (!has(POSTGRES_NAME)) await server.execute(`CREATE DATABASE ${POSTGRES_NAME}`);
  if (has(DATA_NAME)) return;
  await server.execute(`DO $$ BEGIN CREATE ROLE ${DATA_NAME} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
  await server.execute(`ALTER ROLE ${DATA_NAME} PASSWORD '${dataPassword}'`);
  await server.execute(`CREATE DATABASE ${DATA_NAME} OWNER ${DATA_NAME}`);
  await server.execute(`REVOKE CONNECT ON DATABASE ${POSTGRES_NAME} FROM PUBLIC`);
}

/** The services' roles come from the migrations without a password; one without is given its own. */
async function openLogins(database: Database, logins: PrepareOptions['logins']): Promise<void> {
  const rows = await database.query<{ rolname: string }>(
    `SELECT rolname FROM pg_authid WHERE rolname LIKE 'tutti\\_%' AND rolpassword IS NULL`,
  );
  for (const [service, password] of Object.entries(logins)) {
    const role = roleOf(service as DatabaseService);
    if (!rows.some(({ rolname }) => rolname === role)) continue;
    await database.execute(`ALTER ROLE ${role} LOGIN PASSWORD '${password}'`);
    await database.execute(`GRANT CONNECT ON DATABASE ${POSTGRES_NAME} TO ${role}`);
  }
}

async function withDatabase(url: string, work: (database: Database) => Promise<void>): Promise<void> {
  const database = openDatabase({ url, applicationName: 'tutti up', max: 1, log: silentLogger });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}
