import type { Budget } from '../budget.ts';
import { isList, isMap, type Value, type ValueMap } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { jsonOf } from '../values/print.ts';
import { jqError } from './jq-error.ts';

/** What jq calls the kind of a value. */
export function typeOf(value: Value): 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (isList(value)) return 'array';
  return isMap(value) ? 'object' : 'number';
}

const RANKS = { null: 0, false: 1, true: 2, number: 3, string: 4, array: 5, object: 6 } as const;

function rankOf(value: Value): number {
  if (typeof value === 'boolean') return value ? RANKS.true : RANKS.false;
  return RANKS[typeOf(value) as Exclude<ReturnType<typeof typeOf>, 'boolean'>];
}

/** jq's order of all values: null, false, true, numbers, texts, lists, maps. Negative, zero or positive. */
export function compareValues(left: Value, right: Value, budget: Budget): number {
  budget.step(1);
  const ranks = rankOf(left) - rankOf(right);
  if (ranks !== 0) return ranks;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : Number(left > right);
  if (isList(left) && isList(right)) return compareLists(left, right, budget);
  if (isMap(left) && isMap(right)) return compareMaps(left, right, budget);
  const [a, b] = [numberOf(left) ?? 0, numberOf(right) ?? 0];
  return a < b || Number.isNaN(a) ? -1 : Number(a > b);
}

function compareLists(left: readonly Value[], right: readonly Value[], budget: Budget): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareValues(left[index] ?? null, right[index] ?? null, budget);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** By their sorted keys first, then by their values. */
function compareMaps(left: ValueMap, right: ValueMap, budget: Budget): number {
  const keys = Object.keys(left).sort();
  const order = compareLists(keys, Object.keys(right).sort(), budget);
  if (order !== 0) return order;
  return compareLists(
    keys.map((key) => left[key] ?? null),
    keys.map((key) => right[key] ?? null),
    budget,
  );
}

/** Everything but null and false. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== false;
}

/** A text as it is, everything else as JSON. */
export function stringOf(value: Value, budget: Budget): string {
  return typeof value === 'string' ? value : jsonOf(value, budget);
}

/** `number (1)`: how a value is named in an error, cut short. */
export function described(value: Value, budget: Budget): string {
  const json = jsonOf(value, budget);
  return `${typeOf(value)} (${json.length > 11 ? `${json.slice(0, 10)}...` : json})`;
}

/** A number, or jq's error that it is none. */
export function numberFrom(value: Value, who: string): number {
  const number = numberOf(value);
  if (number === undefined) throw jqError(`${who} needs a number, found ${typeOf(value)}`);
  return number;
}

/** A text, or jq's error that it is none. */
export function stringFrom(value: Value, who: string): string {
  if (typeof value !== 'string') throw jqError(`${who} needs a string, found ${typeOf(value)}`);
  return value;
}

/** A list, or jq's error that it is none. */
export function listFrom(value: Value, who: string): readonly Value[] {
  if (!isList(value)) throw jqError(`${who} needs an array, found ${typeOf(value)}`);
  return value;
}
