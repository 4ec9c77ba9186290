import type { Budget } from '../budget.ts';
import { valueError } from '../expression-error.ts';
import { isList, isMap, mapOf, type Value } from '../json.ts';
import { compares, equal } from '../values/equality.ts';
import { numberOf } from '../values/number.ts';
import { joinedText, kindOf } from '../values/print.ts';
import { listFrom, optionalText, optionalWhole, wholeFrom } from './arguments.ts';
import { optional, required, type Filters } from './declaration.ts';

/** Filters for lists and maps. */
export const LIST_FILTERS: Filters = {
  default: {
    description: 'Another value where the input is missing, null or empty; `false` and `0` stay.',
    params: [required('default', 'The other value.')],
    takesNull: true,
    takesMissing: true,
    example: { template: "{{ user.phone | default('none') }}", vars: { user: {} }, result: 'none' },
    apply: (input, [fallback]) => (isEmpty(input) ? (fallback ?? null) : input),
  },
  first: {
    description: 'The first item of a list, or character of a text; null of an empty list.',
    params: [],
    example: { template: "{{ ['a', 'b'] | first }}", result: 'a' },
    apply: (input) => itemAt(input, 0, 'first'),
  },
  last: {
    description: 'The last item of a list, or character of a text; null of an empty list.',
    params: [],
    example: { template: "{{ ['a', 'b'] | last }}", result: 'b' },
    apply: (input) => itemAt(input, -1, 'last'),
  },
  join: {
    description: 'Writes the items of a list one after the other.',
    params: [optional('separator', 'What stands between them; nothing when left out.')],
    note: 'Prints `null` for null, and lists in lists as `[1, 2]`.',
    example: { template: "{{ ['a', 'b'] | join(', ') }}", result: 'a, b' },
    apply(input, [separator], { budget }) {
      const between = optionalText(separator, 'Argument "separator" of filter "join"', '');
      const items = listFrom(input, 'Filter "join"').map((item) => joinedText(item, budget));
      budget.grow(items.reduce((length, item) => length + item.length + between.length, 0));
      return items.join(between);
    },
  },
  length: {
    description: 'How many characters, items or entries; 0 for everything else.',
    params: [],
    takesNull: true,
    example: { template: "{{ 'test' | length }}", result: '4' },
    apply(input) {
      if (typeof input === 'string' || isList(input)) return input.length;
      return isMap(input) ? Object.keys(input).length : 0;
    },
  },
  reverse: {
    description: 'The items in the opposite order.',
    params: [],
    example: { template: '{{ [1, 2] | reverse }}', result: '[2,1]' },
    apply: (input) => listFrom(input, 'Filter "reverse"').toReversed(),
  },
  sort: {
    description: 'The items in order: numbers, or texts by their characters.',
    params: [],
    example: { template: '{{ [10, 9, 1] | sort }}', result: '[1,9,10]' },
    apply: (input, _, { budget }) => sorted(listFrom(input, 'Filter "sort"'), budget),
  },
  rsort: {
    description: 'The items in falling order.',
    params: [],
    example: { template: '{{ [10, 9, 1] | rsort }}', result: '[10,9,1]' },
    apply: (input, _, { budget }) => sorted(listFrom(input, 'Filter "rsort"'), budget).reverse(),
  },
  slice: {
    description: 'A part of a text or list.',
    params: [
      required('fromIndex', 'First character or item, from 0.'),
      optional('toIndex', 'The one behind the last; the end when left out.'),
    ],
    example: { template: "{{ 'Mitchell' | slice(1, 3) }}", result: 'it' },
    apply(input, [fromIndex, toIndex]) {
      if (typeof input !== 'string' && !isList(input))
        throw valueError(`Filter "slice" needs a text or list, found ${kindOf(input)}`);
      const from = wholeFrom(fromIndex, 'Argument "fromIndex" of filter "slice"');
      const to = optionalWhole(toIndex, 'Argument "toIndex" of filter "slice"', input.length);
      const ends = toIndex !== undefined && toIndex !== null;
      if (from < 0 || from > to || to > input.length || (ends && from === to))
        throw valueError(`Filter "slice" cannot take ${from} to ${to} of ${input.length}`);
      return input.slice(from, to);
    },
  },
  merge: {
    description: 'Two lists or two maps as one; of equal keys the right one counts.',
    params: [required('items', 'The other list or map.')],
    takesNull: true,
    example: { template: "{{ {'a': 1} | merge({'b': 2}) }}", result: '{"a":1,"b":2}' },
    apply: (input, [items], { budget }) => merged(input, items ?? null, budget),
  },
  chunk: {
    description: 'Cuts a list into lists of a size.',
    params: [required('size', 'Items of each.')],
    example: { template: '{{ [1, 2, 3] | chunk(2) }}', result: '[[1,2],[3]]' },
    apply(input, [size], { budget }) {
      const items = listFrom(input, 'Filter "chunk"');
      const each = wholeFrom(size, 'Argument "size" of filter "chunk"');
      if (each < 1) throw valueError('Argument "size" of filter "chunk" must be 1 or more');
      budget.collect(items.length);
      return Array.from({ length: Math.ceil(items.length / each) }, (_, index) =>
        items.slice(index * each, (index + 1) * each),
      );
    },
  },
  distinct: {
    description: 'Each item once.',
    params: [],
    takesNull: true,
    example: { template: "{{ ['a', 'b', 'a'] | distinct }}", result: '["a","b"]' },
    apply: (input, _, { budget }) => (input === null ? 'null' : distinct(listFrom(input, 'Filter "distinct"'), budget)),
  },
  flatten: {
    description: 'Puts the items of inner lists into the list, one level deep.',
    params: [],
    example: { template: '{{ [1, [2, 3]] | flatten }}', result: '[1,2,3]' },
    apply(input, _, { budget }) {
      const flat = listFrom(input, 'Filter "flatten"').flatMap((item) => (isList(item) ? item : [item]));
      budget.collect(flat.length);
      return flat;
    },
  },
  keys: {
    description: 'The keys of a map, or the indexes of a list.',
    params: [],
    example: { template: "{{ {'a': 1, 'b': 2} | keys }}", result: '["a","b"]' },
    apply(input) {
      if (isList(input)) return input.map((_, index) => index);
      if (isMap(input)) return Object.keys(input);
      throw valueError(`Filter "keys" needs a map or list, found ${kindOf(input)}`);
    },
  },
  values: {
    description: 'The values of a map.',
    params: [],
    example: { template: "{{ {'a': 1, 'b': 2} | values }}", result: '[1,2]' },
    apply(input) {
      if (isMap(input)) return Object.values(input);
      throw valueError(`Filter "values" needs a map, found ${kindOf(input)}`);
    },
  },
};

/** Whether a value is nothing: null, a blank text, a list or map without members. */
export function isEmpty(value: Value): boolean {
  if (value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  if (isList(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}

function itemAt(input: Value, index: number, filter: string): Value {
  if (isList(input)) return input.at(index) ?? null;
  if (typeof input !== 'string') throw valueError(`Filter "${filter}" needs a list or a text, found ${kindOf(input)}`);
  const character = input.at(index);
  if (character === undefined) throw valueError(`Filter "${filter}" found an empty text`);
  return character;
}

function sorted(items: readonly Value[], budget: Budget): Value[] {
  budget.step(items.length * 8);
  const [first] = items;
  if (items.length > 1) items.forEach((item) => comparable(first ?? null, item));
  return items.toSorted((left, right) => order(left, right, budget));
}

function comparable(first: Value, item: Value): void {
  const kinds = [first, item].map((value) => (numberOf(value) === undefined ? typeof value : 'number'));
  if (kinds[0] !== kinds[1] || first === null || item === null || kinds[0] === 'object')
    throw valueError(`${capital(kindOf(first))} and ${kindOf(item)} cannot be sorted together`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function order(left: Value, right: Value, budget: Budget): number {
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (compares('<', left, right, budget)) return -1;
  return compares('>', left, right, budget) ? 1 : 0;
}

function merged(input: Value, items: Value, budget: Budget): Value {
  const left = input ?? (isList(items) ? [] : isMap(items) ? {} : null);
  if (isList(left)) {
    if (items !== null && !isList(items) && !isMap(items))
      throw valueError(`Filter "merge" cannot put ${kindOf(items)} into a list`);
    const added = isList(items) ? items : items === null ? [] : [items];
    budget.collect(left.length + added.length);
    return [...left, ...added];
  }
  if (!isMap(left)) throw valueError(`Filter "merge" needs a list or map, found ${kindOf(left)}`);
  if (items !== null && !isList(items) && !isMap(items))
    throw valueError(`Filter "merge" cannot put ${kindOf(items)} into a map`);
  const added: [string, Value][] = isList(items)
    ? items.map((item) => [joinedText(item, budget), item])
    : Object.entries(items ?? {});
  budget.collect(Object.keys(left).length + added.length);
  return mapOf([...Object.entries(left), ...added]);
}

function distinct(items: readonly Value[], budget: Budget): Value[] {
  const seen = new Set<Value>();
  const composite: Value[] = [];
  return items.filter((item) => {
    if (typeof item !== 'object' || item === null) return !seen.has(item) && Boolean(seen.add(item));
    budget.step(composite.length);
    return !composite.some((other) => equal(other, item, budget)) && composite.push(item) > 0;
  });
}
