import type { Budget } from '../budget.ts';
import { ExpressionError, valueError } from '../expression-error.ts';
import { Decimal, isList, isMap, setOwn, type Value } from '../json.ts';
import { negate } from '../values/arithmetic.ts';
import { formatter } from './formats.ts';
import { JqError, jqError } from './jq-error.ts';
import { operate } from './operators.ts';
import { indexed, stepsOf, withValueAt, withoutPaths, type Path } from './paths.ts';
import { variablesOf, type Pattern, type Term } from './syntax.ts';
import { isTrue, stringOf, typeOf } from './value-order.ts';

/** What a filter hands on: a value, and its path where paths are asked for. */
export type Emit = (value: Value, path: Path | undefined) => void;

/** What is bound where a filter runs: variables and functions, the innermost first. */
export interface Env {
  readonly binding: object | undefined;
  readonly value: Value | BoundFilter;
  readonly outer: Env | undefined;
}

/** An argument of a function: a filter, and where it was written. */
interface BoundFilter {
  readonly filter: Filter;
  readonly env: Env | undefined;
}

/** What all filters of a run share. */
export interface JqRun {
  readonly budget: Budget;
  /** What `now` says, Unix ms. */
  readonly nowMs: number;
  /** How deep functions call one another. */
  depth: number;
}

/**
 * A compiled piece of a program: hands on any number of values. With `paths` it hands on their paths too, and fails
 * where a value is not part of the input.
 */
export type Filter = (
  run: JqRun,
  env: Env | undefined,
  input: Value,
  path: Path | undefined,
  paths: boolean,
  emit: Emit,
) => void;

/** A function of the standard library, made from its arguments. */
export type Builtin = (...args: Filter[]) => Filter;

/** Where names are looked up while compiling. */
export interface NameScope {
  readonly variable: (name: string) => object | undefined;
  readonly fn: (key: string) => Definition | undefined;
}

/** A function defined by `def`, or a parameter that is a filter. */
interface Definition {
  readonly binding: object;
  readonly params: readonly { readonly name: string; readonly filter: object; readonly variable: object | undefined }[];
  body: Filter | undefined;
}

const DEEPEST_CALLS = 400;
/** The path of a value that is no part of the input. */
export const NO_PATH: Path = { key: null, before: undefined };

/** Leaves a `label`. */
class Break {
  readonly label: object;

  constructor(label: object) {
    this.label = label;
  }
}

/** Compiles a program, given the functions it may use. */
export function compileJq(term: Term, builtins: (key: string) => Builtin | undefined, prelude?: NameScope): Filter {
  return new JqCompiler(builtins).compile(term, prelude ?? EMPTY);
}

const EMPTY: NameScope = { variable: () => undefined, fn: () => undefined };

class JqCompiler {
  private readonly builtins: (key: string) => Builtin | undefined;

  constructor(builtins: (key: string) => Builtin | undefined) {
    this.builtins = builtins;
  }

  compile(term: Term, scope: NameScope): Filter {
    const filter = this.filter(term, scope);
    return (run, env, input, path, paths, emit) => {
      run.budget.step(1);
      filter(run, env, input, path, paths, emit);
    };
  }

  private filter(term: Term, scope: NameScope): Filter {
    switch (term.kind) {
      case 'identity':
        return (_run, _env, input, path, _paths, emit) => emit(input, path);
      case 'recurse':
        return recurse;
      case 'literal':
        return constant(term.value);
      case 'string':
        return this.string(term.format, term.parts, scope);
      case 'format': {
        const format = formatter(term.name);
        return byValue((input, { budget }) => format(input, budget));
      }
      case 'index':
        return this.index(this.compile(term.target, scope), this.compile(term.key, scope));
      case 'slice':
        return this.slice(term, scope);
      case 'iterate':
        return iterate(this.compile(term.target, scope));
      case 'list':
        return term.items ? collected(this.compile(term.items, scope)) : constant([]);
      case 'map':
        return mapOf(
          term.entries.map(([key, value]) => [this.compile(key, scope), this.compile(value, scope)] as const),
        );
      case 'negate':
        return overValues([this.compile(term.operand, scope)], ([value]) => negated(value ?? null));
      case 'pipe':
        return pipe(this.compile(term.left, scope), this.compile(term.right, scope));
      case 'comma':
        return comma(this.compile(term.left, scope), this.compile(term.right, scope));
      case 'binary':
        return binary(term.operator, this.compile(term.left, scope), this.compile(term.right, scope));
      case 'update':
        return update(term.operator, this.compile(term.left, scope), this.compile(term.right, scope));
      case 'try':
        return attempt(this.compile(term.body, scope), term.handler && this.compile(term.handler, scope));
      default:
        return this.structure(term, scope);
    }
  }

  private structure(term: Term, scope: NameScope): Filter {
    switch (term.kind) {
      case 'if':
        return condition(
          term.branches.map(([test, then]) => [this.compile(test, scope), this.compile(then, scope)] as const),
          this.compile(term.otherwise, scope),
        );
      case 'reduce':
      case 'foreach':
        return this.fold(term, scope);
      case 'bind':
        return this.bind(term, scope);
      case 'define':
        return this.define(term, scope);
      case 'variable':
        return this.variable(term.name, scope);
      case 'call':
        return this.call(term.name, term.args, scope);
      case 'label': {
        const label = {};
        const body = this.compile(term.body, withVariable(scope, `*${term.name}`, label));
        return labelled(body, label);
      }
      case 'break': {
        const label = scope.variable(`*${term.name}`);
        if (!label) throw valueError(`The jq program breaks out of "$${term.name}", which is no label`);
        return () => {
          throw new Break(label);
        };
      }
      default:
        throw valueError(`The jq program uses "${term.kind}" in an unknown way`);
    }
  }

  private string(format: string | undefined, parts: readonly (string | Term)[], scope: NameScope): Filter {
    const [only] = parts;
    if (parts.length === 1 && typeof only === 'string') return constant(only);
    const write = format === undefined ? stringOf : formatter(format);
    const filters = parts.map((part) => (typeof part === 'string' ? constant(part) : this.compile(part, scope)));
    return overValues(filters, (values, { budget }) => {
      let text = '';
      values.forEach(
        (value, index) => (text += typeof parts[index] === 'string' ? String(parts[index]) : write(value, budget)),
      );
      budget.grow(text.length);
      return text;
    });
  }

  private index(target: Filter, key: Filter): Filter {
    return (run, env, input, path, paths, emit) =>
      target(run, env, input, path, paths, (value, at) =>
        key(run, env, input, undefined, false, (name) =>
          emit(indexed(value, name, run.budget), paths ? stepped(at, name) : undefined),
        ),
      );
  }

  private slice(term: Term & { kind: 'slice' }, scope: NameScope): Filter {
    const target = this.compile(term.target, scope);
    const [from, to] = [term.from, term.to].map((bound) => (bound ? this.compile(bound, scope) : constant(null)));
    return (run, env, input, path, paths, emit) =>
      target(run, env, input, path, paths, (value, at) =>
        to?.(run, env, input, undefined, false, (end) =>
          from?.(run, env, input, undefined, false, (start) => {
            const key = { ...(start !== null && { start }), ...(end !== null && { end }) };
            emit(indexed(value, key, run.budget), paths ? stepped(at, key) : undefined);
          }),
        ),
      );
  }

  private variable(name: string, scope: NameScope): Filter {
    const binding = scope.variable(name);
    if (!binding) throw valueError(`The jq program uses "$${name}", which is not defined`);
    return (_run, env, _input, _path, _paths, emit) => emit(lookup(env, binding) as Value, NO_PATH);
  }

  private bind(term: Term & { kind: 'bind' }, scope: NameScope): Filter {
    const source = this.compile(term.source, scope);
    const names = [...new Set(term.patterns.flatMap(variablesOf))];
    const bindings = new Map(names.map((name) => [name, {}]));
    const inner = withVariables(scope, bindings);
    const patterns = term.patterns.map((pattern) => this.pattern(pattern, inner, bindings));
    const body = this.compile(term.body, inner);
    return (run, env, input, path, paths, emit) =>
      source(run, env, input, undefined, false, (value) => {
        const empty = [...bindings.values()].reduce<Env | undefined>(
          (outer, binding) => ({ binding, value: null, outer }),
          env,
        );
        firstThatFits(patterns, (pattern) =>
          pattern(run, empty, value, (bound) => body(run, bound, input, path, paths, emit)),
        );
      });
  }

  /** Binds the variables of a pattern, once for each way it can be read. */
  private pattern(pattern: Pattern, scope: NameScope, bindings: ReadonlyMap<string, object>): PatternFilter {
    if (pattern.kind === 'variable') {
      const binding = bindings.get(pattern.name);
      return (_run, env, value, done) => done({ binding, value, outer: env });
    }
    if (pattern.kind === 'list') {
      const items = pattern.items.map((item) => this.pattern(item, scope, bindings));
      return (run, env, value, done) => {
        if (value !== null && !isList(value)) throw jqError(`Cannot index ${typeOf(value)} with number`);
        inOrder(items, env, done, (item, index, bound, next) =>
          item(run, bound, indexed(value, index, run.budget), next),
        );
      };
    }
    const entries = pattern.entries.map(({ key, variable, value }) => ({
      key: this.compile(key, scope),
      binding: variable === undefined ? undefined : bindings.get(variable),
      value: value && this.pattern(value, scope, bindings),
    }));
    return (run, env, input, done) =>
      inOrder(entries, env, done, ({ key, binding, value }, _index, bound, next) =>
        key(run, bound, input, undefined, false, (name) => {
          const member = indexed(input, name, run.budget);
          const named = binding ? { binding, value: member, outer: bound } : bound;
          if (value) value(run, named, member, next);
          else next(named);
        }),
      );
  }

  private fold(term: Term & { kind: 'reduce' | 'foreach' }, scope: NameScope): Filter {
    const source = this.compile(term.source, scope);
    const bindings = new Map(variablesOf(term.pattern).map((name) => [name, {}]));
    const inner = withVariables(scope, bindings);
    const pattern = this.pattern(term.pattern, inner, bindings);
    const start = this.compile(term.start, scope);
    const step = this.compile(term.step, inner);
    const each = term.kind === 'foreach' ? this.compile(term.each, inner) : undefined;
    return (run, env, input, path, paths, emit) =>
      start(run, env, input, path, paths, (first, firstPath) => {
        let state = first;
        let statePath = firstPath;
        source(run, env, input, undefined, false, (item) =>
          pattern(run, env, item, (bound) => {
            let last: Value = null;
            let lastPath: Path | undefined;
            step(run, bound, state, statePath, paths, (next, nextPath) => {
              last = next;
              lastPath = nextPath;
              if (each) {
                state = next;
                statePath = nextPath;
                each(run, bound, next, nextPath, paths, emit);
              }
            });
            if (!each) [state, statePath] = [last, lastPath];
          }),
        );
        if (!each) emit(state, statePath);
      });
  }

  private define(term: Term & { kind: 'define' }, scope: NameScope): Filter {
    const definition: Definition = {
      binding: {},
      params: term.params.map((name) => ({ name, filter: {}, variable: name.startsWith('$') ? {} : undefined })),
      body: undefined,
    };
    const key = `${term.name}/${term.params.length}`;
    const inner = withFunction(scope, key, definition);
    const inside = definition.params.reduce((outer, { name, filter, variable }) => {
      const bare = name.replace(/^\$/, '');
      const withFilter = withFunction(outer, `${bare}/0`, { binding: filter, params: [], body: undefined });
      return variable ? withVariable(withFilter, bare, variable) : withFilter;
    }, inner);
    definition.body = this.compile(term.body, inside);
    const rest = this.compile(term.rest, inner);
    return (run, env, input, path, paths, emit) =>
      rest(run, { binding: definition.binding, value: null, outer: env }, input, path, paths, emit);
  }

  private call(name: string, args: readonly Term[], scope: NameScope): Filter {
    const key = `${name}/${args.length}`;
    const definition = scope.fn(key);
    const filters = args.map((arg) => this.compile(arg, scope));
    if (definition)
      return definition.params.length === 0 && !definition.body
        ? callDefined(definition, [])
        : callDefined(definition, filters);
    const builtin = this.builtins(key);
    if (!builtin) throw valueError(`The jq program calls ${key}, which is not defined`);
    return builtin(...filters);
  }
}

type PatternFilter = (run: JqRun, env: Env | undefined, value: Value, done: (env: Env | undefined) => void) => void;

function callDefined(definition: Definition, args: readonly Filter[]): Filter {
  return (run, env, input, path, paths, emit) => {
    const frame = frameOf(env, definition.binding);
    if (isBoundFilter(frame.value)) {
      nested(run, frame.value.filter, frame.value.env, input, path, paths, emit);
      return;
    }
    const { body, params } = definition;
    if (!body) throw jqError('A function is called before it is defined');
    inOrder(
      params,
      frame as Env | undefined,
      (inside) => nested(run, body, inside, input, path, paths, emit),
      (param, index, bound, next) => {
        const filter = args[index] ?? identity;
        const withFilter: Env = { binding: param.filter, value: { filter, env }, outer: bound };
        if (!param.variable) return next(withFilter);
        filter(run, env, input, undefined, false, (value) =>
          next({
            binding: param.variable,
            value,
            outer: { binding: param.filter, value: { filter: constant(value), env: undefined }, outer: bound },
          }),
        );
      },
    );
  };
}

function nested(
  run: JqRun,
  body: Filter,
  env: Env | undefined,
  input: Value,
  path: Path | undefined,
  paths: boolean,
  emit: Emit,
): void {
  if (++run.depth > DEEPEST_CALLS)
    throw new ExpressionError('EXPRESSION_LIMIT', `The jq program calls functions deeper than ${DEEPEST_CALLS}`);
  body(run, env, input, path, paths, (value, at) => {
    run.depth--;
    emit(value, at);
    run.depth++;
  });
  run.depth--;
}

function isBoundFilter(value: Value | BoundFilter): value is BoundFilter {
  return typeof value === 'object' && value !== null && 'filter' in value && typeof value.filter === 'function';
}

function frameOf(env: Env | undefined, binding: object): Env {
  let frame = env;
  while (frame && frame.binding !== binding) frame = frame.outer;
  if (!frame) throw jqError('A function is called where it is not defined');
  return frame;
}

function lookup(env: Env | undefined, binding: object): Value | BoundFilter {
  return frameOf(env, binding).value;
}

function withVariable(scope: NameScope, name: string, binding: object): NameScope {
  return { fn: scope.fn, variable: (wanted) => (wanted === name ? binding : scope.variable(wanted)) };
}

function withVariables(scope: NameScope, bindings: ReadonlyMap<string, object>): NameScope {
  return { fn: scope.fn, variable: (wanted) => bindings.get(wanted) ?? scope.variable(wanted) };
}

function withFunction(scope: NameScope, key: string, definition: Definition): NameScope {
  return { variable: scope.variable, fn: (wanted) => (wanted === key ? definition : scope.fn(wanted)) };
}

/** Goes through items one inside the other, handing an environment on. */
function inOrder<T>(
  items: readonly T[],
  env: Env | undefined,
  done: (env: Env | undefined) => void,
  each: (item: T, index: number, env: Env | undefined, next: (env: Env | undefined) => void) => void,
  index = 0,
): void {
  const item = items[index];
  if (item === undefined) return done(env);
  each(item, index, env, (bound) => inOrder(items, bound, done, each, index + 1));
}

function firstThatFits<T>(items: readonly T[], use: (item: T) => void): void {
  for (const [index, item] of items.entries()) {
    try {
      use(item);
      return;
    } catch (error) {
      if (!(error instanceof JqError) || index === items.length - 1) throw error;
    }
  }
}

export const identity: Filter = (_run, _env, input, path, _paths, emit) => emit(input, path);

/** A filter that hands on one value, whatever the input. */
export function constant(value: Value): Filter {
  return (_run, _env, _input, _path, _paths, emit) => emit(value, NO_PATH);
}

/** A filter that makes one value of the input. */
export function byValue(make: (input: Value, run: JqRun) => Value): Filter {
  return (run, _env, input, _path, _paths, emit) => emit(make(input, run), NO_PATH);
}

/** A filter over every combination of its arguments' values; the last one varies slowest, as in jq. */
export function overValues(
  args: readonly Filter[],
  make: (values: readonly Value[], run: JqRun, input: Value) => Value,
): Filter {
  return (run, env, input, _path, _paths, emit) => {
    const values: Value[] = [];
    const fill = (index: number): void => {
      const arg = args[index];
      if (!arg) return emit(make([...values], run, input), NO_PATH);
      arg(run, env, input, undefined, false, (value) => {
        values[index] = value;
        fill(index - 1);
      });
    };
    fill(args.length - 1);
  };
}

function negated(value: Value): Value {
  if (typeof value === 'number') return 0 - value;
  if (value instanceof Decimal || typeof value === 'bigint') return negate(value);
  throw jqError(`${typeOf(value)} cannot be negated`);
}

function stepped(path: Path | undefined, key: Value): Path {
  if (path === NO_PATH) throw jqError('Invalid path expression: this is no part of the input');
  return { key, before: path };
}

function recurse(
  run: JqRun,
  env: Env | undefined,
  input: Value,
  path: Path | undefined,
  paths: boolean,
  emit: Emit,
): void {
  run.budget.step(1);
  emit(input, path);
  if (isList(input) || isMap(input))
    each(run, input, path, paths, (value, at) => recurse(run, env, value, at, paths, emit));
}

function each(run: JqRun, input: Value, path: Path | undefined, paths: boolean, emit: Emit): void {
  if (isList(input)) {
    input.forEach((item, index) => {
      run.budget.step(1);
      emit(item, paths ? stepped(path, index) : undefined);
    });
  } else if (isMap(input)) {
    for (const key of Object.keys(input)) {
      run.budget.step(1);
      emit(input[key] ?? null, paths ? stepped(path, key) : undefined);
    }
  } else throw jqError(`Cannot iterate over ${typeOf(input)}`);
}

function iterate(target: Filter): Filter {
  return (run, env, input, path, paths, emit) =>
    target(run, env, input, path, paths, (value, at) => each(run, value, at, paths, emit));
}

/** `[filter]`. */
export function collected(items: Filter): Filter {
  return (run, env, input, _path, _paths, emit) => emit(collect(run, items, env, input), NO_PATH);
}

/** All values of a filter as a list. */
export function collect(run: JqRun, items: Filter, env: Env | undefined, input: Value): Value[] {
  const list: Value[] = [];
  items(run, env, input, undefined, false, (value) => {
    run.budget.step(2);
    list.push(value);
  });
  return list;
}

function mapOf(entries: readonly (readonly [Filter, Filter])[]): Filter {
  return (run, env, input, _path, _paths, emit) => {
    const fill = (index: number, map: { readonly [key: string]: Value }): void => {
      const [key, value] = entries[index] ?? [];
      if (!key || !value) return emit(map, NO_PATH);
      key(run, env, input, undefined, false, (name) => {
        if (typeof name !== 'string') throw jqError(`Object keys must be strings, found ${typeOf(name)}`);
        value(run, env, input, undefined, false, (member) => {
          const copy = { ...map };
          setOwn(copy, name, member);
          fill(index + 1, copy);
        });
      });
    };
    fill(0, {});
  };
}

/** `left | right`. */
export function pipe(left: Filter, right: Filter): Filter {
  return (run, env, input, path, paths, emit) =>
    left(run, env, input, path, paths, (value, at) => right(run, env, value, at, paths, emit));
}

function comma(left: Filter, right: Filter): Filter {
  return (run, env, input, path, paths, emit) => {
    left(run, env, input, path, paths, emit);
    right(run, env, input, path, paths, emit);
  };
}

function binary(operator: string, left: Filter, right: Filter): Filter {
  if (operator === '//') return alternative(left, right);
  if (operator === 'and' || operator === 'or') return logic(operator === 'or', left, right);
  return overValues([left, right], ([a, b], { budget }) => operate(operator, a ?? null, b ?? null, budget));
}

function alternative(left: Filter, right: Filter): Filter {
  return (run, env, input, path, paths, emit) => {
    let found = false;
    try {
      left(run, env, input, path, paths, (value, at) => {
        if (!isTrue(value)) return;
        found = true;
        emit(value, at);
      });
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
    }
    if (!found) right(run, env, input, path, paths, emit);
  };
}

function logic(decided: boolean, left: Filter, right: Filter): Filter {
  return (run, env, input, _path, _paths, emit) =>
    left(run, env, input, undefined, false, (first) => {
      if (isTrue(first) === decided) emit(decided, NO_PATH);
      else right(run, env, input, undefined, false, (second) => emit(isTrue(second), NO_PATH));
    });
}

function condition(branches: readonly (readonly [Filter, Filter])[], otherwise: Filter): Filter {
  const [first, ...rest] = branches;
  if (!first) return otherwise;
  const [test, then] = first;
  const next = condition(rest, otherwise);
  return (run, env, input, path, paths, emit) =>
    test(run, env, input, undefined, false, (value) =>
      (isTrue(value) ? then : next)(run, env, input, path, paths, emit),
    );
}

function attempt(body: Filter, handler: Filter | undefined): Filter {
  return (run, env, input, path, paths, emit) => {
    const { depth } = run;
    try {
      body(run, env, input, path, paths, (value, at) => outward(() => emit(value, at)));
    } catch (error) {
      if (error instanceof Outward) throw error.error;
      if (!(error instanceof JqError)) throw error;
      run.depth = depth;
      handler?.(run, env, error.value, NO_PATH, false, emit);
    }
  };
}

/** An error of what comes after a `try`, which that must not catch. */
class Outward {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

function outward(emit: () => void): void {
  try {
    emit();
  } catch (error) {
    throw error instanceof JqError ? new Outward(error) : error;
  }
}

function labelled(body: Filter, label: object): Filter {
  return (run, env, input, path, paths, emit) => {
    const { depth } = run;
    try {
      body(run, env, input, path, paths, emit);
    } catch (error) {
      if (!(error instanceof Break) || error.label !== label) throw error;
      run.depth = depth;
    }
  };
}

/** Hands on the first values of a filter only. */
export function limited(count: number, body: Filter): Filter {
  return (run, env, input, path, paths, emit) => {
    if (count <= 0) return;
    const label = {};
    let left = count;
    labelled((...args) => {
      const [, , , , , hand] = args;
      body(run, env, input, path, paths, (value, at) => {
        left--;
        hand(value, at);
        if (left <= 0) throw new Break(label);
      });
    }, label)(run, env, input, path, paths, emit);
  };
}

/** The paths of everything a filter selects in the input. */
export function pathsOf(run: JqRun, filter: Filter, env: Env | undefined, input: Value): Value[][] {
  const paths: Value[][] = [];
  filter(run, env, input, undefined, true, (_, path) => {
    if (path === NO_PATH) throw jqError('Invalid path expression: this is no part of the input');
    run.budget.collect(1);
    paths.push(stepsOf(path));
  });
  return paths;
}

function update(operator: string, left: Filter, right: Filter): Filter {
  if (operator === '|=') return modified(left, right);
  return (run, env, input, _path, _paths, emit) =>
    right(run, env, input, undefined, false, (value) => {
      const put = (old: Value): Value => {
        if (operator === '=') return value;
        if (operator === '//=') return isTrue(old) ? old : value;
        return operate(operator.slice(0, -1), old, value, run.budget);
      };
      const result = pathsOf(run, left, env, input).reduce<Value>(
        (state, path) => withValueAt(state, path, put, run.budget),
        input,
      );
      emit(result, NO_PATH);
    });
}

/** `left |= right`: what `right` gives nothing for is deleted. */
function modified(left: Filter, right: Filter): Filter {
  return (run, env, input, _path, _paths, emit) => {
    const deleted: Value[][] = [];
    let state = input;
    for (const path of pathsOf(run, left, env, input)) {
      let given = false;
      state = withValueAt(
        state,
        path,
        (old) => {
          let first: Value = null;
          limited(1, right)(run, env, old, undefined, false, (value) => {
            first = value;
            given = true;
          });
          return first;
        },
        run.budget,
      );
      if (!given) deleted.push(path);
    }
    emit(deleted.length === 0 ? state : withoutPaths(state, deleted, run.budget), NO_PATH);
  };
}
