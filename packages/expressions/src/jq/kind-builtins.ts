import { isList, isMap, type Value } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { simple } from './declare-builtin.ts';
import type { Builtin } from './filter.ts';
import { typeOf } from './value-order.ts';

/** Functions of the standard library that ask for the kind of a value. */
export const KIND_BUILTINS: Readonly<Record<string, Builtin>> = {
  'type/0': simple(typeOf),
  'strings/0': filterOf((input) => typeof input === 'string'),
  'numbers/0': filterOf((input) => numberOf(input) !== undefined),
  'booleans/0': filterOf((input) => typeof input === 'boolean'),
  'nulls/0': filterOf((input) => input === null),
  'arrays/0': filterOf(isList),
  'objects/0': filterOf(isMap),
  'iterables/0': filterOf((input) => isList(input) || isMap(input)),
  'scalars/0': filterOf((input) => !isList(input) && !isMap(input)),
  'values/0': filterOf((input) => input !== null),
};

/** Hands its input on when a test holds. */
function filterOf(test: (input: Value) => boolean): Builtin {
  return () => (_run, _env, input, path, _paths, emit) => {
    if (test(input)) emit(input, path);
  };
}
