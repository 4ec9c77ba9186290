import { json } from 'node:stream/consumers';
import type { Storage, StoredFile } from './storage.ts';

/** Most bytes of JSON that travel within a message, which holds 256 KB in all. */
const LARGEST_BYTES = 192 * 1024;
const STORED = 'tutti:stored';

/** What JSON can hold. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * Values that fit into a message together: the largest go to internal storage, and a reference takes their place.
 * @param texts each value as JSON
 * @param store puts a text into a file of that name
 */
export async function storeLargeValues(
  texts: ReadonlyMap<string, string>,
  store: (name: string, text: string) => Promise<StoredFile>,
): Promise<Record<string, Json>> {
  const kept = new Map<string, string>();
  let restBytes = LARGEST_BYTES;
  for (const [name, text] of [...texts].sort(([, a], [, b]) => a.length - b.length)) {
    const fits = Buffer.byteLength(text) <= restBytes;
    const short = fits ? text : JSON.stringify({ [STORED]: (await store(`${name}.json`, text)).uri });
    restBytes -= Buffer.byteLength(short);
    kept.set(name, short);
  }
  return Object.fromEntries([...texts.keys()].map((name) => [name, JSON.parse(kept.get(name)!) as Json]));
}

/** The same value with whatever in it was too large for a message, fetched from internal storage. */
export async function fetchStoredValues<Value>(value: Value, storage: Storage): Promise<Value> {
  return (await fetchIn(value, storage)) as Value;
}

/** The value itself when nothing in it is stored elsewhere, which is nearly always. */
async function fetchIn(value: unknown, storage: Storage): Promise<unknown> {
  if (!holdsStoredValue(value)) return value;
  if (Array.isArray(value)) return Promise.all(value.map((item) => fetchIn(item, storage)));
  const map = value as Readonly<Record<string, unknown>>;
  const uri = map[STORED];
  if (typeof uri === 'string') return json(await storage.get(uri));
  const entries = Object.entries(map).map(async ([key, item]) => [key, await fetchIn(item, storage)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Whether a value, or some part of it, is a reference to a file that holds it. */
function holdsStoredValue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsStoredValue);
  return STORED in value || Object.values(value).some(holdsStoredValue);
}
