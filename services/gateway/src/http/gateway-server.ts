import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { explainListenError } from '@tutti/service-kit';
import type { Histogram, Family, Logger, Metrics } from '@tutti/service-kit';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { GraphqlServer } from '../graphql/graphql-server.ts';
import type { SubscriptionServer } from '../graphql/subscription-server.ts';
import type { GraphiqlPage } from '../pages/graphiql.ts';
import type { RestApi } from '../rest/rest-api.ts';
import { RestError, errorReply } from './error-envelope.ts';
import { json } from './reply.ts';
import type { Reply } from './reply.ts';
import { RequestLife } from './request-life.ts';

/** What the server passes requests on to. */
export interface ServerParts {
  readonly access: Access;
  readonly graphql: GraphqlServer;
  readonly subscriptions: SubscriptionServer;
  readonly rest: RestApi;
  readonly pages: GraphiqlPage;
  readonly health: () => Promise<{ readonly ready: boolean; readonly services: Readonly<Record<string, boolean>> }>;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A head that comes this slowly is an attack, ms. */
const HEADERS_TIMEOUT_MS = 15_000;
/** A body that has not come whole by then never will, ms. */
const UPLOAD_TIMEOUT_MS = 30 * 60 * 1000;
/** An idle connection is kept this long, ms; longer than usual proxies do. */
const KEEP_ALIVE_MS = 75_000;

/** Sent with every answer. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** The one HTTP server: GraphQL, subscriptions, REST, pages. */
export class GatewayServer {
  readonly #parts: ServerParts;
  readonly #server: Server;
  readonly #seconds: Family<Histogram>;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#seconds = parts.metrics.histogram(
      'tutti_gateway_request_seconds',
      'From the head of a request to the end of its answer.',
    );
    this.#server = createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: UPLOAD_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
      (request, response) => void this.#handle(request, response),
    );
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /**
   * Begins to listen; returns the port.
   * @throws {UserError} PORT_IN_USE, PORT_FORBIDDEN.
   */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(explainListenError(error, port)));
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more requests, lets those in hand end, cuts what lasts longer. */
  async stop(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await this.#parts.subscriptions.stop();
    await closed;
    clearTimeout(cut);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { access, log } = this.#parts;
    const path = request.url ?? '/';
    const life = new RequestLife(response);
    this.#measure(path, response);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    try {
      access.checkOrigin(request.headers);
      const caller = access.callerOf(request.headers.authorization);
      const reply = await this.#dispatch(request, response, caller, life);
      if (reply) await send(request, response, reply);
    } catch (error) {
      if (life.isOver) return;
      const { status, body, headers } = errorReply(error, path);
      if (status === 500) log.error({ err: error, path: path.split('?')[0] }, 'request failed');
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
      drainRequest(request);
    }
  }

  #measure(path: string, response: ServerResponse): void {
    const startMs = performance.now();
    const kind = /^\/(graphql|api)\b/.exec(path)?.[1] ?? 'page';
    response.once('finish', () => {
      const status = `${Math.floor(response.statusCode / 100)}xx`;
      this.#seconds.with({ kind, status }).observe((performance.now() - startMs) / 1000);
    });
  }

  /** The answer, or nothing when it has been given already. */
  async #dispatch(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    life: RequestLife,
  ): Promise<Reply | undefined> {
    const { graphql, rest, pages, health } = this.#parts;
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    if (path === '/graphql') {
      await graphql.handle(request, response, caller, life);
      return undefined;
    }
    if (path.startsWith('/api/')) return rest.handle(request, caller, life);
    if (path === '/ping') return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'pong' };
    if (path === '/health') {
      const { ready, services } = await health();
      return json({ status: ready ? 'UP' : 'DOWN', services }, ready ? 200 : 503);
    }
    const page = request.method === 'GET' || request.method === 'HEAD' ? pages.find(path, caller) : undefined;
    if (page) return page;
    throw new RestError(404, 'Not Found');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { access, subscriptions, log } = this.#parts;
    socket.on('error', (error) => log.debug({ err: error }, 'connection lost'));
    try {
      access.checkOrigin(request.headers);
    } catch {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    if (request.url?.split('?', 1)[0] === '/graphql') subscriptions.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
  }
}

/** Sends an answer; a stream as it comes, no faster than the client reads. */
async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Reply,
): Promise<void> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    const sizeBytes = body === undefined ? 0 : Buffer.byteLength(body);
    response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': sizeBytes });
    response.end(request.method === 'HEAD' ? undefined : body);
  } else {
    response.writeHead(status, headers).flushHeaders();
    await pipeline(body instanceof Readable ? body : Readable.from(body), response);
  }
  drainRequest(request);
}

/** A body that nobody read would block the connection; a long one is not worth reading. */
function drainRequest(request: IncomingMessage): void {
  if (!request.complete) request.resume();
}
