import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { startHealthServer } from './health-server.ts';
import type { Health, HealthServer } from './health-server.ts';
import { createLogger } from './logger.ts';
import type { Logger } from './logger.ts';
import { Metrics, addProcessMetrics } from './metrics.ts';
import { integer, readSettings, text } from './settings.ts';
import type { Environment } from './settings.ts';
import { isUserError } from './user-error.ts';

/** What a service gets to start with. */
export interface ServiceContext {
  readonly name: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly env: Environment;
  /** Ends the process with a logged error: for a fault found outside any call, such as a lost lease on everything. */
  fail(error: unknown): void;
}

/** A started service. */
export interface RunningService {
  /** Stops taking work, ends or hands back what is in hand, closes its connections. */
  stop(): Promise<void>;
  health(): Health;
  /** Told to whoever started the process, such as the port it got. */
  readonly announce?: Readonly<Record<string, unknown>>;
}

/** A service as `runService` wants it. */
export interface ServiceDefinition {
  readonly name: string;
  start(context: ServiceContext): Promise<RunningService>;
}

/** What a service process tells the process that started it, once it can take work. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly service: string;
  readonly pid: number;
  readonly healthPort: number;
  readonly announce: Readonly<Record<string, unknown>>;
}

/** Exit codes of a service process. */
export const EXIT = { stopped: 0, failed: 1, crashed: 70, settings: 78 } as const;

/**
 * The whole life of a service process: settings, start, health server, signals, drain, exit code.
 * SIGTERM, SIGINT, `{ type: 'stop' }` by IPC and the loss of the parent's IPC channel drain and exit 0; a drain that
 * takes longer than `TUTTI_DRAIN_TIMEOUT_MS` is cut. An error nobody handled is logged and ends the process.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const log = createLogger(definition.name);
  const crash = (error: unknown): void => exitAfter(log, EXIT.crashed, error, 'unhandled error, process ends');
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  try {
    await new ServiceProcess(definition, log, crash).run();
  } catch (error) {
    const code = isUserError(error) && error.code === 'SETTINGS_INVALID' ? EXIT.settings : EXIT.failed;
    exitAfter(log, code, error, 'start failed');
  }
}

class ServiceProcess {
  readonly #definition: ServiceDefinition;
  readonly #log: Logger;
  readonly #crash: (error: unknown) => void;
  #service: RunningService | undefined;
  #stopping = false;

  constructor(definition: ServiceDefinition, log: Logger, crash: (error: unknown) => void) {
    this.#definition = definition;
    this.#log = log;
    this.#crash = crash;
  }

  async run(): Promise<void> {
    const { name } = this.#definition;
    const settings = readSettings(processSettings(name));
    const metrics = new Metrics();
    addProcessMetrics(metrics);
    const server = await startHealthServer({
      service: name,
      host: settings.healthHost,
      port: settings.healthPort,
      metrics,
      health: () => this.#health(),
    });
    onStopRequest((reason) => this.#stop(reason, settings.drainTimeoutMs, server));
    const context = { name, log: this.#log, clock: systemClock, metrics, env: process.env, fail: this.#crash };
    this.#service = await this.#definition.start(context);
    if (!this.#stopping) this.#announce(this.#service, server.port);
  }

  #health(): Health {
    if (!this.#service || this.#stopping) return { ready: false, details: { stopping: this.#stopping } };
    return this.#service.health();
  }

  #announce({ announce = {} }: RunningService, healthPort: number): void {
    const message: ReadyMessage = {
      type: 'ready',
      service: this.#definition.name,
      pid: process.pid,
      healthPort,
      announce,
    };
    this.#log.info({ healthPort, ...announce }, 'ready');
    process.send?.(message);
  }

  #stop(reason: string, timeoutMs: number, server: HealthServer): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#log.info({ reason }, 'stopping');
    setTimeout(() => exitAfter(this.#log, EXIT.failed, undefined, 'drain took too long, cut'), timeoutMs).unref();
    void this.#drain(server).then(() => exitAfter(this.#log, EXIT.stopped, undefined, 'stopped'), this.#crash);
  }

  async #drain(server: HealthServer): Promise<void> {
    await this.#service?.stop();
    await server.close();
  }
}

/** Settings that every service process has; its own are read by its `config.ts`. */
function processSettings(name: string) {
  const prefix = `TUTTI_${name.toUpperCase().replaceAll('-', '_')}`;
  return {
    healthPort: integer({
      env: `${prefix}_HEALTH_PORT`,
      default: 0,
      min: 0,
      max: 65_535,
      describe: 'port of /health and /metrics, 0 picks a free one',
    }),
    healthHost: text({
      env: 'TUTTI_HEALTH_HOST',
      default: '127.0.0.1',
      describe: 'address that /health and /metrics listen on',
    }),
    drainTimeoutMs: integer({
      env: 'TUTTI_DRAIN_TIMEOUT_MS',
      default: 10_000,
      min: 0,
      max: 3_600_000,
      describe: 'how long a stopping service may take',
    }),
  };
}

function onStopRequest(stop: (reason: string) => void): void {
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (!process.send) return;
  process.on('disconnect', () => stop('parent gone'));
  process.on('message', (message) => {
    if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'stop') stop('asked');
  });
}

function exitAfter(log: Logger, code: number, error: unknown, sentence: string): void {
  if (code === EXIT.stopped) log.info(sentence);
  else if (isUserError(error)) log.fatal({ code: error.code, hint: error.hint, err: error }, sentence);
  else log.fatal({ err: error }, sentence);
  process.exit(code);
}
