import { isMap, isScalar, type Document, type LineCounter, type Node, type Pair, type Scalar } from 'yaml';
import type { Findings, Path, Place } from '../finding.ts';
import type { Json } from '../json.ts';
import { NodeReader } from './node-reader.ts';

/** One YAML document as plain JSON, which still knows where each value stands. */
export interface SourceDocument {
  readonly source: string;
  readonly data: Json;
  readonly document: Document.Parsed;
  /** Place of the value at a path, or of its key; of the nearest parent when the path leads beyond the source. */
  place(path: Path, onKey?: boolean): Place;
  /** Place of a character of the source. */
  placeAt(offset: number): Place;
  /** The scalar at a path with its offsets in the source, for places inside it. */
  scalar(path: Path): ScalarAt | undefined;
}

export interface ScalarAt {
  readonly node: Scalar;
  readonly start: number;
  readonly end: number;
}

export function sourceDocument(
  source: string,
  document: Document.Parsed,
  lines: LineCounter,
  findings: Findings,
): SourceDocument {
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const data = new NodeReader(source, lines, findings).read(document.contents, []);
  return {
    source,
    data,
    document,
    placeAt,
    place: (path, onKey = false) => placeAt(offsetOf(descend(document, path), onKey)),
    scalar(path) {
      const { node, missing } = descend(document, path);
      return missing === 0 && isScalar(node) && node.range
        ? { node, start: node.range[0], end: node.range[1] }
        : undefined;
    },
  };
}

interface Found {
  readonly node: Node | null;
  readonly key: Node | null;
  /** How many steps of the path the source does not have. */
  readonly missing: number;
}

function offsetOf({ node, key, missing }: Found, onKey: boolean): number {
  return ((onKey && missing === 0 ? key : node) ?? node)?.range?.[0] ?? 0;
}

/** Walks along a path as far as the source goes: what stands behind an alias has its place at the alias. */
function descend(document: Document.Parsed, path: Path): Found {
  let node: Node | null = document.contents;
  let key: Node | null = null;
  for (const [index, step] of path.entries()) {
    const pair = stepInto(node, step);
    if (!pair) return { node, key, missing: path.length - index };
    key = pair.key;
    node = pair.value ?? pair.key;
  }
  return { node, key, missing: 0 };
}

function stepInto(node: Node | null, step: string | number): { key: Node | null; value: Node | null } | undefined {
  if (!node || !('items' in node)) return undefined;
  if (isMap(node)) return (node.items as Pair<Node, Node | null>[]).find(({ key }) => isScalar(key) && String(key.value) === String(step)); // prettier-ignore
  const value = typeof step === 'number' ? (node.items[step] as Node | undefined) : undefined;
  return value && { key: null, value };
}
