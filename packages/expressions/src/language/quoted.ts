import { ExpressionError } from '../expression-error.ts';

/** Where an expression stands inside a text: `"… #{expression} …"`. */
export interface Interpolation {
  readonly begin: number;
  readonly end: number;
}

/** A quoted text, read: its parts, and the offset behind its closing quote. */
export interface Quoted {
  readonly parts: readonly (string | Interpolation)[];
  readonly end: number;
}

/**
 * Reads the text that starts with a quote at `at`. Only the own quote can be escaped, every other backslash stays;
 * `#{…}` is an expression in double quotes only.
 * @throws {ExpressionError} EXPRESSION_SYNTAX when it is not closed before `limit`.
 */
export function quotedParts(source: string, at: number, limit: number, quote: string): Quoted {
  const parts: (string | Interpolation)[] = [];
  let from = at + 1;
  for (let offset = from; offset < limit; offset++) {
    if (source[offset] === quote && source[offset - 1] !== '\\') {
      if (offset > from || parts.length === 0) parts.push(unescaped(source.slice(from, offset), quote));
      return { parts, end: offset + 1 };
    }
    if (quote === '"' && opensInterpolation(source, offset)) {
      const end = closeOf(source, offset + 2, limit, '}');
      if (end === -1) break;
      if (offset > from) parts.push(unescaped(source.slice(from, offset), quote));
      parts.push({ begin: offset + 2, end });
      offset = end;
      from = end + 1;
    }
  }
  throw new ExpressionError('EXPRESSION_SYNTAX', `Text not closed, ${quote} expected`).at(source, at);
}

function unescaped(text: string, quote: string): string {
  return text.includes('\\') ? text.replaceAll(`\\${quote}`, quote) : text;
}

/** `#{`, unless a backslash stands before it. */
function opensInterpolation(source: string, offset: number): boolean {
  return source.startsWith('#{', offset) && source[offset - 1] !== '\\';
}

const OPENING = '([{';
const CLOSING = ')]}';
/** Texts within interpolations within texts: beyond this it is an attack on the stack. */
const DEEPEST_QUOTES = 50;

/** Offset of the first `close` outside quotes and brackets, or -1; a quote that is not closed hides it. */
export function closeOf(source: string, from: number, limit: number, close: string, quotes = 0): number {
  let depth = 0;
  for (let offset = from; offset < limit; offset++) {
    if (depth === 0 && source.startsWith(close, offset)) return offset;
    const character = source[offset] ?? '';
    if (character === '"' || character === "'") {
      offset = quoteEnd(source, offset, limit, character, quotes + 1);
      if (offset === -1) return -1;
    } else if (OPENING.includes(character)) depth++;
    else if (depth > 0 && CLOSING.includes(character)) depth--;
  }
  return -1;
}

/** Offset of the quote that closes the one at `at`, or -1. */
function quoteEnd(source: string, at: number, limit: number, quote: string, quotes: number): number {
  if (quotes > DEEPEST_QUOTES) return -1;
  for (let offset = at + 1; offset < limit; offset++) {
    if (source[offset] === quote && source[offset - 1] !== '\\') return offset;
    if (quote !== '"' || !opensInterpolation(source, offset)) continue;
    offset = closeOf(source, offset + 2, limit, '}', quotes);
    if (offset === -1) return -1;
  }
  return -1;
}
