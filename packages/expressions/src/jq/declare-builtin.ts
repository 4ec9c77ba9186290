import type { Value } from '../json.ts';
import { byValue, overValues, type Builtin, type JqRun } from './filter.ts';

/** A function without arguments that makes one value of its input. */
export function simple(make: (input: Value, run: JqRun) => Value): Builtin {
  return () => byValue(make);
}

/** A function whose arguments are values: called for every combination of them. */
export function strict(make: (input: Value, args: readonly Value[], run: JqRun) => Value): Builtin {
  return (...args) => overValues(args, (values, run, input) => make(input, values, run));
}
