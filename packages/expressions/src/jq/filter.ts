import type { Budget } from '../budget.ts';
import type { Value } from '../json.ts';
import { jqError } from './jq-error.ts';
import { stepsOf, type Path } from './paths.ts';

/** What a filter hands on: a value, and its path where paths are asked for. */
export type Emit = (value: Value, path: Path | undefined) => void;

/** What is bound where a filter runs: variables and functions, the innermost first. */
export interface Env {
  readonly binding: object | undefined;
  readonly value: Value | BoundFilter;
  readonly outer: Env | undefined;
}

/** An argument of a function: a filter, and where it was written. */
export interface BoundFilter {
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

/** The path of a value that is no part of the input. */
export const NO_PATH: Path = { key: null, before: undefined };

/** `.` */
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
