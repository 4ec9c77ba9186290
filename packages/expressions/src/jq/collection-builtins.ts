import { isList, isMap, setOwn, type Value } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { simple, strict } from './declare-builtin.ts';
import { NO_PATH, type Builtin, type JqRun } from './filter.ts';
import { jqError } from './jq-error.ts';
import { operate } from './operators.ts';
import { compareValues, isTrue, listFrom, numberFrom, stringOf, typeOf } from './value-order.ts';

/** Functions of the standard library for lists and maps. */
export const COLLECTION_BUILTINS: Readonly<Record<string, Builtin>> = {
  'length/0': simple(lengthOf),
  'keys/0': simple((input) => (isList(input) ? input.map((_, index) => index) : keysOf(input).sort())),
  'keys_unsorted/0': simple((input) => (isList(input) ? input.map((_, index) => index) : keysOf(input))),
  'has/1': strict((input, [key]) => hasKey(input, key ?? null)),
  'in/1': strict((input, [container]) => hasKey(container ?? null, input)),
  'contains/1': strict((input, [part], run) => containsAll(input, part ?? null, run)),
  'inside/1': strict((input, [container], run) => containsAll(container ?? null, input, run)),
  'add/0': simple((input, run) =>
    (isMap(input) ? Object.values(input) : listFrom(input, 'add')).reduce<Value>(
      (sum, item) => operate('+', sum, item, run.budget),
      null,
    ),
  ),
  'any/0': simple((input) => listFrom(input, 'any').some(isTrue)),
  'all/0': simple((input) => listFrom(input, 'all').every(isTrue)),
  'flatten/0': simple((input, run) => flattened(listFrom(input, 'flatten'), Number.POSITIVE_INFINITY, run)),
  'flatten/1': strict((input, [depth], run) => {
    const levels = numberFrom(depth ?? null, 'flatten');
    if (levels < 0) throw jqError('flatten depth must not be negative');
    return flattened(listFrom(input, 'flatten'), levels, run);
  }),
  'to_entries/0': simple(entriesOf),
  'from_entries/0': simple(fromEntries),
  'reverse/0': simple((input) =>
    input === null
      ? []
      : typeof input === 'string'
        ? Array.from(input).reverse().join('')
        : listFrom(input, 'reverse').toReversed(),
  ),
  'transpose/0': simple((input, run) => {
    const rows = listFrom(input, 'transpose').map((row) => listFrom(row, 'transpose'));
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    run.budget.collect(width * rows.length);
    return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
  }),
  'toarray/0': simple((input) => (isList(input) ? input : [input])),
  'tostream/0': () => (run, _env, input, _path, _paths, emit) => {
    streamOf(input, [], run, (event) => emit(event, NO_PATH));
  },
};

function entriesOf(input: Value): Value {
  if (isList(input)) return input.map((value, key) => ({ key, value }));
  if (!isMap(input)) throw jqError(`${typeOf(input)} has no entries`);
  return Object.entries(input).map(([key, value]) => ({ key, value }));
}

function fromEntries(input: Value, run: JqRun): Value {
  const map: Record<string, Value> = {};
  for (const entry of isMap(input) ? Object.values(input) : listFrom(input, 'from_entries')) {
    if (!isMap(entry)) throw jqError(`Cannot index ${typeOf(entry)} with string "key"`);
    const pick = (names: readonly string[]): Value => {
      for (const name of names) if (Object.hasOwn(entry, name) && entry[name] !== null) return entry[name] ?? null;
      return null;
    };
    const key = pick(['key', 'k', 'name', 'Name', 'Key', 'K']);
    if (isList(key) || isMap(key)) throw jqError(`Cannot use ${typeOf(key)} as object key`);
    setOwn(map, stringOf(key, run.budget), pick(['value', 'v', 'Value', 'V']));
  }
  return map;
}

function flattened(input: readonly Value[], depth: number, run: JqRun): Value[] {
  return input.flatMap((item) => {
    run.budget.collect(1);
    return isList(item) && depth > 0 ? flattened(item, depth - 1, run) : [item];
  });
}

function containsAll(container: Value, part: Value, run: JqRun): boolean {
  run.budget.step(1);
  if (isMap(container) && isMap(part))
    return Object.entries(part).every(
      ([key, value]) => Object.hasOwn(container, key) && containsAll(container[key] ?? null, value, run),
    );
  if (isList(container) && isList(part))
    return part.every((wanted) => container.some((item) => containsAll(item, wanted, run)));
  if (typeof container === 'string' && typeof part === 'string') return container.includes(part);
  if (typeOf(container) !== typeOf(part))
    throw jqError(`${typeOf(container)} and ${typeOf(part)} cannot have their containment checked`);
  return compareValues(container, part, run.budget) === 0;
}

function hasKey(input: Value, key: Value): boolean {
  const index = numberOf(key);
  if (isMap(input) && typeof key === 'string') return Object.hasOwn(input, key);
  if (isList(input) && index !== undefined) return index >= 0 && index < input.length;
  throw jqError(`Cannot check whether ${typeOf(input)} has a ${typeOf(key)} key`);
}

function lengthOf(input: Value, run: JqRun): Value {
  if (input === null) return 0;
  if (typeof input === 'string') {
    run.budget.read(input);
    return Array.from(input).length;
  }
  if (isList(input)) return input.length;
  if (isMap(input)) return Object.keys(input).length;
  const number = numberOf(input);
  if (number === undefined) throw jqError(`${typeOf(input)} has no length`);
  return Math.abs(number);
}

function keysOf(input: Value): string[] {
  if (isMap(input)) return Object.keys(input);
  throw jqError(`${typeOf(input)} has no keys`);
}

/** The events of a value: each leaf with its path, and the end of each list and map. */
function streamOf(value: Value, path: readonly Value[], run: JqRun, emit: (event: Value) => void): void {
  run.budget.step(1);
  const members: [Value, Value][] = isList(value)
    ? value.map((item, index) => [index, item])
    : isMap(value)
      ? Object.entries(value)
      : [];
  if (members.length === 0) emit([[...path], value]);
  members.forEach(([key, member]) => streamOf(member, [...path, key], run, emit));
  const last = members.at(-1);
  if (last) emit([[...path, last[0]]]);
}
