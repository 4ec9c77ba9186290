import { positionOf, type TemplatePosition } from './expression-error.ts';

/** A scalar of a YAML document, as the `yaml` package describes it: where it stands, and how it is written. */
export interface YamlScalar {
  /** Offsets of its start and of the end of its value. */
  readonly range?: readonly [start: number, valueEnd: number, ...rest: number[]] | null | undefined;
  readonly type?: string | undefined;
}

/** Length of the escapes in a double-quoted text that are longer than two characters. */
const LONG_ESCAPES: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/**
 * Where a character of a scalar's text stands in the YAML document. Exact for plain and quoted scalars of one line
 * and for literal blocks (`|`); for folded ones, whose line ends are lost, the start of the scalar.
 */
export function positionInScalar(document: string, scalar: YamlScalar, offset: number): TemplatePosition {
  const [start, end] = scalar.range ?? [0, document.length];
  const written = document.slice(start, end);
  return positionOf(document, start + offsetWithin(written, scalar.type, offset));
}

function offsetWithin(written: string, type: string | undefined, offset: number): number {
  if (type === 'BLOCK_LITERAL') return inLiteralBlock(written, offset);
  if (written.includes('\n') || type === 'BLOCK_FOLDED') return 0;
  if (type === 'QUOTE_SINGLE') return inQuotes(written, offset, (at) => (written.startsWith("''", at) ? 2 : 1));
  if (type === 'QUOTE_DOUBLE') return inQuotes(written, offset, (at) => escapeLength(written, at));
  return Math.min(offset, written.length);
}

function inQuotes(written: string, offset: number, lengthAt: (at: number) => number): number {
  let at = 1;
  for (let passed = 0; passed < offset && at < written.length; passed++) at += lengthAt(at);
  return at;
}

function escapeLength(written: string, at: number): number {
  return written[at] === '\\' ? (LONG_ESCAPES[written[at + 1] ?? ''] ?? 2) : 1;
}

/** Each line of the text is a line of the block, indented alike. */
function inLiteralBlock(written: string, offset: number): number {
  const [header = '', ...lines] = written.split('\n');
  const indent = Number(/^\|[+-]?([1-9])/.exec(header)?.[1] ?? 0) || shallowest(lines);
  let at = header.length + 1;
  let left = offset;
  for (const line of lines) {
    const length = Math.max(0, line.length - indent);
    if (left <= length) return Math.min(at + Math.min(indent, line.length) + left, written.length);
    left -= length + 1;
    at += line.length + 1;
  }
  return written.length;
}

function shallowest(lines: readonly string[]): number {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return first.length - first.trimStart().length;
}
