import type { DatabaseService } from '@tutti/database';
import type { DataFolder } from '../infrastructure/data-folder.ts';
import type { Infrastructure } from '../infrastructure/start-infrastructure.ts';

/** The five services, in the order in which they may be started. */
export const SERVICES = ['flow-registry', 'executor', 'task-runner', 'trigger', 'gateway'] as const;
export type ServiceName = (typeof SERVICES)[number];

/**
 * The order in which they stop, side by side where one needs not the other: first nothing new comes in, then the runners
 * end their work and report it, then those to whom they reported.
 */
export const STOP_ORDER: readonly (readonly ServiceName[])[] = [
  ['gateway', 'trigger'],
  ['task-runner'],
  ['executor', 'flow-registry'],
];

/** Whose database login a service has; the task-runner has none. */
const LOGINS: Readonly<Partial<Record<ServiceName, DatabaseService>>> = {
  'flow-registry': 'registry',
  executor: 'executor',
  trigger: 'trigger',
  gateway: 'gateway',
};

/** What of our own environment a service needs, besides `TUTTI_*`: the system's, and what users' flows may read. */
const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|(https?|no|all)_proxy|SSL_CERT_.*|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|DOCKER_.*|GOOGLE_.*|CLOUDSDK_.*|METADATA_.*|ENV_.*|SECRET_.*|KESTRA_.*)$/i;
/** Secrets of ours that are given to each service by name. */
const NEVER_PASSED_ON = /^TUTTI_((\w+_)?DATABASE_URL|NATS_URL)$/;

/** What the environment of a service is made of. */
export interface ServiceEnvironmentOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: DataFolder;
  readonly infrastructure: Infrastructure;
  readonly host: string;
  readonly port: number;
}

/** All that a service process is told: what it needs and no other service's secrets. */
export function serviceEnvironment(service: ServiceName, options: ServiceEnvironmentOptions): NodeJS.ProcessEnv {
  const { env, folder, infrastructure } = options;
  const login = LOGINS[service];
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => isPassedOn(name))),
    TUTTI_HOME: folder.path,
    TUTTI_NATS_URL: infrastructure.natsUrl,
    TUTTI_STORAGE_FOLDER: env['TUTTI_STORAGE_FOLDER'] || folder.at('storage'),
    ...(login && { TUTTI_DATABASE_URL: infrastructure.urlFor(login) }),
    ...(service === 'gateway' && { TUTTI_GATEWAY_HOST: options.host, TUTTI_GATEWAY_PORT: String(options.port) }),
  };
}

function isPassedOn(name: string): boolean {
  return PASSED_ON.test(name) || (name.startsWith('TUTTI_') && !NEVER_PASSED_ON.test(name));
}
