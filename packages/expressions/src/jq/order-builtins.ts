import type { Value } from '../json.ts';
import { strict } from './declare-builtin.ts';
import { NO_PATH, collect, identity, type Builtin, type JqRun } from './filter.ts';
import { compareValues, listFrom } from './value-order.ts';

/** Functions of the standard library that sort, group and choose. */
export const ORDER_BUILTINS: Readonly<Record<string, Builtin>> = {
  'sort/0': () => keyed((pairs) => pairs.map(([item]) => item))(identity),
  'sort_by/1': keyed((pairs) => pairs.map(([item]) => item)),
  'group_by/1': keyed((pairs, run) => grouped(pairs, run).map(({ items }) => items)),
  'unique/0': () => keyed((pairs, run) => grouped(pairs, run).map(({ items }) => items[0] ?? null))(identity),
  'unique_by/1': keyed((pairs, run) => grouped(pairs, run).map(({ items }) => items[0] ?? null)),
  'min/0': () => keyed((pairs, run) => extreme(pairs, run, (order) => order < 0), false)(identity),
  'min_by/1': keyed((pairs, run) => extreme(pairs, run, (order) => order < 0), false),
  'max/0': () => keyed((pairs, run) => extreme(pairs, run, (order) => order >= 0), false)(identity),
  'max_by/1': keyed((pairs, run) => extreme(pairs, run, (order) => order >= 0), false),
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
};

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
