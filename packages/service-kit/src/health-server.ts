import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';
import { UserError } from './user-error.ts';

/** What a service says of itself; `details` are shown as they are, so no secrets. */
export interface Health {
  /** Whether it can take work now. */
  readonly ready: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A running health server. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Where to listen and what to answer. */
export interface HealthServerOptions {
  readonly service: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly metrics: Metrics;
  readonly health: () => Health;
}

/**
 * Answers `/health` and `/ready` (200 when the service can take work, else 503; JSON) and `/metrics` (Prometheus).
 * @throws {UserError} PORT_IN_USE when somebody else listens there.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => answer(options, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(error, options.port)));
    server.listen(options.port, options.host, resolve);
  });
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Makes "address in use" an error that says what to do. */
export function explainListenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new UserError('PORT_IN_USE', `Port ${port} is taken by another program.`, {
      hint: 'Stop that program or choose another port.',
      cause: error,
    });
  if (error.code === 'EACCES')
    return new UserError('PORT_FORBIDDEN', `This user may not listen on port ${port}.`, {
      hint: 'Choose a port from 1024 on.',
      cause: error,
    });
  return error;
}

function answer(options: HealthServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0];
  if (path === '/metrics') {
    send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', options.metrics.render());
  } else if (path === '/health' || path === '/ready') {
    const { ready, details } = options.health();
    const body = { service: options.service, status: ready ? 'UP' : 'DOWN', ...details };
    send(response, ready ? 200 : 503, 'application/json', `${JSON.stringify(body)}\n`);
  } else {
    send(response, 404, 'text/plain; charset=utf-8', 'There are /health, /ready and /metrics.\n');
  }
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
}
