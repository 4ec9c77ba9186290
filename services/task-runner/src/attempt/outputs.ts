import type { JsonMap } from '@tutti/contracts';
import type { TaskStorage } from '@tutti/plugin-sdk';
import { storeLargeValues } from '@tutti/storage';

/**
 * Outputs as JSON that fits into a message: the largest values go to internal storage, and a reference takes their place.
 * Dates become ISO text, big integers numbers where they fit, bytes base64.
 */
export async function packOutputs(outputs: Readonly<Record<string, unknown>>, storage: TaskStorage): Promise<JsonMap> {
  const texts = new Map(Object.entries(outputs).flatMap(([name, value]) => entryOf(name, toJsonText(value))));
  return storeLargeValues(texts, (name, text) => storage.put(`outputs/${name}`, text));
}

const entryOf = (name: string, text: string | undefined): [string, string][] =>
  text === undefined ? [] : [[name, text]];

/** A value as JSON text: dates as ISO text, big integers as numbers where they fit, bytes in base64. */
export function toJsonText(value: unknown): string | undefined {
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
