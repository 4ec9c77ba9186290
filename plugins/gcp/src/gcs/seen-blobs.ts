import type { RunContext } from '@tutti/plugin-sdk';
import type { Blob } from './blobs.ts';

/** What of a folder is new to a trigger. */
export interface News {
  readonly blobs: readonly (Blob & { readonly changeType: 'CREATE' | 'UPDATE' })[];
  /** Versions by address: what the trigger has seen of what is there now. */
  readonly seen: Readonly<Record<string, string>>;
}

/** Which changes count, and how many of them at a time. */
export interface Wish {
  readonly on: 'CREATE' | 'UPDATE' | 'CREATE_OR_UPDATE';
  readonly maxFiles: number;
}

/** Compares a listing with what was seen before. What is not taken now for being too many comes the next time. */
export async function newsOf(
  blobs: AsyncIterable<Blob>,
  before: Readonly<Record<string, string>>,
  { on, maxFiles }: Wish,
): Promise<News> {
  const taken: News['blobs'][number][] = [];
  const seen: Record<string, string> = {};
  for await (const blob of blobs) {
    const version = blob.generation ?? blob.updateTime ?? '';
    const known = before[blob.uri];
    const changeType = known === undefined ? 'CREATE' : 'UPDATE';
    const counts = known !== version && on.includes(changeType);
    if (counts && taken.length < maxFiles) taken.push({ ...blob, changeType });
    if (!counts || taken.at(-1)?.uri === blob.uri) seen[blob.uri] = version;
    else if (known !== undefined) seen[blob.uri] = known;
  }
  return { blobs: taken, seen };
}

/** What was seen before, from the key-value store of the namespace. */
export async function readSeen({ keyValues }: RunContext, key: string): Promise<Record<string, string>> {
  const value = (await keyValues.get(key))?.value;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, string>) : {};
}

/** Keeps it for as long as it is not needed, at most. */
export const saveSeen = (
  { keyValues }: RunContext,
  key: string,
  seen: Readonly<Record<string, string>>,
  ttlMs: number | undefined,
): Promise<void> => keyValues.set(key, seen, { type: 'JSON', ...(ttlMs !== undefined && { ttlMs }) });
