import { randomUUID } from 'node:crypto';
import { TaskError, getPacked, s, setPacked } from '@tutti/plugin-sdk';
import type { Json, JsonMap, RunContext } from '@tutti/plugin-sdk';

const storeSchema = s.object({
  type: s.pattern(/(^|\.)embeddings\.KestraKVStore$/, 'must be ai.embeddings.KestraKVStore'),
  kvName: s.string().optional(),
});

/** Where vectors are kept. */
export const embeddingStore = () => storeSchema;

type Given = ReturnType<typeof storeSchema.parse>;

/** A piece of a document. */
export interface Segment {
  readonly text: string;
  readonly metadata: JsonMap;
}

/** A piece that was found, and how near it is: 0 to 1. */
export interface Found extends Segment {
  readonly score: number;
}

interface Entry extends Segment {
  readonly id: string;
  /** 32-bit floats, little-endian, in Base64: a third of the same numbers in JSON. */
  readonly vector: string;
}

/** Pieces of documents with their vectors, as a value of the key-value store of the flow's namespace. */
export interface EmbeddingStore {
  add(segments: readonly Segment[], vectors: readonly (readonly number[])[], options: { readonly drop: boolean }): Promise<void>; // prettier-ignore
  /** The nearest pieces first. */
  search(vector: readonly number[], options: { readonly maxResults: number; readonly minScore: number }): Promise<Found[]>; // prettier-ignore
}

export function openEmbeddingStore({ keyValues, execution }: RunContext, { kvName }: Given): EmbeddingStore {
  const { namespace, flowId } = execution;
  const place = { namespace, key: kvName ?? `${flowId}-embedding-store` };
  const entries = async (): Promise<readonly Entry[]> => entriesOf(await getPacked(keyValues, place));
  return {
    async add(segments, vectors, { drop }) {
      const added = segments.map((segment, n): Entry => ({ id: randomUUID(), vector: packVector(vectors[n] ?? []), ...segment })); // prettier-ignore
      const all = [...(drop ? [] : await entries()), ...added];
      await setPacked(keyValues, place, { entries: all as unknown as Json });
    },
    async search(vector, { maxResults, minScore }) {
      const found = (await entries()).map(({ text, metadata, vector: packed }): Found => ({ text, metadata, score: relevance(vector, unpackVector(packed)) })); // prettier-ignore
      return found
        .filter(({ score }) => score >= minScore)
        .toSorted((left, right) => right.score - left.score)
        .slice(0, maxResults);
    },
  };
}

function entriesOf(value: Json | undefined): readonly Entry[] {
  const entries = (value as { readonly entries?: unknown } | null | undefined)?.entries;
  return Array.isArray(entries) ? (entries as readonly Entry[]) : [];
}

function packVector(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [n, value] of vector.entries()) bytes.writeFloatLE(value, n * 4);
  return bytes.toString('base64');
}

function unpackVector(packed: string): number[] {
  const bytes = Buffer.from(packed, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readFloatLE(n * 4));
}

/** Cosine similarity, moved from -1…1 to 0…1. @throws {TaskError} EMBEDDINGS_DIFFER. */
function relevance(left: readonly number[], right: readonly number[]): number {
  if (left.length !== right.length)
    throw new TaskError(
      'EMBEDDINGS_DIFFER',
      `The question has ${left.length} dimensions, what is stored has ${right.length}.`,
      {
        retryable: false,
        hint: 'Ask with the model that the documents were read with, or read them anew with drop: true.',
      },
    );
  let [dot, leftSquares, rightSquares] = [0, 0, 0];
  for (const [n, value] of left.entries()) {
    const other = right[n] ?? 0;
    dot += value * other;
    leftSquares += value * value;
    rightSquares += other * other;
  }
  const length = Math.sqrt(leftSquares * rightSquares);
  return length === 0 ? 0.5 : (dot / length + 1) / 2;
}
