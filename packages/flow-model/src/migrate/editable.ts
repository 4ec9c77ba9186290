import { isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import { Findings, pathText, type Path } from '../finding.ts';
import { isJsonMap, type Json, type JsonMap } from '../json.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { scalarOffset } from '../yaml/scalar-offset.ts';
import type { SourceDocument } from '../yaml/source-document.ts';
import { TextEdits } from './text-edits.ts';
import { commentsIn, mapAt, nodeAt, pairAt, printMap, printPair, type SourcePair } from './yaml-nodes.ts';

export interface Change {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The source of a flow while one pass of a migration edits it. */
export class Editable {
  readonly source: string;
  readonly data: JsonMap;
  readonly changes: Change[] = [];
  readonly left: Change[] = [];
  readonly #document: SourceDocument;
  readonly #edits = new TextEdits();

  /** @throws {SyntaxError} when the source is no flow that can be read. */
  constructor(source: string) {
    const findings = new Findings();
    const document = parseYaml(source, findings);
    const fault = findings.all.find(({ severity }) => severity === 'ERROR');
    if (!document || fault || !isJsonMap(document.data)) throw new SyntaxError(fault?.message ?? 'A flow is a map.');
    this.source = source;
    this.data = document.data;
    this.#document = document;
  }

  get #root(): Node | null {
    return this.#document.document.contents;
  }

  get result(): string {
    return this.#edits.apply(this.source);
  }

  changed(path: Path, message: string): void {
    this.changes.push(this.#at(path, message));
  }

  /** Reports what is left to do by hand; `offset` is the place within the scalar at the path. */
  leave(path: Path, message: string, offset?: number): void {
    this.left.push(this.#at(path, message, offset));
  }

  #at(path: Path, message: string, offset?: number): Change {
    const scalar = offset === undefined ? undefined : this.#document.scalar(path);
    const place = scalar
      ? this.#document.placeAt(scalarOffset(this.source, scalar, offset!))
      : this.#document.place(path, true);
    return { path: pathText(path), ...place, message };
  }

  /** Whether a scalar stands at the path itself, and not behind an alias. */
  hasScalar(path: Path): boolean {
    return this.#document.scalar(path) !== undefined;
  }

  /** Writes another scalar in place of one, in its quotes if it has some. */
  setScalar(path: Path, text: string): void {
    const scalar = this.#document.scalar(path);
    if (!scalar) return;
    const written = this.source.slice(scalar.start, scalar.end);
    const quote = /^["']/.exec(written)?.[0] ?? '';
    this.#edits.replace(scalar.start, scalar.end, quote + text + quote);
  }

  /** The value of the scalar at a path. */
  textAt(path: Path): string {
    const value = this.#document.scalar(path)?.node.value;
    return typeof value === 'string' ? value : '';
  }

  /** Puts texts into a scalar, at offsets of its value. @returns whether the scalar stands there, and is no alias. */
  insertInScalar(path: Path, texts: readonly (readonly [offset: number, text: string])[]): boolean {
    return this.replaceInScalar(path, texts.map(([offset, text]) => [offset, offset, text] as const)); // prettier-ignore
  }

  /** Writes texts in place of parts of a scalar, given by offsets of its value. @returns as `insertInScalar`. */
  replaceInScalar(path: Path, texts: readonly (readonly [begin: number, end: number, text: string])[]): boolean {
    const scalar = this.#document.scalar(path);
    if (!scalar) return false;
    const at = (offset: number): number => scalarOffset(this.source, scalar, offset);
    for (const [begin, end, text] of texts) this.#edits.replace(at(begin), at(end), text);
    return true;
  }

  renameKey(path: Path, to: string): void {
    const key = pairAt(this.#root, path)?.key;
    if (key?.range) this.#edits.replace(key.range[0], key.range[1], to);
  }

  /** Writes other pairs in place of one, behind the comments within it; none removes it. */
  replacePair(path: Path, pairs: readonly (readonly [string, Json])[]): void {
    const map = mapAt(this.#root, path.slice(0, -1));
    const pair = pairAt(this.#root, path);
    if (!map || !pair?.key.range) return;
    const start = pair.key.range[0];
    const end = this.#endOf(pair);
    const comments = map.flow || !pair.value ? '' : this.#commentsIn(pair.value, start, end);
    if (pairs.length === 0) this.#remove(map, start, end, comments);
    else this.#edits.replace(start, end, comments + this.#print(map, start, pairs));
  }

  /** Whether a list has its items on lines of their own, and this is one of them. */
  isBlockItem(path: Path): boolean {
    const list = nodeAt(this.#root, path.slice(0, -1));
    return isSeq(list) && !list.flow && isMap(nodeAt(this.#root, path));
  }

  /** Writes several items in place of one of a list in block style, behind the comments within it. */
  replaceItem(path: Path, items: readonly JsonMap[]): void {
    const item = nodeAt(this.#root, path);
    if (!item?.range || !this.isBlockItem(path)) return;
    const start = item.range[0];
    const end = start + this.source.slice(start, item.range[1]).trimEnd().length;
    const indent = `\n${' '.repeat(this.#columnOf(start))}`;
    const dash = `\n${' '.repeat(this.#columnOf(this.source.lastIndexOf('-', start)))}- `;
    const texts = items.map((one) => printMap(one).replaceAll('\n', indent));
    this.#edits.replace(start, end, this.#commentsIn(item, start, end) + texts.join(dash));
  }

  /** The comments within a node, each on a line of its own. */
  #commentsIn(node: Node, start: number, end: number): string {
    const indent = ' '.repeat(this.#columnOf(start));
    return commentsIn(node, end).map((line) => `#${line}\n${indent}`).join(''); // prettier-ignore
  }

  /** Adds pairs behind one that is there. */
  addAfter(path: Path, pairs: readonly (readonly [string, Json])[]): void {
    const map = mapAt(this.#root, path.slice(0, -1));
    const pair = pairAt(this.#root, path);
    if (!map || !pair?.key.range || pairs.length === 0) return;
    const end = map.flow ? this.#endOf(pair) : this.#behindComment(this.#endOf(pair));
    const text = this.#print(map, pair.key.range[0], pairs);
    this.#edits.replace(end, end, map.flow ? `, ${text}` : `\n${' '.repeat(this.#columnOf(pair.key.range[0]))}${text}`);
  }

  /** Puts the tasks of a list into one task of that list. */
  wrapList(path: Path, id: string, type: string): void {
    const pair = pairAt(this.#root, path);
    if (!pair?.key.range || !isSeq(pair.value) || !pair.value.range) return;
    const [start, end] = [pair.value.range[0], this.#endOf(pair)];
    if (pair.value.flow) {
      this.#edits.replace(start, start, `[{id: ${id}, type: ${type}, tasks: `);
      this.#edits.replace(end, end, '}]');
      return;
    }
    const indent = ' '.repeat(this.#columnOf(start));
    const lineStart = this.source.lastIndexOf('\n', start) + 1;
    this.#edits.replace(lineStart, lineStart, `${indent}- id: ${id}\n${indent}  type: ${type}\n${indent}  tasks:\n`);
    for (let at = lineStart; at > 0 && at < end; at = this.source.indexOf('\n', at) + 1)
      if (!/[\r\n]/.test(this.source[at] ?? '')) this.#edits.replace(at, at, '    ');
  }

  #print(map: YAMLMap, start: number, pairs: readonly (readonly [string, Json])[]): string {
    if (map.flow) return pairs.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ');
    const indent = `\n${' '.repeat(this.#columnOf(start))}`;
    return pairs.map(([name, value]) => printPair(name, value).replaceAll('\n', indent)).join(indent);
  }

  /** In a block, the lines of a pair but for its comments; in flow style, with the comma before it. */
  #remove(map: YAMLMap, start: number, end: number, comments: string): void {
    if (map.flow) {
      const comma = /,\s*$/.exec(this.source.slice(0, start))?.[0].length ?? 0;
      this.#edits.replace(start - comma, end, '');
      return;
    }
    const last = this.#behindComment(end);
    const indent = ' '.repeat(this.#columnOf(start));
    const behind = this.source.slice(end, last).trim();
    const kept = comments + (behind === '' ? '' : `${behind}\n${indent}`);
    // What follows takes the place of the pair, also behind the dash of a list.
    const next = /^[ \t]*(?:\r?\n[ \t]*)*/.exec(this.source.slice(last))?.[0] ?? '';
    const isLast = this.#columnOf(last + next.length) < indent.length || last + next.length >= this.source.length;
    const lineStart = start - indent.length;
    if (!isLast) this.#edits.replace(start, last + next.length, kept);
    else this.#edits.replace(lineStart, last + (/^\r?\n/.exec(this.source.slice(last))?.[0].length ?? 0), kept === '' ? '' : `${indent}${kept.trimEnd()}\n`); // prettier-ignore
  }

  /** The end of the line where nothing but a comment follows. */
  #behindComment(offset: number): number {
    const rest = /^[ \t]*#[^\r\n]*/.exec(this.source.slice(offset))?.[0] ?? '';
    return offset + rest.trimEnd().length;
  }

  #columnOf(offset: number): number {
    return offset - (this.source.lastIndexOf('\n', offset - 1) + 1);
  }

  /** Where the text of a pair ends, without the blank lines and comments behind it. */
  #endOf({ key, value }: SourcePair): number {
    const start = key.range?.[0] ?? 0;
    const end = (value ?? key).range?.[1] ?? start;
    return start + this.source.slice(start, Math.max(end, key.range?.[1] ?? start)).trimEnd().length;
  }
}
