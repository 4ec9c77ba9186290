import { ExpressionError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { constant, identity, type BoundFilter, type Emit, type Env, type Filter, type JqRun } from './filter.ts';
import { JqError, jqError } from './jq-error.ts';
import type { Path } from './paths.ts';

/** Where names are looked up while compiling. */
export interface NameScope {
  readonly variable: (name: string) => object | undefined;
  readonly fn: (key: string) => Definition | undefined;
}

/** A function defined by `def`, or a parameter that is a filter. */
export interface Definition {
  readonly binding: object;
  readonly params: readonly { readonly name: string; readonly filter: object; readonly variable: object | undefined }[];
  body: Filter | undefined;
}

/** The scope of a whole program. */
export const EMPTY: NameScope = { variable: () => undefined, fn: () => undefined };

const DEEPEST_CALLS = 400;

/** Calls a function defined by `def`, or a parameter that is a filter. */
export function callDefined(definition: Definition, args: readonly Filter[]): Filter {
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

/** Runs the body of a function one call deeper; what comes after it is not counted as deeper. */
export function nested(
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

/** What is bound to a variable. */
export function lookup(env: Env | undefined, binding: object): Value | BoundFilter {
  return frameOf(env, binding).value;
}

/** A scope with one more variable. */
export function withVariable(scope: NameScope, name: string, binding: object): NameScope {
  return { fn: scope.fn, variable: (wanted) => (wanted === name ? binding : scope.variable(wanted)) };
}

/** A scope with more variables. */
export function withVariables(scope: NameScope, bindings: ReadonlyMap<string, object>): NameScope {
  return { fn: scope.fn, variable: (wanted) => bindings.get(wanted) ?? scope.variable(wanted) };
}

/** A scope with one more function, `name/arity`. */
export function withFunction(scope: NameScope, key: string, definition: Definition): NameScope {
  return { variable: scope.variable, fn: (wanted) => (wanted === key ? definition : scope.fn(wanted)) };
}

/** Goes through items one inside the other, handing an environment on. */
export function inOrder<T>(
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

/** Uses the first item that does not fail; the error of the last is thrown. */
export function firstThatFits<T>(items: readonly T[], use: (item: T) => void): void {
  for (const [index, item] of items.entries()) {
    try {
      use(item);
      return;
    } catch (error) {
      if (!(error instanceof JqError) || index === items.length - 1) throw error;
    }
  }
}
