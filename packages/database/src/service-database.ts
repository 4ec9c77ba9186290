import { setTimeout } from 'node:timers/promises';
import { UserError, optionalText, readSettings } from '@tutti/service-kit';
import type { Environment, Logger } from '@tutti/service-kit';
import pg from 'pg';
import { retryOnConnectionLoss } from './connection-fault.ts';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { migrate, migrationState } from './migrate.ts';
import { roleOf } from './service-logins.ts';
import type { DatabaseService } from './service-logins.ts';

const INSUFFICIENT_PRIVILEGE = '42501';
const START_TIMEOUT_MS = 60_000;
const WAIT_FOR_MIGRATION_MS = 250;

/** How a service gets to its database. */
export interface ServiceDatabaseOptions {
  readonly service: DatabaseService;
  readonly env: Environment;
  readonly log: Logger;
  /** Most connections at once. */
  readonly max: number;
}

/** A login of a service, as its data source wants it too. */
export interface ServiceLogin {
  readonly url: string;
  /** The role to take on after login; missing where the login is the service's own. */
  readonly role: string | undefined;
}

/**
 * Opens the database for one service with that service's rights only, once it is migrated.
 * `TUTTI_<SERVICE>_DATABASE_URL` or `TUTTI_DATABASE_URL`; a login that may create schemas migrates, another one waits.
 * @throws {UserError} SETTINGS_INVALID, DATABASE_UNREACHABLE, DATABASE_NEWER, DATABASE_NOT_MIGRATED.
 */
export async function openServiceDatabase(options: ServiceDatabaseOptions): Promise<Database & ServiceLogin> {
  const url = databaseUrl(options.service, options.env);
  await ensureMigrated(url, options.log);
  const role = await roleToTake(url, roleOf(options.service));
  const applicationName = `tutti ${options.service}`;
  const database = openDatabase({ url, applicationName, max: options.max, log: options.log, role });
  return Object.assign(database, { url, role });
}

function databaseUrl(service: DatabaseService, env: Environment): string {
  const own = `TUTTI_${service.toUpperCase()}_DATABASE_URL`;
  const { ownUrl, sharedUrl } = readSettings(
    {
      ownUrl: optionalText({ env: own, describe: 'database login of this service' }),
      sharedUrl: optionalText({ env: 'TUTTI_DATABASE_URL', describe: 'database login of all services' }),
    },
    env,
  );
  const url = ownUrl ?? sharedUrl;
  if (url) return url;
  throw new UserError('SETTINGS_INVALID', `Neither ${own} nor TUTTI_DATABASE_URL is set.`, {
    hint: 'Set one of them to postgresql://user:password@host:port/name.',
  });
}

async function ensureMigrated(url: string, log: Logger): Promise<void> {
  try {
    const names = await migrate(url, { timeoutMs: START_TIMEOUT_MS });
    if (names.length > 0) log.info({ migrations: names }, 'database migrated');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE)) throw error;
    await waitForMigration(url);
  }
}

/** Nothing tells of a finished migration, so it is looked for; only at a start before the first migration. */
async function waitForMigration(url: string): Promise<void> {
  for (const deadlineMs = Date.now() + START_TIMEOUT_MS; Date.now() < deadlineMs;) {
    const { pending } = await migrationState(url);
    if (pending.length === 0) return;
    await setTimeout(WAIT_FOR_MIGRATION_MS);
  }
  throw new UserError('DATABASE_NOT_MIGRATED', 'The database lacks migrations, and this login may not run them.', {
    hint: 'Start once with TUTTI_DATABASE_URL set to the login that owns the database.',
  });
}

async function roleToTake(url: string, role: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await retryOnConnectionLoss(() => client.connect(), { timeoutMs: START_TIMEOUT_MS });
  try {
    const { rows } = await client.query<{ may: boolean }>(
      `SELECT current_user <> rolname AND pg_has_role(current_user, oid, 'MEMBER') AS may FROM pg_roles WHERE rolname = $1`,
      [role],
    );
    return rows[0]?.may ? role : undefined;
  } finally {
    await client.end();
  }
}
