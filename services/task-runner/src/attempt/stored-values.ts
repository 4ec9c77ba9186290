import { json } from 'node:stream/consumers';
import type { JsonMap } from '@tutti/contracts';
import type { Storage } from '@tutti/storage';

const STORED = 'tutti:stored';

/** The context of a claim with the values that were too large for a message, fetched from internal storage. */
export async function fetchStoredValues(context: JsonMap, storage: Storage): Promise<JsonMap> {
  return (await fetchIn(context, storage)) as JsonMap;
}

/** The value itself when nothing in it is stored elsewhere, which is nearly always. */
async function fetchIn(value: unknown, storage: Storage): Promise<unknown> {
  if (!holdsStored(value)) return value;
  if (Array.isArray(value)) return Promise.all(value.map((item) => fetchIn(item, storage)));
  const map = value as Readonly<Record<string, unknown>>;
  const uri = map[STORED];
  if (typeof uri === 'string') return json(await storage.get(uri));
  const entries = Object.entries(map).map(async ([key, item]) => [key, await fetchIn(item, storage)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function holdsStored(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsStored);
  return STORED in value || Object.values(value).some(holdsStored);
}
