import type { DeleteKeyValue, DeleteKeyValueReply, GetKeyValue, GetKeyValueReply, KeyValue, ListKeyValues, ListKeyValuesReply, PurgeKeyValues, PurgeKeyValuesReply, SetKeyValue } from '@tutti/contracts'; // prettier-ignore
import { UserError, type Clock } from '@tutti/service-kit';
import { requireKey, typeOfValue, valueOfType } from '../rules/key-value-value.ts';
import { lineage, requireNamespace } from '../rules/namespaces.ts';
import type { KeyValueStore, NewKeyValue } from '../store/key-value-store.ts';

export interface KeyValueDeps {
  readonly pairs: KeyValueStore;
  readonly clock: Clock;
}

/** @throws {UserError} KV_KEY_INVALID, KV_VALUE_INVALID, NAMESPACE_INVALID, KV_EXISTS */
export async function handleSetKeyValue({ pairs, clock }: KeyValueDeps, command: SetKeyValue): Promise<KeyValue> {
  const { namespace, key, value, description, ttlMs, overwrite = true } = command;
  requireNamespace(namespace);
  requireKey(key);
  const type = command.type ?? typeOfValue(value);
  const nowMs = clock.nowMs();
  const pair: NewKeyValue = {
    namespace,
    key,
    type,
    value: valueOfType(type, value),
    ...(description !== undefined && { description }),
    ...(ttlMs !== undefined && { expiresAtMs: nowMs + ttlMs }),
  };
  const stored = await pairs.set(pair, overwrite, nowMs);
  if (stored) return stored;
  throw new UserError(
    'KV_EXISTS',
    `The key "${key}" exists in the namespace "${namespace}" and must not be overwritten.`,
    {
      hint: 'Delete it first, set "overwrite: true", or choose another key.',
    },
  );
}

/** The pair of the namespace itself or, with `inherit`, of the nearest namespace it lies in. */
export async function handleGetKeyValue({ pairs, clock }: KeyValueDeps, query: GetKeyValue): Promise<GetKeyValueReply> {
  const places = query.inherit ? lineage(query.namespace) : [query.namespace];
  const all = await pairs.find(places, query.key);
  const valid = all.filter((pair) => !isExpired(pair, clock.nowMs()));
  const found = places.flatMap((place) => valid.filter(({ namespace }) => namespace === place))[0];
  if (found) return { found };
  return all.length > 0 ? { expired: true } : {};
}

export async function handleDeleteKeyValue(
  { pairs }: KeyValueDeps,
  command: DeleteKeyValue,
): Promise<DeleteKeyValueReply> {
  // prettier-ignore
  return { deleted: await pairs.delete(command.namespace, command.key) };
}

/** @throws {UserError} NAMESPACE_INVALID */
export async function handlePurgeKeyValues(
  { pairs, clock }: KeyValueDeps,
  command: PurgeKeyValues,
): Promise<PurgeKeyValuesReply> {
  requireNamespace(command.namespace);
  const { expiredOnly = true } = command;
  return { count: await pairs.purge(command, expiredOnly ? clock.nowMs() : undefined) };
}

/** Pairs by key, without expired ones; of a key in several namespaces the nearest. */
export async function handleListKeyValues(
  { pairs, clock }: KeyValueDeps,
  query: ListKeyValues,
): Promise<ListKeyValuesReply> {
  // prettier-ignore
  const { namespace, prefix = '', inherit = false } = query;
  const places = inherit ? lineage(namespace) : [namespace];
  const listed = await pairs.list(places, prefix.includes('*') ? prefix : `${prefix}*`);
  const byKey = new Map<string, KeyValue>();
  for (const pair of listed.toSorted((left, right) => left.namespace.length - right.namespace.length))
    if (!isExpired(pair, clock.nowMs())) byKey.set(pair.key, pair);
  return { entries: [...byKey.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1)) };
}

const isExpired = ({ expiresAtMs }: KeyValue, nowMs: number): boolean => expiresAtMs !== undefined && expiresAtMs <= nowMs; // prettier-ignore
