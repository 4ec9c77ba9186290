import { integer, readSettings, text } from '@tutti/service-kit';
import type { Environment } from '@tutti/service-kit';

/** Settings of the trigger service; the README lists them. */
export const readConfig = (env: Environment) =>
  readSettings(
    {
      natsUrl: text({
        env: 'TUTTI_NATS_URL',
        default: 'nats://127.0.0.1:4222',
        describe: 'address of the NATS server',
      }),
      timezone: text({
        env: 'TUTTI_TRIGGER_TIMEZONE',
        default: Intl.DateTimeFormat().resolvedOptions().timeZone,
        describe: 'time zone of schedules that name none',
      }),
      maxBatch: integer({
        env: 'TUTTI_TRIGGER_MAX_BATCH',
        default: 500,
        min: 1,
        max: 5_000,
        describe: 'most due triggers decided in one transaction',
      }),
      maxStarting: integer({
        env: 'TUTTI_TRIGGER_MAX_STARTING',
        default: 2_000,
        min: 1,
        max: 100_000,
        describe: 'most executions being created at once',
      }),
      databaseConnections: integer({
        env: 'TUTTI_TRIGGER_DATABASE_CONNECTIONS',
        default: 4,
        min: 2,
        max: 200,
        describe: 'most connections to PostgreSQL',
      }),
    },
    env,
  );

export type Config = ReturnType<typeof readConfig>;
