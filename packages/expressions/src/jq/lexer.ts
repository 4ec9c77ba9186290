import { valueError } from '../expression-error.ts';

/** A word or sign of a program. */
export interface Token {
  readonly type: 'name' | 'field' | 'variable' | 'format' | 'number' | 'quote' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const SPACE = /(?:\s+|#[^\n]*)*/y;

const TOKENS: readonly (readonly [Token['type'], RegExp])[] = [
  ['field', /\.[A-Za-z_]\w*/y],
  ['variable', /\$[A-Za-z_]\w*/y],
  ['format', /@[A-Za-z0-9]+/y],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y],
  ['name', /[A-Za-z_]\w*/y],
  ['quote', /"/y],
  ['sign', /\?\/\/|\.\.|\/\/=|\/\/|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|[-+*/%=<>|,.:;?()[\]{}]/y],
];

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '/': '/',
  '\\': '\\',
  '"': '"',
};

/** The character that an escape stands for. @throws {ExpressionError} EXPRESSION_VALUE when it stands for none. */
export function escapeAt(source: string, offset: number): { readonly character: string; readonly length: number } {
  const escaped = source[offset + 1] ?? '';
  const simple = Object.hasOwn(ESCAPES, escaped) ? ESCAPES[escaped] : undefined;
  if (simple !== undefined) return { character: simple, length: 2 };
  const code = /^u([0-9a-fA-F]{4})/.exec(source.slice(offset + 1, offset + 6))?.[1];
  if (code === undefined) throw valueError(`The jq program has an unknown escape "\\${escaped}"`);
  return { character: String.fromCharCode(Number.parseInt(code, 16)), length: 6 };
}

/** The word or sign that starts behind the space at an offset. */
export function tokenAt(source: string, offset: number, limit: number): Token {
  SPACE.lastIndex = offset;
  SPACE.test(source);
  const at = Math.min(SPACE.lastIndex, limit);
  if (at >= limit) return { type: 'end', text: '', at, end: at };
  for (const [type, pattern] of TOKENS) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return { type, text, at, end: at + text.length };
  }
  throw valueError(`The jq program has an unexpected character "${source[at]}"`);
}
