import { UserError, integer, readSettings, text } from '@tutti/service-kit';
import type { Environment } from '@tutti/service-kit';

/** Settings of the trigger service; the README lists them. @throws {UserError} SETTINGS_INVALID */
export function readConfig(env: Environment) {
  const config = readSettings(
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
  if (!isTimeZone(config.timezone))
    throw new UserError('SETTINGS_INVALID', `TUTTI_TRIGGER_TIMEZONE is "${config.timezone}", which is no time zone.`, {
      hint: 'Give a name such as Europe/Paris or UTC.',
    });
  return config;
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export type Config = ReturnType<typeof readConfig>;
