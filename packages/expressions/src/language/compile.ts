import { ExpressionError } from '../expression-error.ts';
import type { Evaluation } from '../evaluation.ts';
import { isList, type Result, type Value } from '../json.ts';
import type { Arguments } from '../library/declaration.ts';
import type { Library } from '../library/library.ts';
import { didYouMean } from '../suggest.ts';
import { callMethod } from '../values/methods.ts';
import { binaryOperation, unaryOperation } from './apply-operator.ts';
import { bindArguments, type Signature } from './bind-arguments.ts';
import { fallbackCode, logicCode, ternaryCode } from './choice-code.ts';
import { chain, codeOf, constantCode, lift, lift2, runAll, softly, type Code } from './code.ts';
import { folded, listCode, mapCode, textCode } from './literal-code.ts';
import { memberCode, nameCode, noMethod } from './member-code.ts';
import type { Argument, CallExpression, Expression, FilterExpression, TestExpression } from './syntax-tree.ts';

/** Liquid's filters walk lists, some of them sort. */
const NATIVE_STEPS_PER_ITEM = 4;

/** What a compiler must know of the template around: its macros are called like functions. */
export interface MacroCalls {
  /** Code that calls a macro, which may be defined further down. */
  macroCall(call: CallExpression, args: (value: Argument) => Code): Code;
}

/** Turns expressions into closures, with every name resolved that can be resolved before rendering. */
export class Compiler {
  private readonly source: string;
  private readonly library: Library;
  private readonly macros: MacroCalls;

  constructor(source: string, library: Library, macros: MacroCalls) {
    this.source = source;
    this.library = library;
    this.macros = macros;
  }

  /** @throws {ExpressionError} EXPRESSION_UNKNOWN for filters, functions, tests and arguments that do not exist. */
  compile(expression: Expression): Code {
    const { at } = expression;
    switch (expression.kind) {
      case 'literal':
        return constantCode(expression.value);
      case 'name':
        return nameCode(expression.name, at);
      case 'member':
        return memberCode(this.compile(expression.target), this.compile(expression.key), at);
      case 'method':
        return this.method(this.compile(expression.target), expression.name, expression.args, at);
      case 'list':
        return listCode(expression.items.map((item) => this.compile(item)));
      case 'map':
        return mapCode(expression.entries.map(({ key, value }) => [this.compile(key), this.compile(value)]));
      case 'text':
        return textCode(expression.parts.map((part) => this.compile(part)));
      case 'unary':
        return folded(lift(at, this.compile(expression.operand), unaryOperation(expression.operator)), [
          expression.operand,
        ]);
      case 'binary':
        return this.binary(expression.operator, this.compile(expression.left), this.compile(expression.right), at);
      case 'ternary':
        return ternaryCode(
          this.compile(expression.condition),
          this.compile(expression.yes),
          this.compile(expression.no),
          at,
        );
      case 'filter':
        return this.filter(expression, this.compile(expression.input));
      case 'test':
        return this.test(expression, this.compile(expression.operand));
      case 'call':
        return this.call(expression);
    }
  }

  private binary(operator: string, left: Code, right: Code, at: number): Code {
    switch (operator) {
      case 'and':
      case 'or':
        return logicCode(operator, left, right, at);
      case '??':
        return fallbackCode(left, right, (value) => value === undefined || value === null);
      case '???':
        return fallbackCode(left, right, (value) => value === undefined);
      default:
        return lift2(at, left, right, binaryOperation(operator));
    }
  }

  private method(target: Code, name: string, args: readonly Argument[], at: number): Code {
    if (args.some((argument) => argument.name !== undefined))
      throw new ExpressionError('EXPRESSION_SYNTAX', `${name}() takes no named arguments`).at(this.source, at);
    const codes = args.map(({ value }) => this.compile(value));
    return lift(at, target, (self, evaluation) =>
      chain(runAll(codes, evaluation), (values) => {
        evaluation.at = at;
        const result = callMethod(self, name, values as Value[], evaluation.budget);
        if (result === undefined) throw noMethod(self, name);
        evaluation.budget.made(result);
        return result;
      }),
    );
  }

  private filter(expression: FilterExpression, input: Code): Code {
    const { name, at } = expression;
    const filter = this.library.filters.get(name);
    const native = this.library.nativeFilter(name);
    if (native && (expression.form === 'colon' || !filter)) return this.nativeFilter(expression, input);
    if (!filter) throw this.unknown('filter', name, this.library.filterNames(), at);
    const args = this.bound(`Filter "${name}"`, filter, expression.args, at);
    const literal = literalKind(expression.input);
    if (literal && filter.forLiteral) return constantCode(filter.forLiteral(literal));
    const applied = (value: Value, values: Arguments, evaluation: Evaluation): Result => {
      evaluation.at = at;
      evaluation.budget.read(value);
      return measured(filter.apply(value, values, evaluation), evaluation);
    };
    const apply = (value: Value, evaluation: Evaluation): Result => {
      if (value === null && !filter.takesNull) return null;
      const values = args(evaluation);
      if (values instanceof Promise) return values.then((settled) => applied(value, settled, evaluation));
      return applied(value, values, evaluation);
    };
    if (filter.takesMissing)
      return codeOf((evaluation) => chain(input.soft(evaluation), (value) => apply(value ?? null, evaluation)));
    const code = lift(at, input, apply);
    return {
      ...code,
      soft: (evaluation) =>
        chain(input.soft(evaluation), (value) =>
          value === undefined ? undefined : softly(() => apply(value, evaluation)),
        ),
    };
  }

  private nativeFilter({ name, args, at }: FilterExpression, input: Code): Code {
    const codes = args.map(({ value }) => this.compile(value));
    const names = args.map((argument) => argument.name);
    const start =
      name === 'default' ? codeOf((evaluation) => chain(input.soft(evaluation), (value) => value ?? null)) : input;
    return lift(at, start, (value, evaluation) =>
      chain(runAll(codes, evaluation), (values) => {
        evaluation.at = at;
        evaluation.budget.read(value);
        if (isList(value)) evaluation.budget.step(value.length * NATIVE_STEPS_PER_ITEM);
        const passed = values.map((one, index) => (names[index] === undefined ? one : [names[index], one]));
        return measured(this.library.applyNative(name, value, passed, evaluation), evaluation);
      }),
    );
  }

  private test({ name, args, negated, at }: TestExpression, operand: Code): Code {
    const test = this.library.tests.get(name);
    if (!test) throw this.unknown('test', name, this.library.tests.keys(), at);
    const bound = this.bound(`Test "${name}"`, test, args, at);
    const ask = (value: Value | undefined, evaluation: Evaluation): Result =>
      chain(bound(evaluation), (values) => {
        evaluation.at = at;
        return test.test(value, values, evaluation) !== negated;
      });
    if (!test.takesMissing) return lift(at, operand, ask);
    return codeOf((evaluation) => chain(operand.soft(evaluation), (value) => ask(value, evaluation)));
  }

  private call(expression: CallExpression): Code {
    const { name, args, at } = expression;
    const declared = this.library.functions.get(name);
    if (!declared) return this.macros.macroCall(expression, ({ value }) => this.compile(value));
    const bound = this.bound(`${name}()`, declared, args, at);
    return codeOf((evaluation) =>
      chain(bound(evaluation), (values) => {
        evaluation.at = at;
        return measured(declared.call(values, evaluation), evaluation);
      }),
    );
  }

  /** Puts arguments in order now, and evaluates them later; those that never change only once. */
  private bound(what: string, signature: Signature, args: readonly Argument[], at: number) {
    let codes: (Code | undefined)[];
    try {
      codes = bindArguments(what, signature, args).map((value) => value && this.compile(value));
    } catch (error) {
      throw error instanceof ExpressionError ? error.at(this.source, at) : error;
    }
    if (codes.every((code) => code === undefined || code.constant !== undefined)) {
      const values = codes.map((code) => code?.constant);
      return () => values;
    }
    return (evaluation: Evaluation) => runAll(codes, evaluation);
  }

  private unknown(kind: string, name: string, names: Iterable<string>, at: number): ExpressionError {
    return new ExpressionError('EXPRESSION_UNKNOWN', `Unknown ${kind} "${name}"`, {
      subject: name,
      hint: didYouMean(name, names),
    }).at(this.source, at);
  }
}

/** Whether an expression is a map or a whole number as written. */
function literalKind(expression: Expression): 'map' | 'number' | undefined {
  if (expression.kind === 'map') return 'map';
  return expression.kind === 'literal' && Number.isInteger(expression.value) ? 'number' : undefined;
}

function measured(result: Result, evaluation: Evaluation): Result {
  if (result instanceof Promise) return result.then((settled) => measured(settled, evaluation));
  evaluation.budget.made(result);
  return result;
}
