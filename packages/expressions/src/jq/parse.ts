import { valueError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { decimal } from '../values/number.ts';
import { escapeAt, tokenAt, type Token } from './lexer.ts';
import type { Pattern, PatternEntry, Term } from './syntax.ts';

const RESERVED = new Set([
  'def',
  'as',
  'if',
  'then',
  'elif',
  'else',
  'end',
  'reduce',
  'foreach',
  'try',
  'catch',
  'label',
  'and',
  'or',
]);

const DEEPEST_NESTING = 200;

const LONGEST_PROGRAM = 100_000;

/** Operators and postfixes of a program: evaluating goes as deep where they hang on one another. */
const MOST_LINKS = 1_500;

/** Reads a jq program. @throws {ExpressionError} EXPRESSION_VALUE when it is none. */
export function parseJq(source: string): Term {
  if (source.length > LONGEST_PROGRAM) throw valueError(`The jq program has more than ${LONGEST_PROGRAM} characters`);
  return new JqParser(source).program();
}

/** How strongly an operator binds; those with `right` group to the right, those with `once` not at all. */
const OPERATORS: Readonly<Record<string, { readonly level: number; readonly right?: true; readonly once?: true }>> = {
  '//': { level: 3, right: true },
  '=': { level: 4, once: true }, '|=': { level: 4, once: true }, '+=': { level: 4, once: true }, '-=': { level: 4, once: true },
  '*=': { level: 4, once: true }, '/=': { level: 4, once: true }, '%=': { level: 4, once: true }, '//=': { level: 4, once: true },
  or: { level: 5 },
  and: { level: 6 },
  '==': { level: 7, once: true }, '!=': { level: 7, once: true }, '<': { level: 7, once: true }, '<=': { level: 7, once: true },
  '>': { level: 7, once: true }, '>=': { level: 7, once: true },
  '+': { level: 8 }, '-': { level: 8 },
  '*': { level: 9 }, '/': { level: 9 }, '%': { level: 9 },
}; // prettier-ignore

const UPDATES = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//=']);

const IDENTITY: Term = { kind: 'identity' };

class JqParser {
  private readonly source: string;
  private offset: number;
  private readonly limit: number;
  private nesting: number;
  private links = 0;

  constructor(source: string, offset = 0, limit = source.length, nesting = 0) {
    this.source = source;
    this.offset = offset;
    this.limit = limit;
    this.nesting = nesting;
  }

  program(): Term {
    if (this.peek().type === 'end') return IDENTITY;
    const term = this.pipe();
    if (this.peek().type !== 'end') throw this.unexpected();
    return term;
  }

  private pipe(): Term {
    return this.nested(() => {
      if (this.acceptName('def')) return this.definition();
      if (this.acceptName('label')) {
        const name = this.variable();
        this.expect('|');
        return { kind: 'label', name, body: this.pipe() };
      }
      const left = this.comma();
      if (this.acceptName('as')) return this.binding(left);
      return this.accept('|') ? { kind: 'pipe', left, right: this.pipe() } : left;
    });
  }

  private binding(source: Term): Term {
    const patterns = [this.pattern()];
    while (this.accept('?//')) patterns.push(this.pattern());
    this.expect('|');
    return { kind: 'bind', source, patterns, body: this.pipe() };
  }

  private comma(): Term {
    let left = this.binary(3);
    while (this.accept(',')) {
      this.link();
      left = { kind: 'comma', left, right: this.binary(3) };
    }
    return left;
  }

  private binary(weakest: number): Term {
    let left = this.postfix();
    let once = 0;
    for (;;) {
      const { text, type } = this.peek();
      const operator =
        (type === 'sign' || type === 'name') && Object.hasOwn(OPERATORS, text) ? OPERATORS[text] : undefined;
      if (!operator || operator.level < weakest) return left;
      if (operator.once && once === operator.level) throw this.unexpected();
      this.link();
      this.next();
      const right = this.binary(operator.right ? operator.level : operator.level + 1);
      left = { kind: UPDATES.has(text) ? 'update' : 'binary', operator: text, left, right };
      once = operator.once ? operator.level : 0;
    }
  }

  private postfix(): Term {
    if (this.accept('-')) return { kind: 'negate', operand: this.nested(() => this.postfix()) };
    let term = this.primary();
    for (;;) {
      this.link();
      const { type, text } = this.peek();
      if (type === 'field') {
        this.next();
        term = { kind: 'index', target: term, key: textTerm(text.slice(1)) };
      } else if (text === '.' && type === 'sign') {
        this.next();
        if (this.peek().type === 'quote') term = { kind: 'index', target: term, key: this.string(undefined) };
        else if (this.peek().text !== '[') throw this.unexpected();
      } else if (text === '[' && type === 'sign') term = this.bracket(term);
      else if (this.accept('?')) term = { kind: 'try', body: term, handler: undefined };
      else return term;
    }
  }

  private bracket(target: Term): Term {
    this.expect('[');
    if (this.accept(']')) return { kind: 'iterate', target };
    if (this.accept(':')) {
      const to = this.pipe();
      this.expect(']');
      return { kind: 'slice', target, from: undefined, to };
    }
    const key = this.pipe();
    if (!this.accept(':')) {
      this.expect(']');
      return { kind: 'index', target, key };
    }
    const to = this.peek().text === ']' ? undefined : this.pipe();
    this.expect(']');
    return { kind: 'slice', target, from: key, to };
  }

  private primary(): Term {
    const token = this.peek();
    switch (token.type) {
      case 'number':
        this.next();
        return { kind: 'literal', value: numberOf(token.text) };
      case 'quote':
        return this.string(undefined);
      case 'format':
        this.next();
        return this.peek().type === 'quote'
          ? this.string(token.text.slice(1))
          : { kind: 'format', name: token.text.slice(1) };
      case 'field':
        this.next();
        return { kind: 'index', target: IDENTITY, key: textTerm(token.text.slice(1)) };
      case 'variable':
        this.next();
        return token.text === '$__loc__'
          ? locationTerm(this.source, token.at)
          : { kind: 'variable', name: token.text.slice(1) };
      case 'name':
        return this.named(token.text);
      default:
        return this.sign(token.text);
    }
  }

  private sign(text: string): Term {
    if (text === '..') {
      this.next();
      return { kind: 'recurse' };
    }
    if (text === '.') {
      this.next();
      return this.peek().type === 'quote' ? { kind: 'index', target: IDENTITY, key: this.string(undefined) } : IDENTITY;
    }
    if (this.accept('(')) {
      const term = this.pipe();
      this.expect(')');
      return term;
    }
    if (this.accept('[')) {
      if (this.accept(']')) return { kind: 'list', items: undefined };
      const items = this.pipe();
      this.expect(']');
      return { kind: 'list', items };
    }
    if (text === '{') return this.map();
    throw this.unexpected();
  }

  private named(name: string): Term {
    switch (name) {
      case 'if':
        return this.condition();
      case 'try': {
        this.next();
        const body = this.postfixOf();
        return { kind: 'try', body, handler: this.acceptName('catch') ? this.postfixOf() : undefined };
      }
      case 'reduce':
      case 'foreach':
        this.next();
        return this.fold(name);
      case 'def':
        this.next();
        return this.definition();
      case 'break':
        this.next();
        return { kind: 'break', name: this.variable() };
      case 'null':
      case 'true':
      case 'false':
        this.next();
        return { kind: 'literal', value: name === 'null' ? null : name === 'true' };
      default:
        if (RESERVED.has(name)) throw this.unexpected();
        this.next();
        return { kind: 'call', name, args: this.peek().text === '(' ? this.arguments() : [] };
    }
  }

  private postfixOf(): Term {
    return this.nested(() => this.postfix());
  }

  private arguments(): Term[] {
    this.expect('(');
    const args = [this.pipe()];
    while (this.accept(';')) args.push(this.pipe());
    this.expect(')');
    return args;
  }

  private condition(): Term {
    const branches: [Term, Term][] = [];
    let otherwise: Term = IDENTITY;
    do {
      this.next();
      const condition = this.pipe();
      this.expectName('then');
      branches.push([condition, this.pipe()]);
    } while (this.peek().text === 'elif');
    if (this.acceptName('else')) otherwise = this.pipe();
    this.expectName('end');
    return { kind: 'if', branches, otherwise };
  }

  private fold(kind: 'reduce' | 'foreach'): Term {
    const source = this.postfixOf();
    this.expectName('as');
    const pattern = this.pattern();
    this.expect('(');
    const start = this.pipe();
    this.expect(';');
    const step = this.pipe();
    const each = kind === 'foreach' && this.accept(';') ? this.pipe() : IDENTITY;
    this.expect(')');
    return kind === 'reduce' ? { kind, source, pattern, start, step } : { kind, source, pattern, start, step, each };
  }

  private definition(): Term {
    const name = this.next();
    if (name.type !== 'name') throw this.unexpected();
    const params: string[] = [];
    if (this.accept('(')) {
      do params.push(this.next().text);
      while (this.accept(';'));
      this.expect(')');
    }
    this.expect(':');
    const body = this.pipe();
    this.expect(';');
    return { kind: 'define', name: name.text, params, body, rest: this.pipe() };
  }

  private pattern(): Pattern {
    return this.nested(() => {
      if (this.accept('[')) {
        const items = [this.pattern()];
        while (this.accept(',')) items.push(this.pattern());
        this.expect(']');
        return { kind: 'list', items };
      }
      if (!this.accept('{')) return { kind: 'variable', name: this.variable() };
      const entries = [this.patternEntry()];
      while (this.accept(',')) entries.push(this.patternEntry());
      this.expect('}');
      return { kind: 'map', entries };
    });
  }

  private patternEntry(): PatternEntry {
    if (this.peek().type === 'variable') {
      const variable = this.variable();
      return { key: textTerm(variable), variable, value: this.accept(':') ? this.pattern() : undefined };
    }
    const key = this.key();
    if (!this.accept(':')) throw this.unexpected();
    return { key, variable: undefined, value: this.pattern() };
  }

  private key(): Term {
    const { type, text } = this.peek();
    if (type === 'quote') return this.string(undefined);
    if (type === 'format') {
      this.next();
      return this.string(text.slice(1));
    }
    if (this.accept('(')) {
      const key = this.pipe();
      this.expect(')');
      return key;
    }
    if (type !== 'name' && type !== 'number') throw this.unexpected();
    this.next();
    return textTerm(text);
  }

  private map(): Term {
    this.expect('{');
    const entries: (readonly [Term, Term])[] = [];
    while (!this.accept('}')) {
      if (entries.length > 0) this.expect(',');
      entries.push(this.entry());
    }
    return { kind: 'map', entries };
  }

  private entry(): readonly [Term, Term] {
    const { type, text, at } = this.peek();
    if (type === 'variable') {
      this.next();
      const value: Term =
        text === '$__loc__' ? locationTerm(this.source, at) : { kind: 'variable', name: text.slice(1) };
      return [textTerm(text.slice(1)), value];
    }
    const key = this.key();
    if (!this.accept(':')) return [key, { kind: 'index', target: IDENTITY, key }];
    return [key, this.entryValue()];
  }

  /** Without parentheses a value is a pipe without commas. */
  private entryValue(): Term {
    const left = this.nested(() => this.binary(3));
    return this.accept('|') ? { kind: 'pipe', left, right: this.entryValue() } : left;
  }

  private string(format: string | undefined): Term {
    const { at } = this.next();
    const parts: (string | Term)[] = [];
    let text = '';
    let offset = at + 1;
    for (; this.source[offset] !== '"'; offset++) {
      if (offset >= this.limit) throw valueError('The jq program has a text that is not closed');
      if (this.source[offset] !== '\\') text += this.source[offset];
      else if (this.source[offset + 1] === '(') {
        if (text) parts.push(text);
        text = '';
        const inner = new JqParser(this.source, offset + 2, this.limit, this.nesting + 1);
        parts.push(inner.pipe());
        inner.expect(')');
        offset = inner.offset - 1;
      } else {
        const { character, length } = escapeAt(this.source, offset);
        text += character;
        offset += length - 1;
      }
    }
    if (text || parts.length === 0) parts.push(text);
    this.offset = offset + 1;
    return { kind: 'string', format, parts };
  }

  private variable(): string {
    const token = this.next();
    if (token.type !== 'variable') throw this.unexpected();
    return token.text.slice(1);
  }

  private link(): void {
    if (++this.links > MOST_LINKS) throw valueError(`The jq program has more than ${MOST_LINKS} operators`);
  }

  private nested<T>(read: () => T): T {
    if (++this.nesting > DEEPEST_NESTING) throw valueError(`The jq program is nested deeper than ${DEEPEST_NESTING}`);
    const result = read();
    this.nesting--;
    return result;
  }

  private accept(sign: string): boolean {
    const { type, text } = this.peek();
    if (type !== 'sign' || text !== sign) return false;
    this.next();
    return true;
  }

  private acceptName(name: string): boolean {
    const { type, text } = this.peek();
    if (type !== 'name' || text !== name) return false;
    this.next();
    return true;
  }

  private expect(sign: string): void {
    if (!this.accept(sign)) throw this.unexpected();
  }

  private expectName(name: string): void {
    if (!this.acceptName(name)) throw this.unexpected();
  }

  private next(): Token {
    const token = this.peek();
    this.offset = token.end;
    return token;
  }

  private peek(): Token {
    return tokenAt(this.source, this.offset, this.limit);
  }

  private unexpected(): Error {
    const { type, text, at } = this.peek();
    return valueError(
      `The jq program has an unexpected ${type === 'end' ? 'end' : `"${text}"`} at character ${at + 1}`,
    );
  }
}

/** `3.0` stays a decimal when nothing is computed with it. */
function numberOf(text: string): Value {
  return /[.eE]/.test(text) ? decimal(Number(text)) : Number(text);
}

function textTerm(text: string): Term {
  return { kind: 'string', format: undefined, parts: [text] };
}

function locationTerm(source: string, at: number): Term {
  const line = source.slice(0, at).split('\n').length;
  return {
    kind: 'map',
    entries: [
      [textTerm('file'), textTerm('<top-level>')],
      [textTerm('line'), { kind: 'literal', value: line }],
    ],
  };
}
