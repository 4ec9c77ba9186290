import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_WORKER_GROUP } from '@tutti/contracts';
import { integer, readSettings, text } from '@tutti/service-kit';
import type { Environment } from '@tutti/service-kit';
import { ownFolder } from './leftovers.ts';

/** Settings of the task-runner; the README lists them. */
export interface TaskRunnerConfig {
  readonly natsUrl: string;
  readonly workerGroup: string;
  readonly slots: number;
  readonly waitingSlots: number;
  readonly home: string;
  /** What every runner of the installation on this machine has its folder in. */
  readonly runnersFolder: string;
  /** Where attempts work on the local disk. */
  readonly folder: string;
  readonly hostAliases: ReadonlyMap<string, string>;
  readonly logMaxBytes: number;
  readonly drainTimeoutMs: number;
}

/** @throws {UserError} SETTINGS_INVALID */
export function readConfig(env: Environment): TaskRunnerConfig {
  const { hostAliases, ...settings } = readSettings(
    {
      natsUrl: text({ env: 'TUTTI_NATS_URL', default: 'nats://127.0.0.1:4222', describe: 'address of NATS' }),
      workerGroup: text({
        env: 'TUTTI_TASK_RUNNER_GROUP',
        default: DEFAULT_WORKER_GROUP,
        describe: 'whose tasks it takes: those of this worker group',
      }),
      slots: integer({
        env: 'TUTTI_TASK_RUNNER_SLOTS',
        default: 16,
        min: 1,
        max: 10_000,
        describe: 'how many tasks it works on at once',
      }),
      waitingSlots: integer({
        env: 'TUTTI_TASK_RUNNER_WAITING_SLOTS',
        default: 5_000,
        min: 0,
        max: 1_000_000,
        describe: 'how many tasks that only wait it holds besides',
      }),
      home: text({ env: 'TUTTI_HOME', default: tmpdir(), describe: 'folder for everything Tutti writes' }),
      hostAliases: text({
        env: 'TUTTI_HOST_ALIASES',
        default: 'host.docker.internal=127.0.0.1',
        pattern: /^([^\s=,]+=[^\s=,]+,?)+$/,
        shape: 'pairs such as host.docker.internal=127.0.0.1, with commas between',
        describe: 'addresses for host names that do not resolve',
      }),
      logMaxBytes: integer({
        env: 'TUTTI_TASK_RUNNER_LOG_MAX_BYTES',
        default: 16 * 1024 * 1024,
        min: 64 * 1024,
        describe: 'how much log one attempt may write, bytes',
      }),
      drainTimeoutMs: integer({
        env: 'TUTTI_DRAIN_TIMEOUT_MS',
        default: 10_000,
        min: 0,
        max: 3_600_000,
        describe: 'how long a stopping service may take',
      }),
    },
    env,
  );
  const runnersFolder = join(settings.home, 'runner');
  return { ...settings, runnersFolder, folder: ownFolder(runnersFolder), hostAliases: parseAliases(hostAliases) };
}

/** Names a runner process among others. */
export const workerIdOf = (random: string): string => `${hostname()}-${process.pid}-${random}`;

function parseAliases(pairs: string): Map<string, string> {
  return new Map(
    pairs
      .split(',')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('=') as [string, string]),
  );
}
