import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type {
  DeleteKeyValue,
  DeleteKeyValueReply,
  GetKeyValue,
  GetKeyValueReply,
  KeyValue,
  ListKeyValues,
  ListKeyValuesReply,
  PurgeKeyValues,
  PurgeKeyValuesReply,
  SetKeyValue,
} from '@tutti/contracts';
import type { KeyValueEntry, KeyValues } from '@tutti/plugin-sdk';
import { asTaskError } from './as-task-error.ts';

/** The key-value store of a namespace, kept by the flow-registry. */
export function createKeyValues(bus: Bus, ownNamespace: string): KeyValues {
  const ask = <Req, Res>(verb: string, body: Req): Promise<Res> =>
    bus.request<Req, Res>(subjects.keyValue(verb), body).catch(asTaskError);
  return {
    async get(key, { namespace = ownNamespace, inherit = false } = {}) {
      const { found } = await ask<GetKeyValue, GetKeyValueReply>('get', { namespace, key, inherit });
      return found && entryOf(found);
    },
    async set(key, value, { namespace = ownNamespace, ...options } = {}) {
      await ask<SetKeyValue, unknown>('set', { namespace, key, value, ...options });
    },
    async delete(key, { namespace = ownNamespace } = {}) {
      return (await ask<DeleteKeyValue, DeleteKeyValueReply>('delete', { namespace, key })).deleted;
    },
    async list({ namespace = ownNamespace, prefix } = {}) {
      const query = { namespace, ...(prefix !== undefined && { prefix }) };
      return (await ask<ListKeyValues, ListKeyValuesReply>('list', query)).entries.map(entryOf);
    },
    async purge(options) {
      return (await ask<PurgeKeyValues, PurgeKeyValuesReply>('purge', options)).count;
    },
  };
}

function entryOf({ key, type, value, expiresAtMs }: KeyValue): KeyValueEntry {
  return { key, type, value, ...(expiresAtMs !== undefined && { expiresAtMs }) };
}
