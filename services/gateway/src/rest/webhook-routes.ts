import type { WebhookCall, WebhookReply } from '@tutti/contracts';
import { UserError } from '@tutti/service-kit';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { readText } from '../http/body.ts';
import { RestError } from '../http/error-envelope.ts';
import { empty, json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import type { Handler, RestRequest } from '../http/router.ts';
import { RateLimit } from '../http/rate-limit.ts';
import { startAndWait } from '../live/execution-ended.ts';
import { executionJson } from './execution-json.ts';
import { findExecution, urlOf } from './execution-routes.ts';
import type { Routes } from './routes.ts';

type Names = Extract<RouteName, `${string} /executions/webhook/${string}`>;

/** A caller over HTTP does not wait longer for a flow to end, ms. */
const LONGEST_WAIT_MS = 10 * 60 * 1000;

/** Webhooks: straight to the trigger service, which knows the keys. */
export function webhookRoutes(gateway: Gateway): Routes<Names> {
  const limit = new RateLimit(gateway.config.webhooksPerSecond, gateway.clock);
  const call: Handler = async (request) => {
    const { namespace = '', id: flowId = '', key = '' } = request.params;
    if (!limit.take(`${namespace}/${flowId}`))
      throw new UserError('RATE_LIMITED', `More than ${gateway.config.webhooksPerSecond} calls per second to webhooks of ${namespace}.${flowId}.`); // prettier-ignore
    const body = await readText(request.raw, gateway.config.maxWebhookBytes);
    const reply = await gateway.trigger.callWebhook(toCall(request, { namespace, flowId, key, body }));
    return answer(gateway, request, reply);
  };
  return {
    'GET /executions/webhook/{namespace}/{id}/{key}': call,
    'POST /executions/webhook/{namespace}/{id}/{key}': call,
    'PUT /executions/webhook/{namespace}/{id}/{key}': call,
  };
}

function toCall(
  { raw, query, method }: RestRequest,
  { body, ...address }: Pick<WebhookCall, 'namespace' | 'flowId' | 'key'> & { readonly body: string },
): WebhookCall {
  const headers = Object.entries(raw.headersDistinct).flatMap(([name, values]) => (values ? [[name, values]] : []));
  const idempotencyKey = raw.headers['idempotency-key'];
  return {
    ...address,
    method,
    headers: Object.fromEntries(headers) as WebhookCall['headers'],
    parameters: Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)])),
    ...(body !== '' && { body }),
    ...(typeof idempotencyKey === 'string' && { idempotencyKey }),
  };
}

async function answer(gateway: Gateway, request: RestRequest, reply: WebhookReply): Promise<Reply> {
  if (reply.outcome === 'condition-false') return empty(409);
  if (reply.outcome === 'not-found') throw new RestError(404, `Not Found: ${reply.message}`);
  const { executionId, wait, returnOutputs } = reply;
  const find = () => findExecution(gateway, executionId);
  const options = { timeoutMs: LONGEST_WAIT_MS, signal: request.life.signal };
  const execution = wait ? await startAndWait(gateway, executionId, find, options) : await find();
  if (wait && returnOutputs) return json(execution.outputs ?? {});
  return json({ tenantId: 'main', ...executionJson(execution), url: urlOf(request, execution) });
}
