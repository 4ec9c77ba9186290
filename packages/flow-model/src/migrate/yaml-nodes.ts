import { isMap, isScalar, isSeq, stringify, visit, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Path } from '../finding.ts';
import type { Json, JsonMap } from '../json.ts';

export type SourcePair = Pair<Node, Node | null>;

/** The node at a path; what stands behind an alias is not found. */
export function nodeAt(root: Node | null, path: Path): Node | null {
  let node = root;
  for (const step of path) {
    if (isSeq(node) && typeof step === 'number') node = (node.items[step] as Node | undefined) ?? null;
    else if (isMap(node)) node = pairOf(node, step)?.value ?? null;
    else return null;
  }
  return node;
}

export function mapAt(root: Node | null, path: Path): YAMLMap | undefined {
  const node = nodeAt(root, path);
  return isMap(node) ? node : undefined;
}

export function pairAt(root: Node | null, path: Path): SourcePair | undefined {
  const map = mapAt(root, path.slice(0, -1));
  return map && pairOf(map, path.at(-1));
}

const pairOf = (map: YAMLMap, name: string | number | undefined): SourcePair | undefined =>
  (map.items as SourcePair[]).find(({ key }) => isScalar(key) && key.value === name);

/** The comments within a node that ends at `end`, line by line and without their signs. */
export function commentsIn(node: Node, end: number): string[] {
  const comments: string[] = [];
  visit(node, {
    Node: (_key, { comment, commentBefore, range }) => {
      if (commentBefore) comments.push(commentBefore);
      if (comment && (range?.[1] ?? end) < end) comments.push(comment);
    },
  });
  return comments.flatMap((comment) => comment.split('\n'));
}

/** A map in block style, without an end of line behind it. */
export const printMap = (map: JsonMap): string => stringify(map, { version: '1.1', lineWidth: 0 }).trimEnd();
export const printPair = (name: string, value: Json): string => printMap({ [name]: value });
