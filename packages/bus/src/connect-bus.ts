import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@tutti/service-kit';
import { connect } from 'nats';
import type { ConnectionOptions, NatsConnection } from 'nats';
import type { Bus } from './bus.ts';
import { BusError } from './bus-error.ts';
import { NatsBus } from './nats-bus.ts';
import { NatsStreams } from './nats-streams.ts';
import { STREAMS } from './stream-table.ts';
import type { StreamDefinition } from './stream-table.ts';

const RECONNECT_WAIT_MS = 200;
const RECONNECT_JITTER_MS = 100;
const PING_INTERVAL_MS = 10_000;

/** Where and as whom to connect. */
export interface BusOptions {
  /** One address or several with commas: `nats://[user:password@|token@]host:port`. */
  readonly url: string;
  /** Shown by the server's tools. */
  readonly name: string;
  readonly log: Logger;
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  /** How long the first connection may take, ms; default 30 s. Later ones are retried for ever. */
  readonly connectTimeoutMs?: number;
  /** Copies of each stream in a cluster; default 1. */
  readonly replicas?: number;
  /** Default: the table of streams. */
  readonly streams?: readonly StreamDefinition[];
}

/**
 * Connects to NATS; waits for a server that is still starting.
 * @throws {BusError} BUS_UNREACHABLE when the time is over, or at once when the credentials are refused.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const connection = await connectWithin(options, options.connectTimeoutMs ?? 30_000);
  const streams = new NatsStreams(connection, options.streams ?? STREAMS, options.replicas ?? 1);
  return new NatsBus(connection, streams, options.log);
}

async function connectWithin(options: BusOptions, timeoutMs: number): Promise<NatsConnection> {
  const connectionOptions = toConnectionOptions(options);
  for (const deadlineMs = Date.now() + timeoutMs; ;) {
    try {
      return await connect(connectionOptions);
    } catch (cause) {
      const refused = cause instanceof Error && /authorization/i.test(cause.message);
      if (refused || Date.now() > deadlineMs) throw unreachable(connectionOptions, refused, cause);
      await setTimeout(RECONNECT_WAIT_MS);
    }
  }
}

function toConnectionOptions(options: BusOptions): ConnectionOptions & { readonly servers: string[] } {
  const addresses = options.url.split(',').map((one) => new URL(one.includes('://') ? one : `nats://${one}`));
  const { username = '', password = '' } = addresses.find((one) => one.username) ?? {};
  const user = options.user ?? (password ? decodeURIComponent(username) : undefined);
  const pass = options.pass ?? (password ? decodeURIComponent(password) : undefined);
  const token = options.token ?? (username && !password ? decodeURIComponent(username) : undefined);
  return {
    servers: addresses.map((one) => `${one.hostname}:${one.port || 4222}`),
    name: options.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    pingInterval: PING_INTERVAL_MS,
    noAsyncTraces: true,
    ...(user && { user }),
    ...(pass && { pass }),
    ...(token && { token }),
  };
}

function unreachable({ servers }: { readonly servers: string[] }, refused: boolean, cause: unknown): BusError {
  const where = servers.join(', ');
  return refused
    ? new BusError('BUS_UNREACHABLE', `NATS at ${where} refuses these credentials.`, {
        hint: 'Correct user, password or token in TUTTI_NATS_URL.',
        cause,
      })
    : new BusError('BUS_UNREACHABLE', `No NATS server answers at ${where}.`, {
        hint: 'Start it, or correct TUTTI_NATS_URL.',
        cause,
      });
}
