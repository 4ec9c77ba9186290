import { ExpressionError } from '../expression-error.ts';

/** A word or sign of an expression. `end` stands behind the last one. */
export interface Lexeme {
  readonly type: 'name' | 'number' | 'quote' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /[0-9]+(?:\.[0-9]+)?L?/y;
const ASSIGNMENT = /\s*=(?!=)/y;
const SIGN_START = '-+*/%|~<>=!.,:?()[]{}';
const SIGN = /\?\?\?|\?\?|==|!=|<=|>=|\.\.|[-+*/%|~<>=.,:?()[\]{}]/y;

/** Reads an expression word by word, between two offsets of a template. */
export class Scanner {
  readonly source: string;
  readonly end: number;
  private offset: number;
  private ahead: Lexeme | undefined;

  constructor(source: string, begin: number, end: number) {
    this.source = source;
    this.offset = begin;
    this.end = end;
  }

  /** Where the last word that was taken ends. */
  get readUntil(): number {
    return this.offset;
  }

  /** The next word, which stays. */
  peek(): Lexeme {
    return (this.ahead ??= this.read());
  }

  /** The next word, taken. */
  next(): Lexeme {
    const lexeme = this.peek();
    this.ahead = undefined;
    this.offset = lexeme.end;
    return lexeme;
  }

  /** Whether the next word is this sign. */
  sees(sign: string): boolean {
    const { type, text } = this.peek();
    return type === 'sign' && text === sign;
  }

  /** Whether the next word is this name. */
  seesName(name: string): boolean {
    const { type, text } = this.peek();
    return type === 'name' && text === name;
  }

  /** Takes the next word if it is this sign. */
  accept(sign: string): boolean {
    if (!this.sees(sign)) return false;
    this.next();
    return true;
  }

  /** Takes this sign. @throws {ExpressionError} EXPRESSION_SYNTAX when something else stands there. */
  expect(sign: string): Lexeme {
    if (!this.sees(sign)) throw this.unexpected(`expected "${sign}"`);
    return this.next();
  }

  /** Takes a name. @throws {ExpressionError} EXPRESSION_SYNTAX when something else stands there. */
  expectName(what: string): Lexeme {
    if (this.peek().type !== 'name') throw this.unexpected(`expected ${what}`);
    return this.next();
  }

  /** Whether a single `=` follows the next word: `name=value`. */
  seesAssignment(): boolean {
    if (this.peek().type !== 'name') return false;
    ASSIGNMENT.lastIndex = this.peek().end;
    return ASSIGNMENT.test(this.source);
  }

  /** Moves to an offset, after something has been read by other means. */
  moveTo(offset: number): void {
    this.ahead = undefined;
    this.offset = offset;
  }

  /** The error for the next word not fitting. */
  unexpected(expected: string): ExpressionError {
    const { type, text, at } = this.peek();
    const found = type === 'end' ? 'end of the expression' : `"${text}"`;
    return new ExpressionError('EXPRESSION_SYNTAX', `Unexpected ${found}, ${expected}`).at(this.source, at);
  }

  private read(): Lexeme {
    let at = this.offset;
    while (at < this.end && isSpace(this.source.charCodeAt(at))) at++;
    if (at >= this.end) return { type: 'end', text: '', at: this.end, end: this.end };
    const first = this.source[at] ?? '';
    if (first === '"' || first === "'") return { type: 'quote', text: first, at, end: at + 1 };
    const [type, pattern] = kindOf(first);
    const end = this.match(pattern, at);
    if (end > at) return { type, text: this.source.slice(at, end), at, end };
    throw new ExpressionError('EXPRESSION_SYNTAX', `Unexpected character "${first}"`).at(this.source, at);
  }

  private match(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.test(this.source) ? Math.min(pattern.lastIndex, this.end) : from;
  }
}

function kindOf(first: string): readonly [Lexeme['type'], RegExp] {
  if (first >= '0' && first <= '9') return ['number', NUMBER];
  if (isAsciiLetter(first)) return ['name', NAME];
  return SIGN_START.includes(first) ? ['sign', SIGN] : ['name', NAME];
}

/** What `\s` matches. */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(String.fromCharCode(code)));
}

function isAsciiLetter(character: string): boolean {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character === '_';
}
