import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Json, JsonMap } from '@tutti/flow-model';
import type { KeyValues } from './context.ts';
import { TaskError } from './errors.ts';

/** Longest value that is kept as it is, and longest part of a packed one, characters: a pair travels in one message. */
const PART_LENGTH = 150_000;
const MARK = 'tutti:packed';

/** Where a pair lies. */
interface Place {
  readonly namespace: string;
  readonly key: string;
}

/** What stands at the key of a value that was too large for one pair: its parts lie beside it. */
interface Packed {
  readonly id: string;
  readonly parts: number;
}

/**
 * Keeps a value of any size at a key. One that is too large for a pair is packed into several; the key itself is written
 * last, so that a reader finds the old value or the new one.
 */
export async function setPacked(keyValues: KeyValues, { namespace, key }: Place, value: Json): Promise<void> {
  const text = JSON.stringify(value);
  const before = packedOf((await keyValues.get(key, { namespace }))?.value);
  const packed = text.length <= PART_LENGTH ? undefined : await writeParts(keyValues, { namespace, key }, text);
  await keyValues.set(key, packed ? { [MARK]: { ...packed } } : value, { namespace, type: 'JSON' });
  if (before && before.id !== packed?.id) await deleteParts(keyValues, { namespace, key }, before);
}

/**
 * The value that was kept at a key; `undefined` when there is none.
 * @throws {TaskError} KV_PARTS_MISSING when a part of it was deleted.
 */
export async function getPacked(keyValues: KeyValues, { namespace, key }: Place): Promise<Json | undefined> {
  const value = (await keyValues.get(key, { namespace }))?.value;
  const packed = packedOf(value);
  if (!packed) return value;
  const parts = await Promise.all(partKeys(key, packed).map((part) => keyValues.get(part, { namespace })));
  if (parts.some((part) => part === undefined))
    throw new TaskError('KV_PARTS_MISSING', `A part of the value at the key "${key}" of "${namespace}" is missing.`, {
      retryable: false,
      hint: 'Write the value anew: the parts lie beside the key and must not be deleted.',
    });
  const base64 = parts.map((part) => part?.value as string).join('');
  return JSON.parse((await promisify(gunzip)(Buffer.from(base64, 'base64'))).toString()) as Json;
}

async function writeParts(keyValues: KeyValues, { namespace, key }: Place, text: string): Promise<Packed> {
  const base64 = (await promisify(gzip)(text)).toString('base64');
  const packed = {
    id: createHash('sha256').update(text).digest('hex').slice(0, 16),
    parts: Math.ceil(base64.length / PART_LENGTH),
  };
  for (const [n, part] of partKeys(key, packed).entries())
    await keyValues.set(part, base64.slice(n * PART_LENGTH, (n + 1) * PART_LENGTH), { namespace, type: 'STRING' });
  return packed;
}

async function deleteParts(keyValues: KeyValues, { namespace, key }: Place, packed: Packed): Promise<void> {
  for (const part of partKeys(key, packed)) await keyValues.delete(part, { namespace });
}

const partKeys = (key: string, { id, parts }: Packed): string[] =>
  Array.from({ length: parts }, (_, n) => `${key}.${id}.${n}`);

function packedOf(value: Json | undefined): Packed | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as JsonMap)[MARK] as Packed | undefined;
}
