import type { IncomingMessage } from 'node:http';
import { authorize } from '../access/caller.ts';
import type { Caller } from '../access/caller.ts';
import { ROUTE_POLICY } from '../access/route-policy.ts';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { RestError } from '../http/error-envelope.ts';
import type { Reply } from '../http/reply.ts';
import type { RequestLife } from '../http/request-life.ts';
import { Router } from '../http/router.ts';
import { bulkRoutes } from './bulk-routes.ts';
import { executionFileRoutes } from './execution-file-routes.ts';
import { executionRoutes } from './execution-routes.ts';
import { flowRoutes } from './flow-routes.ts';
import { keyValueRoutes } from './key-value-routes.ts';
import { logRoutes } from './log-routes.ts';
import { namespaceRoutes } from './namespace-routes.ts';
import type { Routes } from './routes.ts';
import { systemRoutes } from './system-routes.ts';
import { triggerRoutes } from './trigger-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** All routes; a name of the policy without a handler does not compile. */
const allRoutes = (gateway: Gateway): Routes<RouteName> => ({
  ...systemRoutes(gateway),
  ...flowRoutes(gateway),
  ...executionRoutes(gateway),
  ...bulkRoutes(gateway),
  ...executionFileRoutes(gateway),
  ...webhookRoutes(gateway),
  ...logRoutes(gateway),
  ...keyValueRoutes(gateway),
  ...namespaceRoutes(gateway),
  ...triggerRoutes(gateway),
});

/** The forms that Kestra's users and tutorials type: `/api/v1/…`, and `/api/v1/main/…` with its one tenant. */
export class RestApi {
  readonly #router: Router<RouteName>;

  constructor(gateway: Gateway) {
    this.#router = new Router(allRoutes(gateway));
  }

  /** Answers a request below `/api/`. */
  async handle(raw: IncomingMessage, caller: Caller, life: RequestLife): Promise<Reply> {
    const target = raw.url ?? '/';
    const [wholePath, search] = split(target, '?');
    const path = withoutTenant(wholePath);
    const method = raw.method === 'HEAD' ? 'GET' : (raw.method ?? 'GET');
    const match = path === undefined ? undefined : this.#router.find(method, path);
    if (!match) throw this.#notFound(method, wholePath, path, caller);
    authorize(caller, ROUTE_POLICY[match.name]);
    const query = new URLSearchParams(search);
    return match.handler({ method, target, params: match.params, query, raw, caller, life });
  }

  /** Who has not logged in learns nothing about which paths there are. */
  #notFound(method: string, wholePath: string, path: string | undefined, caller: Caller): RestError {
    authorize(caller, 'system:read');
    const methods = path === undefined ? [] : this.#router.methodsOf(path);
    if (methods.length > 0) {
      const allowed = methods.join(', ');
      const message = `Method Not Allowed: Method [${method}] not allowed for URI [${wholePath}]. Allowed methods: [${allowed}]`;
      return new RestError(405, message, { headers: { allow: allowed } });
    }
    const withoutFirst = /^\/api\/v1\/[^/]+(\/.+)$/.exec(wholePath)?.[1];
    if (withoutFirst && this.#router.methodsOf(withoutFirst).length > 0)
      return new RestError(400, "Bad Request: Tenant must be 'main'");
    return new RestError(404, 'Not Found');
  }
}

function withoutTenant(path: string): string | undefined {
  if (!path.startsWith('/api/v1/')) return undefined;
  const rest = path.slice('/api/v1'.length);
  return rest.startsWith('/main/') ? rest.slice('/main'.length) : rest;
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
