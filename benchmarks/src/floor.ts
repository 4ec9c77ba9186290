import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type NatsConnection } from 'nats';
import pg from 'pg';

/** The bare operations of this machine that everything is compared with. Each is done once per call. */
export interface Floor {
  /** One row inserted and committed. */
  commit(): Promise<unknown>;
  /** One request and its reply over NATS. */
  busRoundTrip(): Promise<unknown>;
  /** One HTTP request on loopback. */
  httpRoundTrip(): Promise<unknown>;
  /** `sh -c true`. */
  spawn(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Opens what the floor needs, on the same servers that Tutti uses. */
export async function openFloor(databaseUrl: string, natsUrl: string): Promise<Floor> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  await database.query(
    'CREATE TABLE IF NOT EXISTS public.bench_floor (id bigint GENERATED ALWAYS AS IDENTITY, body text)',
  );
  const [bus, answering] = await Promise.all([connectNats(natsUrl), connectNats(natsUrl)]);
  answering.subscribe('bench.floor', { callback: (_error, message) => void message.respond(message.data) });
  await answering.flush();
  const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  return {
    commit: () =>
      database.query({
        name: 'floor',
        text: 'INSERT INTO public.bench_floor (body) VALUES ($1)',
        values: ['x'.repeat(200)],
      }),
    busRoundTrip: () => bus.request('bench.floor', 'ping'),
    httpRoundTrip: () => httpGet(port, agent),
    spawn: () => once(spawn('sh', ['-c', 'true'], { stdio: 'ignore' }), 'exit'),
    async stop() {
      await database.query('DROP TABLE IF EXISTS public.bench_floor');
      await database.end();
      await bus.close();
      await answering.close();
      agent.destroy();
      server.close();
    },
  };
}

function connectNats(url: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(url);
  return connect({
    servers: host,
    ...(password ? { user: username, pass: password } : username && { token: username }),
  });
}

function httpGet(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent }, (response) => {
      response.resume().on('end', resolve);
    }).on('error', reject);
  });
}
