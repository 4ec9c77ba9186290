import { ExpressionError } from '../expression-error.ts';
import { Decimal } from '../json.ts';
import { BINARY_OPERATORS, UNARY_OPERATORS, UNARY_PRECEDENCE, type BinaryOperator } from './operators.ts';
import { Scanner } from './scanner.ts';
import { quotedParts } from './quoted.ts';
import type { Argument, Disputed, Expression, MapEntry } from './syntax-tree.ts';

/** How deep brackets may nest; far below where the stack would end. */
const DEEPEST_NESTING = 100;
/** How many operators and members may hang on one another, brackets around counted in: evaluating goes as deep. */
const MOST_LINKS = 1_000;
/** Operands of Liquid's colon form end at the next `|`. */
const TIGHTER_THAN_FILTER = (BINARY_OPERATORS['|']?.precedence ?? 0) + 1;
const LARGEST_LONG = 9_223_372_036_854_775_807n;

/** Words that are values, not names. */
const LITERALS: ReadonlyMap<string, null | boolean> = new Map([
  ...['null', 'NULL', 'none', 'NONE'].map((word) => [word, null] as const),
  ...['true', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'FALSE'].map((word) => [word, false] as const),
]);

/**
 * Reads what stands inside the braces, by operator precedence.
 * Tags read their own arguments with the same parser, piece by piece.
 */
export class ExpressionParser {
  readonly scanner: Scanner;
  private nesting = 0;
  /** Whether a colon would belong to what is around: a ternary, a map key, arguments. */
  private colonTaken = false;
  private links = 0;
  /** Where the expression begins that is being read. */
  private begin = 0;

  /** Reads operators as from 2.0 on, and says of each of those that differ which operands it takes. */
  private readonly later: boolean;

  constructor(source: string, begin: number, end: number, options: { readonly later?: boolean } = {}) {
    this.scanner = new Scanner(source, begin, end);
    this.later = options.later ?? false;
  }

  /** One whole expression, with nothing behind it. */
  whole(): Expression {
    const expression = this.expression();
    this.end();
    return expression;
  }

  /** Nothing more may follow. */
  end(): void {
    if (this.scanner.peek().type !== 'end') throw this.scanner.unexpected('expected the end of the expression');
  }

  /** One expression; stops in front of the first word that is no part of it. */
  expression(): Expression {
    const outer = this.begin;
    this.begin = this.scanner.peek().at;
    const expression = this.ternary(this.binary(0));
    this.begin = outer;
    return expression;
  }

  /** Filters in a row, `upper | replace({…})`, applied to a given input. */
  filters(input: Expression): Expression {
    let filtered = this.filter(input);
    while (this.scanner.accept('|')) filtered = this.filter(filtered);
    this.end();
    return filtered;
  }

  /** Arguments in parentheses, or none when there are no parentheses. */
  optionalArguments(): Argument[] {
    return this.scanner.sees('(') ? this.arguments() : [];
  }

  private ternary(condition: Expression): Expression {
    const { at } = this.scanner.peek();
    if (!this.scanner.accept('?')) return condition;
    const yes = this.nested(true, () => this.expression());
    this.scanner.expect(':');
    const no = this.nested(this.colonTaken, () => this.expression());
    return { kind: 'ternary', at, condition, yes, no };
  }

  private binary(weakest: number): Expression {
    const begin = this.scanner.peek().at;
    let left = this.unary();
    for (;;) {
      const { type, text } = this.scanner.peek();
      const operator = type === 'name' || type === 'sign' ? own(BINARY_OPERATORS, text) : undefined;
      const precedence = this.precedenceOf(operator);
      if (!operator || precedence < weakest) return left;
      const { at } = this.scanner.next();
      this.link(at);
      left = this.rightSide(text, at, left, precedence);
      const disputed = this.disputed(operator, begin, weakest);
      if (disputed && left.kind === 'binary') left = { ...left, disputed };
    }
  }

  private precedenceOf(operator: BinaryOperator | undefined): number {
    return (this.later ? operator?.laterPrecedence : undefined) ?? operator?.precedence ?? 0;
  }

  /** Whether an operator that was just read would take other operands by its later precedence. */
  private disputed({ laterPrecedence }: BinaryOperator, begin: number, weakest: number): Disputed | undefined {
    if (laterPrecedence === undefined) return undefined;
    const { type, text } = this.scanner.peek();
    const following = type === 'name' || type === 'sign' ? own(BINARY_OPERATORS, text) : undefined;
    const next = following?.laterPrecedence ?? following?.precedence ?? 0;
    if (!this.later && weakest <= laterPrecedence && next <= laterPrecedence) return undefined;
    return { around: [this.begin, this.scanner.end], begin, end: this.scanner.readUntil };
  }

  private rightSide(operator: string, at: number, left: Expression, precedence: number): Expression {
    if (operator === '|') return this.filter(left);
    if (operator === 'is') return this.test(left, at);
    return { kind: 'binary', at, operator, left, right: this.binary(precedence + 1) };
  }

  private filter(input: Expression): Expression {
    const { text: name, at } = this.scanner.expectName('the name of a filter');
    if (!this.colonTaken && this.scanner.accept(':'))
      return { kind: 'filter', at, input, name, args: this.colonArguments(), form: 'colon' };
    return { kind: 'filter', at, input, name, args: this.optionalArguments(), form: 'call' };
  }

  private colonArguments(): Argument[] {
    const args: Argument[] = [];
    do {
      const value = this.binary(TIGHTER_THAN_FILTER);
      if (value.kind === 'name' && this.scanner.accept(':'))
        args.push({ name: value.name, value: this.binary(TIGHTER_THAN_FILTER) });
      else args.push({ name: undefined, value });
    } while (this.scanner.accept(','));
    return args;
  }

  private test(operand: Expression, at: number): Expression {
    const negated = this.scanner.seesName('not');
    if (negated) this.scanner.next();
    const { text: name } = this.scanner.expectName('the name of a test');
    return { kind: 'test', at, operand, name, args: this.optionalArguments(), negated };
  }

  private unary(): Expression {
    const { type, text, at } = this.scanner.peek();
    if ((type !== 'sign' && type !== 'name') || !own(UNARY_OPERATORS, text)) return this.members(this.operand());
    this.scanner.next();
    const operand = this.nested(this.colonTaken, () => this.binary(UNARY_PRECEDENCE));
    return { kind: 'unary', at, operator: text, operand };
  }

  private members(start: Expression): Expression {
    let target = start;
    for (;;) {
      if (this.scanner.accept('.')) {
        const { text: name, at } = this.scanner.expectName('the name of an attribute');
        const key: Expression = { kind: 'literal', at, value: name };
        this.link(at);
        target = this.scanner.sees('(')
          ? { kind: 'method', at, target, name, args: this.arguments() }
          : { kind: 'member', at, target, key };
      } else if (this.scanner.sees('[')) {
        const { at } = this.scanner.next();
        const key = this.nested(false, () => this.expression());
        this.scanner.expect(']');
        this.link(at);
        target = { kind: 'member', at: key.kind === 'literal' ? key.at : at, target, key };
      } else return target;
    }
  }

  private operand(): Expression {
    const { type, text, at } = this.scanner.peek();
    if (type === 'name') return this.name();
    if (type === 'number') return this.number();
    if (type === 'quote') return this.quoted(at, text);
    if (text === '(') return this.parentheses();
    if (text === '[') return this.list(at);
    if (text === '{') return this.map(at);
    throw this.scanner.unexpected('expected a value');
  }

  private name(): Expression {
    const { text: name, at } = this.scanner.next();
    if (this.scanner.sees('(')) return { kind: 'call', at, name, args: this.arguments() };
    const literal = LITERALS.get(name);
    return literal === undefined ? { kind: 'name', at, name } : { kind: 'literal', at, value: literal };
  }

  private number(): Expression {
    const { text, at } = this.scanner.next();
    const digits = text.endsWith('L') ? text.slice(0, -1) : text;
    const number = Number(digits);
    if (digits.includes('.'))
      return { kind: 'literal', at, value: Number.isInteger(number) ? new Decimal(number) : number };
    if (Number.isSafeInteger(number)) return { kind: 'literal', at, value: number };
    const long = BigInt(digits);
    if (long > LARGEST_LONG)
      throw new ExpressionError('EXPRESSION_SYNTAX', `${digits} is too large for a number`).at(this.scanner.source, at);
    return { kind: 'literal', at, value: long };
  }

  private quoted(at: number, quote: string): Expression {
    const { parts, end } = quotedParts(this.scanner.source, at, this.scanner.end, quote);
    const expressions = parts.map((part): Expression => {
      if (typeof part === 'string') return { kind: 'literal', at, value: part };
      return this.nested(false, () => {
        const inner = new ExpressionParser(this.scanner.source, part.begin, part.end, { later: this.later });
        inner.nesting = this.nesting;
        inner.links = this.links;
        return inner.whole();
      });
    });
    this.scanner.moveTo(end);
    const [only] = expressions;
    if (expressions.length === 1 && only?.kind === 'literal') return only;
    return { kind: 'text', at, parts: expressions };
  }

  private parentheses(): Expression {
    this.scanner.next();
    const inner = this.nested(false, () => this.expression());
    this.scanner.expect(')');
    return inner;
  }

  private list(at: number): Expression {
    this.scanner.next();
    const items: Expression[] = [];
    while (!this.scanner.accept(']')) {
      if (items.length > 0) this.scanner.expect(',');
      items.push(this.nested(false, () => this.expression()));
    }
    return { kind: 'list', at, items };
  }

  private map(at: number): Expression {
    this.scanner.next();
    const entries: MapEntry[] = [];
    while (!this.scanner.accept('}')) {
      if (entries.length > 0) this.scanner.expect(',');
      const key = this.nested(true, () => this.expression());
      this.scanner.expect(':');
      entries.push({ key, value: this.nested(false, () => this.expression()) });
    }
    return { kind: 'map', at, entries };
  }

  private arguments(): Argument[] {
    this.scanner.expect('(');
    const args: Argument[] = [];
    while (!this.scanner.accept(')')) {
      if (args.length > 0) this.scanner.expect(',');
      args.push(this.argument(args.at(-1)));
    }
    return args;
  }

  private argument(previous: Argument | undefined): Argument {
    const name = this.scanner.seesAssignment() ? this.scanner.next().text : undefined;
    if (name !== undefined) this.scanner.next();
    else if (previous?.name !== undefined)
      throw this.scanner.unexpected('expected a named argument: those without a name come first');
    return { name, value: this.nested(true, () => this.expression()) };
  }

  private nested<T>(colonTaken: boolean, read: () => T): T {
    if (++this.nesting > DEEPEST_NESTING)
      throw new ExpressionError('EXPRESSION_LIMIT', `Expression nested deeper than ${DEEPEST_NESTING}`).at(
        this.scanner.source,
        this.scanner.peek().at,
      );
    const { links, colonTaken: outer } = this;
    this.colonTaken = colonTaken;
    const result = read();
    this.colonTaken = outer;
    this.links = links;
    this.nesting--;
    return result;
  }

  private link(at: number): void {
    if (++this.links > MOST_LINKS)
      throw new ExpressionError(
        'EXPRESSION_LIMIT',
        `Expression chains more than ${MOST_LINKS} operators and members`,
      ).at(this.scanner.source, at);
  }
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
