import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, integer, optionalText, readSettings, text } from '@tutti/service-kit';
import { DataFolder } from './infrastructure/data-folder.ts';
import { freePort, isFree } from './infrastructure/free-port.ts';
import { startServers } from './infrastructure/start-infrastructure.ts';
import type { DataDatabase, Infrastructure } from './infrastructure/start-infrastructure.ts';
import { ServiceLog } from './logs/service-log.ts';
import type { LogView } from './logs/service-log.ts';
import { repositoryRoot } from './repository-root.ts';
import { SERVICES, STOP_ORDER, serviceEnvironment } from './services/service-environment.ts';
import type { ServiceName } from './services/service-environment.ts';
import { ServiceProcess } from './services/service-process.ts';

/** How to start a Tutti. */
export interface TuttiOptions {
  /** Default `TUTTI_HOME`, else `.tutti` in the clone. */
  readonly dataFolder?: string | undefined;
  /** Port of API and UI; 0 picks a free one. Default `TUTTI_GATEWAY_PORT`, else 8080. */
  readonly port?: number | undefined;
  /** Address of API and UI; default `TUTTI_GATEWAY_HOST`, else loopback. */
  readonly host?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Told of slow steps and of processes that ended unasked. */
  readonly tell?: (sentence: string) => void;
  /** Which log lines to print; default none. */
  readonly logs?: LogView;
  /** Which services; default all five. */
  readonly services?: readonly ServiceName[];
}

/** A running Tutti: NATS, PostgreSQL and the services as child processes. */
export interface Tutti {
  /** Where API and UI are. */
  readonly url: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** For users' own data, where PostgreSQL is ours. */
  readonly dataDatabase: DataDatabase | undefined;
  readonly natsUrl: string;
  readonly dataFolder: string;
  /** The servers that we run; missing where the environment names one. */
  readonly infrastructure: Infrastructure;
  /** Process ids by service, and of `postgres` and `nats`. */
  readonly processes: Readonly<Record<string, number | undefined>>;
  /** Ends a service's process as a crash would; it is started again. */
  kill(service: ServiceName, signal?: NodeJS.Signals): void;
  /** Lets work end, stops everything. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  killNow(): void;
}

const SILENT: LogView = { level: 'silent', coloured: false, print: () => undefined };

/**
 * Starts everything and resolves when all services can take work. Runs the built files (`npm run build`).
 * @throws {UserError} DATA_FOLDER_IN_USE, PORT_IN_USE, NATS_MISSING, POSTGRES_FAILED, SERVICE_FAILED … each with a way out.
 */
export async function startTutti(options: TuttiOptions = {}): Promise<Tutti> {
  const { env = process.env, tell = () => undefined, logs = SILENT, services: names = SERVICES } = options;
  const scripts = new Map(names.map((name) => [name, scriptOf(name)]));
  const settings = readTuttiSettings(env);
  const host = options.host ?? settings.host;
  const port = await choosePort(options.port ?? settings.port, host);
  const folder = DataFolder.take(options.dataFolder ?? settings.home ?? join(repositoryRoot(), '.tutti'));
  const undo = [async () => folder.release()];
  try {
    const infrastructure = await startServers({ folder, env, tell });
    undo.unshift(() => infrastructure.stop());
    const environment = { env, folder, infrastructure, host, port };
    const services = new Map<ServiceName, ServiceProcess>();
    for (const [name, script] of scripts) {
      const log = new ServiceLog(name, folder, logs);
      services.set(name, new ServiceProcess({ name, script, env: serviceEnvironment(name, environment), log, tell }));
    }
    undo.unshift(() => stopServices(services));
    tell('starting the services …');
    await Promise.all([...services.values()].map((service) => service.start()));
    const url = `http://${host === '127.0.0.1' || host === '0.0.0.0' ? 'localhost' : host}:${port}`;
    folder.announce(url);
    return runningTutti(url, port, folder, infrastructure, services, () => runAll(undo));
  } catch (error) {
    await runAll(undo).catch(() => undefined); // the first error is the one that counts
    throw error;
  }
}

function readTuttiSettings(env: NodeJS.ProcessEnv) {
  return readSettings(
    {
      port: integer({ env: 'TUTTI_GATEWAY_PORT', default: 8080, min: 0, max: 65_535, describe: 'port of API and UI' }),
      host: text({ env: 'TUTTI_GATEWAY_HOST', default: '127.0.0.1', describe: 'address of API and UI' }),
      home: optionalText({ env: 'TUTTI_HOME', describe: 'data folder' }),
    },
    env,
  );
}

function runningTutti(
  url: string,
  port: number,
  folder: DataFolder,
  infrastructure: Infrastructure,
  services: ReadonlyMap<ServiceName, ServiceProcess>,
  stop: () => Promise<void>,
): Tutti {
  const { databaseUrl, dataDatabase, natsUrl, postgres, nats } = infrastructure;
  return {
    url,
    port,
    databaseUrl,
    dataDatabase,
    natsUrl,
    infrastructure,
    stop,
    dataFolder: folder.path,
    get processes() {
      const pids = [...services].map(([name, service]) => [name, service.pid] as const);
      return { ...Object.fromEntries(pids), postgres: postgres?.process.pid, nats: nats?.process.pid };
    },
    kill: (service, signal = 'SIGKILL') => services.get(service)?.signal(signal),
    killNow() {
      for (const service of services.values()) service.killNow();
      nats?.process.killNow();
      postgres?.process.killNow();
      folder.release();
    },
  };
}

async function stopServices(services: ReadonlyMap<ServiceName, ServiceProcess>): Promise<void> {
  for (const group of STOP_ORDER) await Promise.all(group.map(async (name) => services.get(name)?.stop()));
}

/** Goes through all steps even if one fails. @throws The first error. */
async function runAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

async function choosePort(wished: number, host: string): Promise<number> {
  if (wished === 0) return freePort();
  if (await isFree(wished, host)) return wished;
  throw new UserError('PORT_IN_USE', `Port ${wished} is taken by another program, perhaps by another Tutti.`, {
    hint: 'Stop that program, or start this one with --port N (and --data FOLDER for a second Tutti).',
  });
}

function scriptOf(service: ServiceName): string {
  const script = join(repositoryRoot(), 'build', 'services', `${service}.js`);
  if (existsSync(script)) return script;
  throw new UserError('NOT_BUILT', `The service ${service} is not built: there is no ${script}.`, {
    hint: 'Run "npm run build".',
  });
}
