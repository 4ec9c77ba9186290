import type { Value } from '../json.ts';

/** An expression as written. `at` is the offset in the template that an error should point at. */
export type Expression =
  | { readonly kind: 'literal'; readonly at: number; readonly value: Value }
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'member'; readonly at: number; readonly target: Expression; readonly key: Expression }
  | {
      readonly kind: 'method';
      readonly at: number;
      readonly target: Expression;
      readonly name: string;
      readonly args: readonly Argument[];
    }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly at: number; readonly entries: readonly MapEntry[] }
  | { readonly kind: 'text'; readonly at: number; readonly parts: readonly Expression[] }
  | { readonly kind: 'unary'; readonly at: number; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly at: number;
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      /** Where the text around could be read in another way, as from 2.0 on. */
      readonly disputed?: Disputed;
    }
  | {
      readonly kind: 'ternary';
      readonly at: number;
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | FilterExpression
  | TestExpression
  | CallExpression;

/**
 * An operator that takes other operands in another version of the language. Offsets in the template: of the whole
 * expression around it, and of the operator with the operands that we read.
 */
export interface Disputed {
  readonly around: readonly [begin: number, end: number];
  readonly begin: number;
  readonly end: number;
}

/** `input | name(args)`, or `input | name: args` in Liquid's form. */
export interface FilterExpression {
  readonly kind: 'filter';
  readonly at: number;
  readonly input: Expression;
  readonly name: string;
  readonly args: readonly Argument[];
  readonly form: 'call' | 'colon';
}

/** `operand is name(args)` or `operand is not name(args)`. */
export interface TestExpression {
  readonly kind: 'test';
  readonly at: number;
  readonly operand: Expression;
  readonly name: string;
  readonly args: readonly Argument[];
  readonly negated: boolean;
}

/** `name(args)`: a function, or a macro of the same template. */
export interface CallExpression {
  readonly kind: 'call';
  readonly at: number;
  readonly name: string;
  readonly args: readonly Argument[];
}

/** One argument, with its name where it was given by name. */
export interface Argument {
  readonly name: string | undefined;
  readonly value: Expression;
}

/** One entry of a map literal. */
export interface MapEntry {
  readonly key: Expression;
  readonly value: Expression;
}

/** The expressions directly inside this one. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'member':
      return [expression.target, expression.key];
    case 'method':
      return [expression.target, ...values(expression.args)];
    case 'list':
      return expression.items;
    case 'map':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'text':
      return expression.parts;
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'ternary':
      return [expression.condition, expression.yes, expression.no];
    case 'filter':
      return [expression.input, ...values(expression.args)];
    case 'test':
      return [expression.operand, ...values(expression.args)];
    case 'call':
      return values(expression.args);
  }
}

function values(args: readonly Argument[]): readonly Expression[] {
  return args.map(({ value }) => value);
}
