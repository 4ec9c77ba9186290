import type { Budget } from '../budget.ts';
import { isList, isMap, mapOf, type Decimal, type Value, type ValueMap } from '../json.ts';
import { pattern } from '../library/regular-expression.ts';
import { decimal, numberOf } from './number.ts';
import { equal } from './equality.ts';
import { joinedText } from './print.ts';

type Method<T> = (self: T, args: readonly Value[], budget: Budget) => Value | undefined;
type Methods<T> = Readonly<Record<string, Method<T>>>;

const string = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
const integer = (value: Value | undefined, absent = 0): number => Math.trunc(numberOf(value ?? null) ?? absent);

/**
 * What may be called on a text, as `x.trim()` or, without arguments, `x.trim`. A closed list: no member of a
 * JavaScript value is ever reached.
 */
const TEXT_METHODS: Methods<string> = {
  length: (self) => self.length,
  isEmpty: (self) => self === '',
  isBlank: (self) => self.trim() === '',
  trim: (self) => self.trim(),
  strip: (self) => self.trim(),
  stripLeading: (self) => self.trimStart(),
  stripTrailing: (self) => self.trimEnd(),
  toUpperCase: (self) => self.toUpperCase(),
  toLowerCase: (self) => self.toLowerCase(),
  toString: (self: string) => self,
  intern: (self) => self,
  substring: (self, [from, to]) => self.slice(integer(from), to === undefined ? undefined : integer(to)),
  charAt: (self, [index]) => self[integer(index)],
  indexOf: (self, [part, from]) => self.indexOf(string(part), integer(from)),
  lastIndexOf: (self, [part]) => self.lastIndexOf(string(part)),
  contains: (self, [part]) => self.includes(string(part)),
  startsWith: (self, [part]) => self.startsWith(string(part)),
  endsWith: (self, [part]) => self.endsWith(string(part)),
  equals: (self, [other]) => self === other,
  equalsIgnoreCase: (self, [other]) => self.toLowerCase() === string(other).toLowerCase(),
  compareTo: (self, [other]) => compareText(self, string(other)),
  concat: (self, [other]) => self + string(other),
  repeat: (self, [count], budget) => {
    budget.grow(self.length * Math.max(0, integer(count)));
    return self.repeat(Math.max(0, integer(count)));
  },
  replace: (self, [from, to], budget) => {
    budget.grow(self.split(string(from)).length * string(to).length);
    return self.replaceAll(string(from), () => string(to));
  },
  replaceAll: (self, [regex, to], budget) => pattern(string(regex), budget).replaceAll(self, string(to), budget),
  replaceFirst: (self, [regex, to], budget) => pattern(string(regex), budget).replaceFirst(self, string(to), budget),
  matches: (self, [regex], budget) => pattern(string(regex), budget).matches(self),
  split: (self, [regex, limit], budget) => pattern(string(regex), budget).split(self, integer(limit), budget),
};

const LIST_METHODS: Methods<readonly Value[]> = {
  size: (self) => self.length,
  length: (self) => self.length,
  isEmpty: (self) => self.length === 0,
  get: (self, [index]) => self[integer(index)],
  first: (self) => self[0],
  getFirst: (self) => self[0],
  last: (self) => self.at(-1),
  getLast: (self) => self.at(-1),
  contains: (self, [item], budget) => self.some((one) => equal(one, item ?? null, budget)),
  containsAll: (self, [items], budget) =>
    isList(items) && items.every((item) => self.some((one) => equal(one, item, budget))),
  indexOf: (self, [item], budget) => self.findIndex((one) => equal(one, item ?? null, budget)),
  lastIndexOf: (self, [item], budget) => self.findLastIndex((one) => equal(one, item ?? null, budget)),
  subList: (self, [from, to]) => self.slice(integer(from), integer(to, self.length)),
  reversed: (self) => self.toReversed(),
  toArray: (self) => self,
  toString: (self: Value, _: unknown, budget: Budget) => joinedText(self, budget),
};

/** Of a map only calls with parentheses: `x.size` is its entry "size". */
const MAP_METHODS: Methods<ValueMap> = {
  size: (self) => Object.keys(self).length,
  isEmpty: (self) => Object.keys(self).length === 0,
  get: (self, [key]) => own(self, key) ?? null,
  getOrDefault: (self, [key, fallback]) => own(self, key) ?? fallback,
  containsKey: (self, [key]) => own(self, key) !== undefined,
  containsValue: (self, [value], budget) => Object.values(self).some((one) => equal(one, value ?? null, budget)),
  getKey: (self) => own(self, 'key'),
  getValue: (self) => own(self, 'value'),
  keySet: (self) => Object.keys(self),
  values: (self) => Object.values(self),
  entrySet: (self) =>
    Object.entries(self).map(([key, value]) =>
      mapOf([
        ['key', key],
        ['value', value],
      ]),
    ),
  toString: (self: Value, _: unknown, budget: Budget) => joinedText(self, budget),
};

const NUMBER_METHODS: Methods<number | bigint | Decimal> = {
  intValue: (self) => Math.trunc(Number(numberOf(self))) | 0,
  longValue: (self) => Math.trunc(Number(numberOf(self))),
  doubleValue: (self) => decimal(Number(numberOf(self))),
  isNaN: (self) => Number.isNaN(numberOf(self)),
  equals: (self, [other], budget) => equal(self, other ?? null, budget),
  compareTo: (self, [other]) => Math.sign(Number(numberOf(self)) - Number(numberOf(other ?? null))),
  toString: (self: Value, _: unknown, budget: Budget) => joinedText(self, budget),
};

const BOOLEAN_METHODS: Methods<boolean> = {
  booleanValue: (self) => self,
  equals: (self, [other]) => self === other,
  toString: (self: boolean) => String(self),
};

/** Calls a method of a value; `undefined` when it has none of that name. */
export function callMethod(target: Value, name: string, args: readonly Value[], budget: Budget): Value | undefined {
  budget.read(target);
  if (typeof target === 'string') return call(TEXT_METHODS, target, name, args, budget);
  if (isList(target)) return call(LIST_METHODS, target, name, args, budget);
  if (isMap(target)) return call(MAP_METHODS, target, name, args, budget);
  if (typeof target === 'boolean') return call(BOOLEAN_METHODS, target, name, args, budget);
  return target === null ? undefined : call(NUMBER_METHODS, target, name, args, budget);
}

/** The methods a value has, for "did you mean". */
export function methodNames(target: Value): readonly string[] {
  if (typeof target === 'string') return Object.keys(TEXT_METHODS);
  if (isList(target)) return Object.keys(LIST_METHODS);
  return isMap(target) ? Object.keys(MAP_METHODS) : [];
}

function call<T>(
  methods: Methods<T>,
  self: T,
  name: string,
  args: readonly Value[],
  budget: Budget,
): Value | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : methods[beanGetter(methods, name)];
  return method?.(self, args, budget);
}

/** `x.empty` means `x.isEmpty()`. */
function beanGetter<T>(methods: Methods<T>, name: string): string {
  const getter = `is${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return Object.hasOwn(methods, getter) ? getter : '';
}

function own(map: ValueMap, key: Value | undefined): Value | undefined {
  return typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Java's `compareTo`: the distance of the first characters that differ, else of the lengths. */
function compareText(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++)
    if (left[index] !== right[index]) return left.charCodeAt(index) - right.charCodeAt(index);
  return left.length - right.length;
}
