import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Caller } from '../access/caller.ts';
import type { Gateway } from '../gateway.ts';
import { readJson } from '../http/body.ts';
import type { RequestLife } from '../http/request-life.ts';
import { RequestContext } from './context.ts';
import type { DocumentFactsCache } from './document-facts.ts';
import { formatError } from './format-error.ts';
import { guardDocument } from './guard.ts';
import { LIMITS, limitsRule } from './limits.ts';

/** A flow of the allowed size fits, escaped as JSON. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** Queries and mutations over HTTP by Apollo Server. */
export class GraphqlServer {
  readonly #gateway: Gateway;
  readonly #apollo: ApolloServer<RequestContext>;

  constructor(gateway: Gateway, schema: GraphQLSchema, facts: DocumentFactsCache) {
    this.#gateway = gateway;
    this.#apollo = new ApolloServer<RequestContext>({
      schema,
      validationRules: [limitsRule],
      parseOptions: { maxTokens: LIMITS.tokens },
      introspection: true, // for callers with a permission, see FIELD_POLICY
      csrfPrevention: true,
      persistedQueries: false,
      stopOnTerminationSignals: false,
      includeStacktraceInErrorResponses: false,
      formatError: (formatted, error) => formatError(error, formatted, gateway.log),
      logger: gateway.log,
      plugins: [
        ApolloServerPluginLandingPageDisabled(),
        ApolloServerPluginCacheControlDisabled(), // it would look at every field of every answer
        {
          requestDidStart: async () => ({
            didResolveOperation: async ({ document, request, contextValue }) =>
              guardDocument(facts, document, request.variables ?? {}, contextValue.caller),
          }),
        },
      ],
    });
  }

  start(): Promise<void> {
    return this.#apollo.start();
  }

  stop(): Promise<void> {
    return this.#apollo.stop();
  }

  /** Answers a request to `/graphql`. */
  async handle(request: IncomingMessage, response: ServerResponse, caller: Caller, life: RequestLife): Promise<void> {
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    const url = request.url ?? '';
    const answer = await this.#apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'GET',
        headers,
        search: url.includes('?') ? url.slice(url.indexOf('?')) : '',
        body: request.method === 'POST' ? await readJson(request, MAX_BODY_BYTES) : undefined,
      },
      context: async () => new RequestContext(this.#gateway, caller, life),
    });
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.statusCode = answer.status ?? 200;
    if (answer.body.kind === 'complete') {
      response.setHeader('content-length', Buffer.byteLength(answer.body.string)); // so that it leaves in one piece
      response.end(answer.body.string);
      return;
    }
    for await (const chunk of answer.body.asyncIterator) response.write(chunk);
    response.end();
  }
}
