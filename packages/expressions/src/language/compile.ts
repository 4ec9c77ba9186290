import { ExpressionError, MissingError, valueError } from '../expression-error.ts';
import type { Evaluation } from '../evaluation.ts';
import { isList, isMap, setOwn, type Result, type Value } from '../json.ts';
import type { Library } from '../library/library.ts';
import { closest, didYouMean } from '../suggest.ts';
import { concatenate } from '../values/arithmetic.ts';
import { numberOf } from '../values/number.ts';
import { memberOf, namedMember } from '../values/members.ts';
import { callMethod, methodNames } from '../values/methods.ts';
import { joinedText, kindOf } from '../values/print.ts';
import { truth } from '../values/truth.ts';
import { binaryOperation, unaryOperation } from './apply-operator.ts';
import { bindArguments, type Signature } from './bind-arguments.ts';
import { chain, codeOf, constantCode, lift, lift2, runAll, softly, type Code } from './code.ts';
import type { Argument, CallExpression, Expression, FilterExpression, TestExpression } from './syntax-tree.ts';

/** Keys of a large map that "did you mean" looks at. */
const MOST_CANDIDATES = 200;

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
    const apply = (value: Value, evaluation: Evaluation): Result => {
      if (value === null && !filter.takesNull) return null;
      return chain(args(evaluation), (values) => {
        evaluation.at = at;
        evaluation.budget.read(value);
        return measured(filter.apply(value, values, evaluation), evaluation);
      });
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

function measured(result: Result, { budget }: Evaluation): Result {
  return chain(result, (value) => {
    budget.made(value);
    return value;
  });
}

function nameCode(name: string, at: number): Code {
  const soft = (evaluation: Evaluation): Value | undefined =>
    evaluation.lookup(name) ?? (name === '_context' ? evaluation.variables() : evaluation.lookup(name));
  return {
    soft,
    run(evaluation) {
      const value = soft(evaluation);
      if (value !== undefined) return value;
      evaluation.at = at;
      throw new MissingError(name, `Unable to find \`${name}\``, didYouMean(name, evaluation.names()));
    },
  };
}

function memberCode(target: Code, key: Code, at: number): Code {
  const name = key.constant;
  if (typeof name !== 'string') return computedMemberCode(target, key, at);
  return {
    run(evaluation) {
      const self = target.run(evaluation);
      if (self instanceof Promise)
        return self.then((settled) =>
          found(settled, name, namedMember(settled, name, evaluation.budget), evaluation, at),
        );
      return found(self, name, namedMember(self, name, evaluation.budget), evaluation, at);
    },
    soft(evaluation) {
      return chain(target.soft(evaluation), (self) =>
        self === undefined ? undefined : namedMember(self, name, evaluation.budget),
      );
    },
  };
}

function computedMemberCode(target: Code, key: Code, at: number): Code {
  const { run } = lift2(at, target, key, (self, name, evaluation) =>
    found(self, name, memberOf(self, name, evaluation.budget), evaluation, at),
  );
  return {
    run,
    soft: (evaluation) =>
      chain(target.soft(evaluation), (self) =>
        self === undefined
          ? undefined
          : chain(key.soft(evaluation), (name) =>
              name === undefined ? undefined : memberOf(self, name, evaluation.budget),
            ),
      ),
  };
}

function found(self: Value, key: Value, value: Value | undefined, evaluation: Evaluation, at: number): Value {
  if (value !== undefined) return value;
  evaluation.at = at;
  const name = typeof key === 'string' ? key : joinedText(key, evaluation.budget);
  if (self === null) throw new MissingError(name, `Unable to find \`${name}\`: what it is asked of is null`);
  const candidates = isMap(self) ? someKeys(self) : methodNames(self);
  const where = isList(self) ? ` in a list of ${self.length}` : isMap(self) ? '' : ` in ${kindOf(self)}`;
  throw new MissingError(name, `Unable to find \`${name}\`${where}`, didYouMean(name, candidates));
}

function someKeys(map: object): string[] {
  const keys: string[] = [];
  for (const key in map) if (keys.push(key) >= MOST_CANDIDATES) break;
  return keys;
}

function noMethod(self: Value, name: string): ExpressionError {
  const near = closest(name, methodNames(self));
  return new MissingError(
    name,
    `Unable to find \`${name}\`: ${kindOf(self)} has no such method`,
    near && `Did you mean "${near}()"?`,
  );
}

function listCode(items: readonly Code[]): Code {
  if (items.every(isConstant)) return constantCode(items.map(({ constant }) => constant as Value));
  return codeOf((evaluation) =>
    chain(runAll(items, evaluation), (values) => {
      evaluation.budget.collect(values.length);
      return values as Value[];
    }),
  );
}

function mapCode(entries: readonly (readonly [Code, Code])[]): Code {
  const make = (flat: readonly (Value | undefined)[]): Value => {
    const map: Record<string, Value> = {};
    for (let index = 0; index < flat.length; index += 2)
      setOwn(map, keyText(flat[index] ?? null), flat[index + 1] ?? null);
    return map;
  };
  const codes = entries.flat();
  if (codes.every(isConstant)) return constantCode(make(codes.map(({ constant }) => constant)));
  return codeOf((evaluation) =>
    chain(runAll(codes, evaluation), (values) => {
      evaluation.budget.collect(values.length / 2);
      return make(values);
    }),
  );
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null || typeof key === 'boolean') return String(key);
  const number = numberOf(key);
  if (number === undefined) throw valueError(`A map's key must be a text, found ${kindOf(key)}`);
  return String(number);
}

function textCode(parts: readonly Code[]): Code {
  return codeOf((evaluation) =>
    chain(runAll(parts, evaluation), (values) => {
      const { budget } = evaluation;
      let text = '';
      for (const value of values)
        if (value !== null && value !== undefined) text = concatenate(text, joinedText(value, budget), budget);
      return text;
    }),
  );
}

function isConstant(code: Code): boolean {
  return code.constant !== undefined;
}

/** `-1` is as constant as `1`. */
function folded(code: Code, operands: readonly Expression[]): Code {
  if (!operands.every(({ kind }) => kind === 'literal')) return code;
  try {
    const value = code.run(NOWHERE);
    return value instanceof Promise ? code : constantCode(value);
  } catch {
    return code; // fails when rendered, with its place
  }
}

/** Operators on literals ask nothing of the evaluation but where to note the offset. */
const NOWHERE = { at: 0 } as Evaluation;

function logicCode(operator: 'and' | 'or', left: Code, right: Code, at: number): Code {
  const decided = operator === 'or';
  const where = `"${operator}"`;
  const isTrue = (value: Value, evaluation: Evaluation): boolean => {
    evaluation.at = at;
    return truth(value, where);
  };
  return codeOf((evaluation) =>
    chain(left.run(evaluation), (first) =>
      isTrue(first, evaluation) === decided
        ? decided
        : chain(right.run(evaluation), (second) => isTrue(second, evaluation)),
    ),
  );
}

function ternaryCode(condition: Code, yes: Code, no: Code, at: number): Code {
  return codeOf((evaluation) =>
    chain(condition.run(evaluation), (value) => {
      evaluation.at = at;
      return value !== null && truth(value, 'The condition before "?"') ? yes.run(evaluation) : no.run(evaluation);
    }),
  );
}

function fallbackCode(left: Code, right: Code, lacks: (value: Value | undefined) => boolean): Code {
  return {
    run: (evaluation) =>
      chain(left.soft(evaluation), (value) => (lacks(value) ? right.run(evaluation) : (value as Value))),
    soft: (evaluation) => chain(left.soft(evaluation), (value) => (lacks(value) ? right.soft(evaluation) : value)),
  };
}
