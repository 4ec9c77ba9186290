import { integer, optionalText, readSettings, text, type Environment } from '@tutti/service-kit';

/** Settings of the executor; the README lists them. */
export const readConfig = (env: Environment) =>
  readSettings(
    {
      natsUrl: text({
        env: 'TUTTI_NATS_URL',
        default: 'nats://127.0.0.1:4222',
        describe: 'address of the NATS server',
      }),
      storageFolder: text({
        env: 'TUTTI_STORAGE_FOLDER',
        default: '.tutti/storage',
        describe: 'folder of internal storage',
      }),
      home: text({ env: 'TUTTI_HOME', default: '.tutti', describe: 'folder for everything Tutti writes' }),
      secretKeyFile: optionalText({
        env: 'TUTTI_EXECUTOR_SECRET_KEY_FILE',
        describe:
          'file with the key of secret inputs, secret.key in TUTTI_HOME when not set; all executors need the same',
      }),
      maxBatch: integer({
        env: 'TUTTI_EXECUTOR_MAX_BATCH',
        default: 500,
        min: 1,
        max: 5_000,
        describe: 'most inputs decided in one commit',
      }),
      cachedExecutions: integer({
        env: 'TUTTI_EXECUTOR_CACHED_EXECUTIONS',
        default: 20_000,
        min: 1,
        max: 1_000_000,
        describe: 'most executions under way kept in memory',
      }),
      leaseMs: integer({
        env: 'TUTTI_EXECUTOR_LEASE_MS',
        default: 6_000,
        min: 500,
        max: 600_000,
        describe: 'how long a partition stays with an executor that is silent',
      }),
      workerLostMs: integer({
        env: 'TUTTI_EXECUTOR_WORKER_LOST_MS',
        default: 8_000,
        min: 1_000,
        max: 3_600_000,
        describe: 'how long a task-runner may be silent before its attempts are lost',
      }),
      databaseConnections: integer({
        env: 'TUTTI_EXECUTOR_DATABASE_CONNECTIONS',
        default: 6,
        min: 3,
        max: 200,
        describe: 'most connections to PostgreSQL',
      }),
    },
    env,
  );

export type Config = ReturnType<typeof readConfig>;
