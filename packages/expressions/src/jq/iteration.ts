import { isList, isMap, setOwn, type Value } from '../json.ts';
import { NO_PATH, type Emit, type Env, type Filter, type JqRun } from './filter.ts';
import { jqError } from './jq-error.ts';
import type { Path } from './paths.ts';
import { typeOf } from './value-order.ts';

/** A path one step longer. @throws {JqError} when the value is no part of the input. */
export function stepped(path: Path | undefined, key: Value): Path {
  if (path === NO_PATH) throw jqError('Invalid path expression: this is no part of the input');
  return { key, before: path };
}

/** `..` */
export function recurse(
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

/** Hands on all members of a list or map. */
export function each(run: JqRun, input: Value, path: Path | undefined, paths: boolean, emit: Emit): void {
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

/** `target[]` */
export function iterate(target: Filter): Filter {
  return (run, env, input, path, paths, emit) =>
    target(run, env, input, path, paths, (value, at) => each(run, value, at, paths, emit));
}

/** `{key: value, …}`, once for every combination of what the filters give. */
export function mapOf(entries: readonly (readonly [Filter, Filter])[]): Filter {
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
