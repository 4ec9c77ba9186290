import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isUserError } from '@tutti/service-kit';
import { GraphQLError, parse, specifiedRules, validate } from 'graphql';
import type { ExecutionArgs, GraphQLSchema } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { Context, SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { Extra } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Gateway } from '../gateway.ts';
import { SLOW_CONSUMER_CODE } from '../live/event-feed.ts';
import { RequestContext } from './context.ts';
import type { DocumentFactsCache } from './document-facts.ts';
import { formatError } from './format-error.ts';
import { guardDocument } from './guard.ts';
import { LIMITS, limitsRule } from './limits.ts';

const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_OPERATIONS = 100;
/** A client that answers no ping for so long is cut off, ms; so one that does not read costs no memory for ever. */
const KEEP_ALIVE_MS = 12_000;
/** More unsent bytes than a client may leave unread. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;

type Connection = Context<Record<string, unknown>, Extra & { caller?: Caller }>;

/** Subscriptions over WebSockets in the protocol `graphql-transport-ws`. */
export class SubscriptionServer {
  readonly #sockets: WebSocketServer;
  readonly #dispose: () => void | Promise<void>;

  constructor(gateway: Gateway, schema: GraphQLSchema, facts: DocumentFactsCache, access: Access) {
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
    const server = useServer<Record<string, unknown>, { caller?: Caller }>(
      {
        schema,
        connectionInitWaitTimeout: 5_000,
        onConnect: (connection) => {
          connection.extra.caller = access.callerOf(authorizationOf(connection));
          return true; // what a caller may see is decided by operation
        },
        onSubscribe: (connection, _id, payload) => {
          const { socket, caller } = connection.extra;
          if (!caller || Object.keys(connection.subscriptions).length > MAX_OPERATIONS) {
            socket.close(CloseCode.TooManyInitialisationRequests, `At most ${MAX_OPERATIONS} operations`);
            return [];
          }
          return prepare({ gateway, schema, facts }, payload, caller, socket);
        },
        onNext: ({ extra: { socket } }, _id, _payload, _args, { data = null, errors }) => {
          if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.close(SLOW_CONSUMER_CODE, 'Slow consumer');
          return errors && { data, errors: errors.map((error) => toGraphqlError(error, gateway).toJSON()) };
        },
        onError: (_connection, _id, _payload, errors) => errors.map((error) => toGraphqlError(error, gateway).toJSON()),
      },
      this.#sockets,
      KEEP_ALIVE_MS,
    );
    this.#dispose = () => server.dispose();
  }

  /** Takes over a connection that asks to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#sockets.emit('connection', client, request));
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#sockets.clients.size;
  }

  async stop(): Promise<void> {
    await this.#dispose();
  }
}

/** The header of the handshake, or what browsers cannot put into one, in the parameters of the connection. */
function authorizationOf({ connectionParams, extra }: Connection): string | undefined {
  const given = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
  return typeof given === 'string' ? given : extra.request.headers.authorization;
}

interface Served {
  readonly gateway: Gateway;
  readonly schema: GraphQLSchema;
  readonly facts: DocumentFactsCache;
}

/** What is to be executed, or why it is not. The same limits and the same guard as over HTTP. */
function prepare(
  { gateway, schema, facts }: Served,
  { query, variables, operationName }: SubscribePayload,
  caller: Caller,
  socket: WebSocket,
): ExecutionArgs | readonly GraphQLError[] {
  try {
    const document = parse(query, { maxTokens: LIMITS.tokens });
    const faults = validate(schema, document, [...specifiedRules, limitsRule]);
    if (faults.length > 0) return faults;
    guardDocument(facts, document, variables ?? {}, caller);
    const controller = new AbortController();
    socket.once('close', () => controller.abort());
    return {
      schema,
      document,
      variableValues: variables ?? {},
      operationName: operationName ?? null,
      contextValue: new RequestContext(gateway, caller, controller, (code, reason) => socket.close(code, reason)),
    };
  } catch (error) {
    return [toGraphqlError(error, gateway)];
  }
}

function toGraphqlError(error: unknown, { log }: Gateway): GraphQLError {
  const own =
    error instanceof GraphQLError ? error : new GraphQLError(String(error), { originalError: asError(error) });
  const { message, extensions } = formatError(isUserError(error) ? error : own, own.toJSON(), log);
  return new GraphQLError(message, {
    ...(own.nodes && { nodes: own.nodes }),
    ...(own.path && { path: own.path }),
    ...(extensions && { extensions }),
  });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
