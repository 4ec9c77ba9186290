import { isList, isMap, setOwn, type Value } from '../json.ts';
import { readJson } from '../formats/read-json.ts';
import { decimal, numberOf } from '../values/number.ts';
import { jsonOf } from '../values/print.ts';
import {
  NO_PATH,
  byValue,
  collect,
  compileJq,
  constant,
  identity,
  limited,
  overValues,
  pathsOf,
  type Builtin,
  type Filter,
  type JqRun,
} from './compile.ts';
import { JqError, jqError } from './jq-error.ts';
import { operate } from './operators.ts';
import { parseJq } from './parse.ts';
import { indicesOf, valueAt, withValueAt, withoutPaths } from './paths.ts';
import { PRELUDE } from './prelude.ts';
import { REGEX_BUILTINS } from './regex-builtins.ts';
import { DATE_BUILTINS } from './date-builtins.ts';
import { compareValues, isTrue, listFrom, numberFrom, stringFrom, stringOf, typeOf } from './value-order.ts';

/** A function of the standard library by name and number of arguments, `map/1`; `undefined` when there is none. */
export function builtin(key: string): Builtin | undefined {
  if (Object.hasOwn(BUILTINS, key)) return BUILTINS[key];
  const source = Object.hasOwn(PRELUDE, key) ? PRELUDE[key] : undefined;
  return source === undefined ? undefined : (...args) => fromPrelude(source, args);
}

/**
 * A function that is written in jq, compiled when first run. Its parameters are called p0, p1, …; what they were given
 * runs in the environment of the prelude, which is that of the call and more.
 */
function fromPrelude(source: string, args: readonly Filter[]): Filter {
  const bound = (key: string): Builtin | undefined => {
    const arg = args[Number(/^p(\d)\/0$/.exec(key)?.[1] ?? -1)];
    return arg ? () => arg : builtin(key);
  };
  let compiled: Filter | undefined;
  return (...call) => {
    compiled ??= compileJq(parseJq(source), bound);
    compiled(...call);
  };
}

/** A function without arguments that makes one value of its input. */
function simple(make: (input: Value, run: JqRun) => Value): Builtin {
  return () => byValue(make);
}

/** A function whose arguments are values: called for every combination of them. */
function strict(make: (input: Value, args: readonly Value[], run: JqRun) => Value): Builtin {
  return (...args) => overValues(args, (values, run, input) => make(input, values, run));
}

/** Hands its input on when a test holds. */
function filterOf(test: (input: Value) => boolean): Builtin {
  return () => (_run, _env, input, path, _paths, emit) => {
    if (test(input)) emit(input, path);
  };
}

/** A function of one number. */
function math(compute: (value: number) => number): Builtin {
  return simple((input) => decimal(compute(numberFrom(input, 'This function'))));
}

function sortedBy(run: JqRun, items: readonly Value[], keys: readonly Value[]): [item: Value, key: Value][] {
  run.budget.collect(items.length);
  const pairs = items.map((item, index): [Value, Value] => [item, keys[index] ?? null]);
  return pairs.sort(([, left], [, right]) => compareValues(left, right, run.budget));
}

/** A function that sorts or groups a list by what a filter gives for each item. */
function keyed(make: (pairs: [item: Value, key: Value][], run: JqRun) => Value, sort = true): Builtin {
  return (by = identity) =>
    (run, env, input, _path, _paths, emit) => {
      const items = listFrom(input, 'Sorting and grouping');
      const keys = items.map((item) => collect(run, by, env, item));
      const pairs = sort
        ? sortedBy(run, items, keys)
        : items.map((item, index): [Value, Value] => [item, keys[index] ?? null]);
      emit(make(pairs, run), NO_PATH);
    };
}

function grouped(
  pairs: readonly (readonly [Value, Value])[],
  run: JqRun,
): { readonly key: Value; readonly items: Value[] }[] {
  const groups: { key: Value; items: Value[] }[] = [];
  for (const [item, key] of pairs) {
    const last = groups.at(-1);
    if (last && compareValues(last.key, key, run.budget) === 0) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups;
}

function extreme(pairs: readonly (readonly [Value, Value])[], run: JqRun, better: (order: number) => boolean): Value {
  let best: readonly [Value, Value] | undefined;
  for (const pair of pairs) if (!best || better(compareValues(pair[1], best[1], run.budget))) best = pair;
  return best ? best[0] : null;
}

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

function indicesIn(input: Value, part: Value, run: JqRun): Value[] | null {
  if (input === null) return null;
  if (typeof input === 'string' && typeof part === 'string') {
    const found: Value[] = [];
    for (let at = part === '' ? -1 : input.indexOf(part); at !== -1; at = input.indexOf(part, at + 1)) {
      run.budget.step(1);
      found.push(at);
    }
    return found;
  }
  const list = listFrom(input, 'indices');
  return indicesOf(list, isList(part) ? part : [part], run.budget);
}

function hasKey(input: Value, key: Value): boolean {
  const index = numberOf(key);
  if (isMap(input) && typeof key === 'string') return Object.hasOwn(input, key);
  if (isList(input) && index !== undefined) return index >= 0 && index < input.length;
  throw jqError(`Cannot check whether ${typeOf(input)} has a ${typeOf(key)} key`);
}

function range(run: JqRun, from: Value, to: Value, by: Value, emit: (value: Value) => void): void {
  const [start, end, step] = [from, to, by].map((value) => numberFrom(value, 'range'));
  if (start === undefined || end === undefined || !step) return;
  for (let value = start; step > 0 ? value < end : value > end; value += step) {
    run.budget.step(1);
    emit(value);
  }
}

function parsedNumber(input: Value): Value {
  if (numberOf(input) !== undefined) return input;
  const text = stringFrom(input, 'tonumber').trim();
  if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text))
    throw jqError(`Cannot parse "${text.slice(0, 40)}" as a number`);
  return Number(text);
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

function joined(input: Value, separator: Value, run: JqRun): Value {
  const items = listFrom(input, 'join');
  const between = stringFrom(separator, 'join');
  const texts = items.map((item) => {
    if (item === null) return '';
    if (isList(item) || isMap(item)) throw jqError(`string and ${typeOf(item)} cannot be added`);
    return stringOf(item, run.budget);
  });
  run.budget.grow(texts.reduce((length, text) => length + text.length + between.length, 0));
  return texts.join(between);
}

const BUILTINS: Readonly<Record<string, Builtin>> = {
  ...REGEX_BUILTINS,
  ...DATE_BUILTINS,
  'empty/0': () => () => undefined,
  'error/0': () => (_run, _env, input) => {
    throw new JqError(input);
  },
  'error/1':
    (message = identity) =>
    (run, env, input) =>
      message(run, env, input, undefined, false, (value) => {
        if (value !== null) throw new JqError(value);
      }),
  'not/0': simple((input) => !isTrue(input)),
  'length/0': simple(lengthOf),
  'utf8bytelength/0': simple((input) => Buffer.byteLength(stringFrom(input, 'utf8bytelength'))),
  'type/0': simple(typeOf),
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
  'range/1':
    (to = identity) =>
    (run, env, input, _path, _paths, emit) =>
      to(run, env, input, undefined, false, (end) => range(run, 0, end, 1, (value) => emit(value, NO_PATH))),
  'range/2': (from = identity, to = identity) => rangeOf(from, to, constant(1)),
  'range/3': (from = identity, to = identity, by = identity) => rangeOf(from, to, by),
  'floor/0': math(Math.floor),
  'ceil/0': math(Math.ceil),
  'round/0': math((value) => (value < 0 ? -Math.round(-value) : Math.round(value))),
  'trunc/0': math(Math.trunc),
  'fabs/0': math(Math.abs),
  'sqrt/0': math(Math.sqrt),
  'exp/0': math(Math.exp),
  'exp2/0': math((value) => 2 ** value),
  'exp10/0': math((value) => 10 ** value),
  'log/0': math(Math.log),
  'log2/0': math(Math.log2),
  'log10/0': math(Math.log10),
  'sin/0': math(Math.sin),
  'cos/0': math(Math.cos),
  'tan/0': math(Math.tan),
  'pow/2': strict((_input, [base, exponent]) => numberFrom(base ?? null, 'pow') ** numberFrom(exponent ?? null, 'pow')),
  'abs/0': simple((input) => Math.abs(numberFrom(input, 'abs'))),
  'infinite/0': simple(() => Number.POSITIVE_INFINITY),
  'nan/0': simple(() => Number.NaN),
  'isnan/0': simple((input) => Number.isNaN(numberFrom(input, 'isnan'))),
  'isinfinite/0': simple((input) => Math.abs(numberFrom(input, 'isinfinite')) === Number.POSITIVE_INFINITY),
  'isnormal/0': simple(
    (input) => Number.isFinite(numberFrom(input, 'isnormal')) && numberFrom(input, 'isnormal') !== 0,
  ),
  'tostring/0': simple((input, run) => stringOf(input, run.budget)),
  'tonumber/0': simple(parsedNumber),
  'tojson/0': simple((input, run) => jsonOf(input, run.budget)),
  'fromjson/0': simple((input) => readJson(stringFrom(input, 'fromjson'))),
  'ascii_downcase/0': simple((input) =>
    stringFrom(input, 'ascii_downcase').replace(/[A-Z]+/g, (text) => text.toLowerCase()),
  ),
  'ascii_upcase/0': simple((input) =>
    stringFrom(input, 'ascii_upcase').replace(/[a-z]+/g, (text) => text.toUpperCase()),
  ),
  'explode/0': simple((input, run) => {
    const text = stringFrom(input, 'explode');
    run.budget.collect(text.length);
    return Array.from(text, (character) => character.codePointAt(0) ?? 0);
  }),
  'implode/0': simple((input) =>
    listFrom(input, 'implode')
      .map((code) => characterOf(code))
      .join(''),
  ),
  'ltrimstr/1': strict((input, [part]) =>
    typeof input === 'string' && typeof part === 'string' && input.startsWith(part) ? input.slice(part.length) : input,
  ),
  'rtrimstr/1': strict((input, [part]) =>
    typeof input === 'string' && typeof part === 'string' && part !== '' && input.endsWith(part)
      ? input.slice(0, -part.length)
      : input,
  ),
  'trim/0': simple((input) => stringFrom(input, 'trim').trim()),
  'ltrim/0': simple((input) => stringFrom(input, 'ltrim').trimStart()),
  'rtrim/0': simple((input) => stringFrom(input, 'rtrim').trimEnd()),
  'startswith/1': strict((input, [part]) =>
    stringFrom(input, 'startswith').startsWith(stringFrom(part ?? null, 'startswith')),
  ),
  'endswith/1': strict((input, [part]) => stringFrom(input, 'endswith').endsWith(stringFrom(part ?? null, 'endswith'))),
  'split/1': strict((input, [separator], run) =>
    operate('/', stringFrom(input, 'split'), stringFrom(separator ?? null, 'split'), run.budget),
  ),
  'join/1': strict((input, [separator], run) => joined(input, separator ?? null, run)),
  'ascii/0': simple((input) => characterOf(input)),
  'indices/1': strict((input, [part], run) => indicesIn(input, part ?? null, run)),
  'index/1': strict((input, [part], run) => indicesIn(input, part ?? null, run)?.[0] ?? null),
  'rindex/1': strict((input, [part], run) => indicesIn(input, part ?? null, run)?.at(-1) ?? null),
  'to_entries/0': simple(entriesOf),
  'from_entries/0': simple(fromEntries),
  'reverse/0': simple((input) =>
    input === null
      ? []
      : typeof input === 'string'
        ? Array.from(input).reverse().join('')
        : listFrom(input, 'reverse').toReversed(),
  ),
  'sort/0': () => keyed((pairs) => pairs.map(([item]) => item))(identity),
  'sort_by/1': keyed((pairs) => pairs.map(([item]) => item)),
  'group_by/1': keyed((pairs, run) => grouped(pairs, run).map(({ items }) => items)),
  'unique/0': () => keyed((pairs, run) => grouped(pairs, run).map(({ items }) => items[0] ?? null))(identity),
  'unique_by/1': keyed((pairs, run) => grouped(pairs, run).map(({ items }) => items[0] ?? null)),
  'min/0': () => keyed((pairs, run) => extreme(pairs, run, (order) => order < 0), false)(identity),
  'min_by/1': keyed((pairs, run) => extreme(pairs, run, (order) => order < 0), false),
  'max/0': () => keyed((pairs, run) => extreme(pairs, run, (order) => order >= 0), false)(identity),
  'max_by/1': keyed((pairs, run) => extreme(pairs, run, (order) => order >= 0), false),
  'select/1':
    (test = identity) =>
    (run, env, input, path, _paths, emit) =>
      test(run, env, input, undefined, false, (value) => {
        if (isTrue(value)) emit(input, path);
      }),
  'recurse/1': (step = identity) => descending(step, () => true),
  'repeat/1': (step = identity) => descending(step, () => true),
  'while/2': (test = identity, step = identity) =>
    descending(step, (value, run, env) => collect(run, test, env, value).some(isTrue)),
  'first/1': (body = identity) => limited(1, body),
  'last/1':
    (body = identity) =>
    (run, env, input, path, paths, emit) => {
      let last: (() => void) | undefined;
      body(run, env, input, path, paths, (value, at) => (last = () => emit(value, at)));
      last?.();
    },
  'limit/2':
    (count = identity, body = identity) =>
    (run, env, input, path, paths, emit) =>
      count(run, env, input, undefined, false, (value) => {
        const most = numberFrom(value, 'limit');
        (most < 0 ? body : limited(most, body))(run, env, input, path, paths, emit);
      }),
  'isempty/1':
    (body = identity) =>
    (run, env, input, _path, _paths, emit) => {
      let empty = true;
      limited(1, body)(run, env, input, undefined, false, () => (empty = false));
      emit(empty, NO_PATH);
    },
  'until/2':
    (test = identity, step = identity) =>
    (run, env, input, path, _paths, emit) =>
      repeatUntil(
        run,
        input,
        (value) => collect(run, test, env, value).some(isTrue),
        (value) => collect(run, step, env, value),
        (value) => emit(value, path),
      ),
  'path/1':
    (body = identity) =>
    (run, env, input, _path, _paths, emit) => {
      for (const path of pathsOf(run, body, env, input)) emit(path, NO_PATH);
    },
  'del/1':
    (body = identity) =>
    (run, env, input, _path, _paths, emit) =>
      emit(withoutPaths(input, pathsOf(run, body, env, input), run.budget), undefined),
  'delpaths/1': strict((input, [paths], run) =>
    withoutPaths(
      input,
      listFrom(paths ?? null, 'delpaths').map((path) => listFrom(path, 'delpaths')),
      run.budget,
    ),
  ),
  'getpath/1':
    (wanted = identity) =>
    (run, env, input, path, paths, emit) =>
      wanted(run, env, input, undefined, false, (value) => {
        const steps = listFrom(value, 'getpath');
        const at = steps.reduce((before, key) => ({ key, before }), path);
        emit(valueAt(input, steps, run.budget), paths ? at : undefined);
      }),
  'setpath/2': strict((input, [path, value], run) =>
    withValueAt(input, listFrom(path ?? null, 'setpath'), () => value ?? null, run.budget),
  ),
  'tostream/0': () => (run, _env, input, _path, _paths, emit) => {
    streamOf(input, [], run, (event) => emit(event, NO_PATH));
  },
  'transpose/0': simple((input, run) => {
    const rows = listFrom(input, 'transpose').map((row) => listFrom(row, 'transpose'));
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    run.budget.collect(width * rows.length);
    return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
  }),
  'bsearch/1': strict((input, [wanted], run) => {
    const list = listFrom(input, 'bsearch');
    let [low, high] = [0, list.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = compareValues(list[middle] ?? null, wanted ?? null, run.budget);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1 - low;
  }),
  'builtins/0': simple(() => [...Object.keys(BUILTINS), ...Object.keys(PRELUDE)]),
  'env/0': simple(() => ({})),
  'toarray/0': simple((input) => (isList(input) ? input : [input])),
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

function keysOf(input: Value): string[] {
  if (isMap(input)) return Object.keys(input);
  throw jqError(`${typeOf(input)} has no keys`);
}

function characterOf(code: Value): string {
  const number = numberFrom(code, 'implode');
  if (!Number.isInteger(number) || number < 0 || number > 0x10ffff) throw jqError(`${number} is not a character`);
  return String.fromCodePoint(number);
}

function rangeOf(from: Filter, to: Filter, by: Filter): Filter {
  return (run, env, input, _path, _paths, emit) =>
    from(run, env, input, undefined, false, (start) =>
      to(run, env, input, undefined, false, (end) =>
        by(run, env, input, undefined, false, (step) => range(run, start, end, step, (value) => emit(value, NO_PATH))),
      ),
    );
}

/** The input, what a filter makes of it, what it makes of that, …, depth first, as long as something holds. */
function descending(step: Filter, holds: (value: Value, run: JqRun, env: Parameters<Filter>[1]) => boolean): Filter {
  return (run, env, input, path, paths, emit) => {
    const waiting: [Value, typeof path][] = [[input, path]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [value, at] = next;
      run.budget.step(1);
      if (!holds(value, run, env)) continue;
      emit(value, at);
      const from = waiting.length;
      step(run, env, value, at, paths, (below, place) => waiting.push([below, place]));
      waiting.splice(from, waiting.length - from, ...waiting.slice(from).reverse());
    }
  };
}

function repeatUntil(
  run: JqRun,
  input: Value,
  done: (value: Value) => boolean,
  step: (value: Value) => readonly Value[],
  emit: (value: Value) => void,
): void {
  let value = input;
  while (!done(value)) {
    run.budget.step(1);
    const next = step(value);
    if (next.length !== 1) return next.forEach((one) => repeatUntil(run, one, done, step, emit));
    value = next[0] ?? null;
  }
  emit(value);
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
