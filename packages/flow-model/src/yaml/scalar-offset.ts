import type { ScalarAt } from './source-document.ts';

/**
 * Where in the source a character of a scalar's value stands, whatever its style: quotes, escapes, indentation and
 * folded lines stand in the source and not in the value.
 */
export function scalarOffset(source: string, scalar: ScalarAt, offset: number): number {
  const value = String(scalar.node.value);
  switch (scalar.node.type) {
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return inBlock(source, scalar, value, offset);
    default:
      return inFlow(source, scalar, value, offset);
  }
}

/** Lines begin behind their indentation. A folded line end is a blank in the value, several are one fewer. */
function inBlock(source: string, { start, end }: ScalarAt, value: string, offset: number): number {
  const indent = indentOf(source, start, end);
  let at = skipIndent(source, source.indexOf('\n', start) + 1, indent);
  for (let index = 0; index < offset && at < end;) {
    if (source[at] !== '\n' && source[at] !== '\r') {
      at++;
      index++;
      continue;
    }
    const [ends, next] = lineEnds(source, at, indent);
    const inValue = /^[ \n]?\n*/.exec(value.slice(index, index + ends))?.[0].length ?? 0;
    // Within a run of line ends there is no character to point at: what follows it is.
    index += Math.max(1, inValue);
    at = next;
  }
  return at;
}

/** How many line ends follow one another, and where the text goes on behind them. */
function lineEnds(source: string, from: number, indent: number): [number, number] {
  let ends = 0;
  let at = from;
  for (;;) {
    const match = /^\r?\n/.exec(source.slice(at, at + 2));
    if (!match) return [ends, at];
    ends++;
    at = skipIndent(source, at + match[0].length, indent);
  }
}

function indentOf(source: string, start: number, end: number): number {
  const body = source.slice(source.indexOf('\n', start) + 1, end);
  return /^( *)[^ \n\r]/m.exec(body)?.[1]?.length ?? 0;
}

function skipIndent(source: string, from: number, indent: number): number {
  let at = from;
  while (at - from < indent && source[at] === ' ') at++;
  return at;
}

/** Hexadecimal digits that follow an escape in double quotes. */
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Plain or quoted, on one line or several. */
function inFlow(source: string, { node, start, end }: ScalarAt, value: string, offset: number): number {
  let at = node.type === 'PLAIN' ? start : start + 1;
  for (let index = 0; index < offset && at < end;) {
    const rest = source.slice(at, end);
    const fold = /^[ \t]*(?:\r?\n[ \t]*)+/.exec(rest)?.[0];
    const continued = node.type === 'QUOTE_DOUBLE' ? /^\\\r?\n[ \t]*/.exec(rest)?.[0] : undefined;
    if (continued !== undefined) at += continued.length;
    else if (fold === undefined) {
      at += lengthOfCharacter(source, at, node.type);
      index++;
    } else {
      at += fold.length;
      index += Math.max(1, /^(?: |\n+)/.exec(value.slice(index))?.[0].length ?? 0);
    }
  }
  return at;
}

function lengthOfCharacter(source: string, at: number, type: string | undefined): number {
  if (type === 'QUOTE_SINGLE' && source[at] === "'") return 2;
  if (type !== 'QUOTE_DOUBLE' || source[at] !== '\\') return 1;
  return 2 + (HEX_DIGITS[source[at + 1] ?? ''] ?? 0);
}
