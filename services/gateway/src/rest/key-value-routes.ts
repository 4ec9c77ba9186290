import type { KeyValue, SetKeyValue } from '@tutti/contracts';
import { parseDuration } from '@tutti/flow-model';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { readJson, readText } from '../http/body.ts';
import { RestError, illegalArgument } from '../http/error-envelope.ts';
import { empty, json } from '../http/reply.ts';
import type { RestRequest } from '../http/router.ts';
import { isoDate } from './iso.ts';
import { keysOf } from './json-body.ts';
import { parseKeyValue } from './key-value-text.ts';
import { pageOfQuery } from './query.ts';
import type { Routes } from './routes.ts';

type Names = Extract<RouteName, `${string} /namespaces/{namespace}/kv${string}` | 'GET /kv'>;

const MAX_VALUE_BYTES = 200 * 1024;

/** Key-value pairs of namespaces. */
export function keyValueRoutes(gateway: Gateway): Routes<Names> {
  const { registry } = gateway;
  return {
    'GET /namespaces/{namespace}/kv': async ({ params: { namespace = '' } }) =>
      json((await registry.listKeyValues({ namespace })).entries.map(entryJson)),

    'GET /namespaces/{namespace}/kv/inheritance': async ({ params: { namespace = '' } }) =>
      json((await registry.listKeyValues({ namespace, inherit: true })).entries.map(entryJson)),

    'GET /kv': async ({ query }) => {
      const { offset, limit } = pageOfQuery(query);
      const namespace = query.get('namespace');
      const namespaces = namespace ? [namespace] : await gateway.flows.allNamespaces();
      const lists = await Promise.all(namespaces.map((one) => registry.listKeyValues({ namespace: one })));
      const all = lists.flatMap(({ entries }) => entries);
      return json({ results: all.slice(offset, offset + limit).map(entryJson), total: all.length });
    },

    'GET /namespaces/{namespace}/kv/{key}': async ({ params: { namespace = '', key = '' } }) => {
      const { found, expired } = await registry.getKeyValue({ namespace, key });
      if (expired) throw new RestError(410, 'Resource has expired: The requested value has expired');
      if (!found) throw new RestError(404, `Not Found: No value found for key '${key}' in namespace '${namespace}'`);
      const { type, value, version, updatedAtMs } = found;
      return json({ type, value, revision: version, updated: isoDate(updatedAtMs) });
    },

    'PUT /namespaces/{namespace}/kv/{key}': async (request) => {
      await registry.setKeyValue(await pairOf(request));
      return empty(200);
    },

    'DELETE /namespaces/{namespace}/kv/{key}': async ({ params: { namespace = '', key = '' } }) =>
      json((await registry.deleteKeyValue({ namespace, key })).deleted),

    'DELETE /namespaces/{namespace}/kv': async ({ params: { namespace = '' }, raw }) => {
      const keys = keysOf(await readJson(raw, MAX_VALUE_BYTES));
      const deleted: string[] = [];
      for (const key of keys) if ((await registry.deleteKeyValue({ namespace, key })).deleted) deleted.push(key);
      return json({ keys: deleted });
    },
  };
}

/** @throws {RestError} 422 without a value, or for a header that makes no sense. */
async function pairOf({ params: { namespace = '', key = '' }, raw }: RestRequest): Promise<SetKeyValue> {
  const text = await readText(raw, MAX_VALUE_BYTES);
  if (text.trim() === '') throw new RestError(422, 'Invalid route params: Required Body [value] not specified');
  const { ttl, description } = raw.headers;
  const ttlMs = typeof ttl === 'string' ? parseDuration(ttl) : undefined;
  if (typeof ttl === 'string' && ttlMs === undefined)
    throw illegalArgument(`Text '${ttl}' of the header ttl cannot be parsed to a Duration such as PT5M`);
  return {
    namespace,
    key,
    ...parseKeyValue(text),
    ...(ttlMs !== undefined && { ttlMs }),
    ...(typeof description === 'string' && { description }),
  };
}

function entryJson(entry: KeyValue) {
  return {
    namespace: entry.namespace,
    key: entry.key,
    version: entry.version,
    ...(entry.description && { description: entry.description }),
    creationDate: isoDate(entry.createdAtMs),
    updateDate: isoDate(entry.updatedAtMs),
    ...(entry.expiresAtMs !== undefined && { expirationDate: isoDate(entry.expiresAtMs) }),
  };
}
