import type { JsonMap, StoredValue } from '@tutti/contracts';
import type { TaskStorage } from '@tutti/plugin-sdk';

/** Longest outputs that travel in the report, bytes; a message holds 256 KB in all. */
const OUTPUTS_MAX_BYTES = 192 * 1024;

/**
 * Outputs as JSON that fits into a message: the largest values go to internal storage, and a reference takes their place.
 * Dates become ISO text, big integers numbers where they fit, bytes base64.
 */
export async function packOutputs(outputs: Readonly<Record<string, unknown>>, storage: TaskStorage): Promise<JsonMap> {
  const texts = new Map(Object.entries(outputs).flatMap(([name, value]) => entryOf(name, toJsonText(value))));
  const packed = new Map<string, string>();
  let restBytes = OUTPUTS_MAX_BYTES;
  for (const [name, text] of [...texts].sort(([, a], [, b]) => a.length - b.length)) {
    const kept = Buffer.byteLength(text) <= restBytes ? text : JSON.stringify(await store(storage, name, text));
    restBytes -= Buffer.byteLength(kept);
    packed.set(name, kept);
  }
  return Object.fromEntries([...texts.keys()].map((name) => [name, JSON.parse(packed.get(name) ?? 'null') as JsonMap]));
}

const entryOf = (name: string, text: string | undefined): [string, string][] =>
  text === undefined ? [] : [[name, text]];

async function store(storage: TaskStorage, name: string, text: string): Promise<StoredValue> {
  const { uri } = await storage.put(`outputs/${name}.json`, text);
  return { 'tutti:stored': uri };
}

function toJsonText(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return Number.isSafeInteger(Number(item)) ? Number(item) : item.toString();
    if (isBufferJson(item)) return Buffer.from(item.data).toString('base64');
    return item instanceof Map ? Object.fromEntries(item) : item;
  });
}

/** What `JSON.stringify` makes of a Buffer before a replacer sees it. */
function isBufferJson(item: unknown): item is { readonly data: number[] } {
  return typeof item === 'object' && item !== null && 'type' in item && item.type === 'Buffer' && 'data' in item;
}
