import { parse } from 'pg-connection-string';
import type { DataSource, EntitySchema } from 'typeorm';
import type { MigrationClass } from './migration.ts';

/** How to open TypeORM: for registries, plain reads and writes; never for a running execution. */
export interface DataSourceOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Most connections at once. */
  readonly max: number;
  readonly entities: readonly EntitySchema[];
  readonly role?: string | undefined;
}

/** Opens a TypeORM data source. It is loaded only now: it costs a quarter of a second. */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  return initialise({ ...options, migrations: [] });
}

/** Schema and table in which TypeORM keeps what has been migrated. */
export const MIGRATION_TABLE = { schema: 'tutti', name: 'migration' } as const;

/** Opens a data source that knows the migrations. */
export function openMigrationSource(url: string, migrations: readonly MigrationClass[]): Promise<DataSource> {
  return initialise({ url, applicationName: 'tutti migrate', max: 1, entities: [], migrations });
}

async function initialise(options: DataSourceOptions & { readonly migrations: readonly MigrationClass[] }) {
  const { DataSource } = await import('typeorm');
  const { host, port, user, password, database } = parse(options.url);
  const source = new DataSource({
    type: 'postgres',
    host: host ?? 'localhost',
    port: Number(port ?? 5432),
    username: user ?? '',
    password: password ?? '',
    database: database ?? '',
    schema: options.migrations.length > 0 ? MIGRATION_TABLE.schema : 'public',
    applicationName: options.applicationName,
    entities: [...options.entities],
    migrations: [...options.migrations],
    migrationsTableName: MIGRATION_TABLE.name,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    synchronize: false,
    logging: false,
    extra: { max: options.max, ...(options.role && { options: `-c role=${options.role}` }) },
  });
  return source.initialize();
}
