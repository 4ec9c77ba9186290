import { join } from 'node:path';
import { UserError, integer, optionalText, readSettings, text } from '@tutti/service-kit';
import type { Environment } from '@tutti/service-kit';

/** The gateway's settings, read once. */
export interface GatewayConfig {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly credentials: Credentials | undefined;
  /** Further names under which browsers and proxies may address the gateway. */
  readonly allowedHosts: readonly string[];
  /** Further origins whose pages may call it. */
  readonly allowedOrigins: readonly string[];
  readonly natsUrl: string;
  readonly storageFolder: string;
  readonly databaseConnections: number;
  readonly maxUploadBytes: number;
  readonly maxWebhookBytes: number;
  readonly webhooksPerSecond: number;
}

/** The one login there is so far. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const SETTINGS = {
  host: text({ env: 'TUTTI_GATEWAY_HOST', default: '127.0.0.1', describe: 'address to listen on' }),
  port: integer({ env: 'TUTTI_GATEWAY_PORT', default: 8080, min: 0, max: 65_535, describe: 'port to listen on' }),
  username: optionalText({ env: 'TUTTI_GATEWAY_USERNAME', describe: 'login name' }),
  password: optionalText({ env: 'TUTTI_GATEWAY_PASSWORD', describe: 'password of the login' }),
  allowedHosts: optionalText({ env: 'TUTTI_GATEWAY_ALLOWED_HOSTS', describe: 'further host names, with commas' }),
  allowedOrigins: optionalText({ env: 'TUTTI_GATEWAY_ALLOWED_ORIGINS', describe: 'further origins, with commas' }),
  natsUrl: text({ env: 'TUTTI_NATS_URL', default: 'nats://127.0.0.1:4222', describe: 'address of NATS' }),
  home: text({ env: 'TUTTI_HOME', default: '.tutti', describe: 'folder for everything Tutti writes' }),
  storageFolder: optionalText({ env: 'TUTTI_STORAGE_FOLDER', describe: 'folder of internal storage' }),
  databaseConnections: integer({
    env: 'TUTTI_GATEWAY_DATABASE_CONNECTIONS',
    default: 6,
    min: 1,
    max: 100,
    describe: 'most connections to PostgreSQL',
  }),
  maxUploadBytes: integer({
    env: 'TUTTI_GATEWAY_MAX_UPLOAD_BYTES',
    default: 2 * 1024 ** 3,
    min: 1024,
    max: 1024 ** 4,
    describe: 'largest file that is taken',
  }),
  maxWebhookBytes: integer({
    env: 'TUTTI_GATEWAY_MAX_WEBHOOK_BYTES',
    default: 128 * 1024,
    min: 1024,
    max: 200 * 1024, // with its envelope it must fit into a message of the bus (256 KB)
    describe: 'largest body of a webhook call',
  }),
  webhooksPerSecond: integer({
    env: 'TUTTI_GATEWAY_WEBHOOKS_PER_SECOND',
    default: 2_000,
    min: 1,
    max: 1_000_000,
    describe: 'calls of one webhook address per second; a burst may be ten times as many',
  }),
} as const;

/**
 * Reads the gateway's settings.
 * @throws {UserError} SETTINGS_INVALID; also when it should be reachable from elsewhere without a login.
 */
export function readGatewayConfig(env: Environment): GatewayConfig {
  const { username, password, allowedHosts, allowedOrigins, home, storageFolder, ...rest } = readSettings(
    SETTINGS,
    env,
  );
  const credentials = username && password ? { username, password } : undefined;
  if (Boolean(username) !== Boolean(password))
    throw new UserError('SETTINGS_INVALID', 'A login needs both a name and a password.', {
      hint: 'Set TUTTI_GATEWAY_USERNAME and TUTTI_GATEWAY_PASSWORD, or neither.',
    });
  if (!credentials && !isLoopback(rest.host))
    throw new UserError(
      'SETTINGS_INVALID',
      `The gateway would be reachable from other machines (TUTTI_GATEWAY_HOST=${rest.host}) without a login.`,
      { hint: 'Set TUTTI_GATEWAY_USERNAME and TUTTI_GATEWAY_PASSWORD, or listen on 127.0.0.1.' },
    );
  return {
    ...rest,
    credentials,
    storageFolder: storageFolder ?? join(home, 'storage'),
    allowedHosts: listOf(allowedHosts),
    allowedOrigins: listOf(allowedOrigins),
  };
}

/** Whether only this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter(Boolean);
}
