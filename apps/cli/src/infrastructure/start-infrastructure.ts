import { DATABASE_SERVICES, migrate } from '@tutti/database';
import type { DatabaseService } from '@tutti/database';
import type { DataFolder } from './data-folder.ts';
import { DATA_NAME, prepareDatabase } from './prepare-database.ts';
import { findNatsServer, natsCacheFolder } from './nats-binary.ts';
import { startNats } from './nats-server.ts';
import type { NatsServer } from './nats-server.ts';
import { POSTGRES_NAME, startPostgres } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';

/** PostgreSQL and NATS, ours or somebody else's, ready for the services. */
export interface Infrastructure {
  /** Login of the database's owner. */
  readonly databaseUrl: string;
  /** A database for users' own data, where PostgreSQL is ours. */
  readonly dataDatabase: DataDatabase | undefined;
  readonly natsUrl: string;
  /** The servers that we run; missing where the environment names one. */
  readonly postgres: PostgresServer | undefined;
  readonly nats: NatsServer | undefined;
  /** What a service connects with: its own login where PostgreSQL is ours. */
  urlFor(service: DatabaseService): string;
  stop(): Promise<void>;
}

/** Where users' flows may keep data of their own. */
export interface DataDatabase {
  readonly jdbcUrl: string;
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** How to start. */
export interface InfrastructureOptions {
  readonly folder: DataFolder;
  readonly env: NodeJS.ProcessEnv;
  /** Told of slow steps, and when a server ends unasked. */
  readonly tell: (sentence: string) => void;
}

/** Starts what the environment does not name (`TUTTI_DATABASE_URL`, `TUTTI_NATS_URL`), and migrates the database. */
export async function startServers(options: InfrastructureOptions): Promise<Infrastructure> {
  const starting = [startDatabase(options), startBus(options)] as const;
  const [database, bus] = await Promise.allSettled(starting);
  if (database.status === 'fulfilled' && bus.status === 'fulfilled')
    return {
      ...database.value,
      ...bus.value,
      async stop() {
        await bus.value.nats?.stop();
        await database.value.postgres?.stop();
      },
    };
  if (database.status === 'fulfilled') await database.value.postgres?.stop();
  if (bus.status === 'fulfilled') await bus.value.nats?.stop();
  throw database.status === 'rejected' ? database.reason : (bus as PromiseRejectedResult).reason;
}

async function startDatabase({ folder, env, tell }: InfrastructureOptions) {
  const given = env['TUTTI_DATABASE_URL'];
  if (given) {
    await migrate(given);
    return { databaseUrl: given, dataDatabase: undefined, postgres: undefined, urlFor: () => given };
  }
  const { postgresPassword, dataPassword, logins } = folder.secrets(DATABASE_SERVICES);
  const postgres = await startPostgres({ folder, password: postgresPassword, tell });
  const at = (user: string, password: string, database: string): string =>
    `postgresql://${user}:${password}@localhost:${postgres.port}/${database}?host=${encodeURIComponent(postgres.socketFolder)}`;
  const databaseUrl = at(POSTGRES_NAME, postgresPassword, POSTGRES_NAME);
  try {
    await prepareDatabase({
      serverUrl: at(POSTGRES_NAME, postgresPassword, 'postgres'),
      databaseUrl,
      dataPassword,
      logins,
      tell,
    });
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return {
    databaseUrl,
    postgres,
    dataDatabase: dataDatabaseAt(postgres.port, dataPassword),
    urlFor: (service: DatabaseService) => at(`tutti_${service}`, logins[service] ?? '', POSTGRES_NAME),
  };
}

function dataDatabaseAt(port: number, password: string): DataDatabase {
  return {
    user: DATA_NAME,
    password,
    jdbcUrl: `jdbc:postgresql://localhost:${port}/${DATA_NAME}`,
    url: `postgresql://${DATA_NAME}:${password}@127.0.0.1:${port}/${DATA_NAME}`,
  };
}

async function startBus({ folder, env, tell }: InfrastructureOptions) {
  const given = env['TUTTI_NATS_URL'];
  if (given) return { natsUrl: given, nats: undefined };
  const { natsToken } = folder.secrets(DATABASE_SERVICES);
  const binary = await findNatsServer({ cacheFolder: natsCacheFolder(env), tell, env });
  const nats = await startNats({ folder, binary, token: natsToken, tell });
  return { natsUrl: `nats://${natsToken}@127.0.0.1:${nats.port}`, nats };
}
