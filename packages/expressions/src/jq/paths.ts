import type { Budget } from '../budget.ts';
import { isList, isMap, setOwn, type Value } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { jqError } from './jq-error.ts';
import { compareValues, described, typeOf } from './value-order.ts';

/** Longest list that assigning to an index may make. */
const LONGEST_FILLED = 1_000_000;

/** The way to a part of the input: the last step first. */
export interface Path {
  readonly key: Value;
  readonly before: Path | undefined;
}

/** The steps of a path, first to last. */
export function stepsOf(path: Path | undefined): Value[] {
  const steps: Value[] = [];
  for (let at = path; at; at = at.before) steps.push(at.key);
  return steps.reverse();
}

/** Whether a step is the slice `{start, end}`. */
function isSlice(key: Value): key is { readonly start?: Value; readonly end?: Value } {
  return isMap(key);
}

/** `.[key]`. @throws {JqError} when the value has no such members. */
export function indexed(value: Value, key: Value, budget: Budget): Value {
  const index = numberOf(key);
  if (value === null && (typeof key === 'string' || index !== undefined || isSlice(key))) return null;
  if (isMap(value) && typeof key === 'string') return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
  if (isList(value) && index !== undefined) return value[index < 0 ? index + value.length : index] ?? null;
  if (isSlice(key)) return sliced(value, key.start ?? null, key.end ?? null, budget);
  if (isList(value) && isList(key)) return indicesOf(value, key, budget);
  throw cannotIndex(value, key);
}

/** `.[from:to]` of a list or text. */
export function sliced(value: Value, from: Value, to: Value, budget: Budget): Value {
  if (value === null) return null;
  if (typeof value !== 'string' && !isList(value)) throw jqError(`Cannot index ${typeOf(value)} with object`);
  const [start, end] = bounds(value.length, from, to);
  const part = value.slice(start, end);
  budget.made(part);
  return part;
}

function bounds(length: number, from: Value, to: Value): [number, number] {
  const place = (bound: Value, absent: number, round: (value: number) => number): number => {
    if (bound === null) return absent;
    const number = numberOf(bound);
    if (number === undefined) throw jqError('Start and end indices of an array slice must be numbers');
    const whole = round(number);
    return Math.min(Math.max(whole < 0 ? whole + length : whole, 0), length);
  };
  const start = place(from, 0, Math.floor);
  return [start, Math.max(start, place(to, length, Math.ceil))];
}

/** Where a list occurs in another. */
export function indicesOf(list: readonly Value[], part: readonly Value[], budget: Budget): Value[] {
  const found: Value[] = [];
  for (let at = 0; part.length > 0 && at + part.length <= list.length; at++)
    if (part.every((item, offset) => compareValues(list[at + offset] ?? null, item, budget) === 0)) found.push(at);
  return found;
}

/** What stands at a path; null where nothing does. */
export function valueAt(value: Value, steps: readonly Value[], budget: Budget): Value {
  let found = value;
  for (const key of steps) {
    if (found === null) return null;
    found = indexed(found, key, budget);
  }
  return found;
}

/** The value with something else at a path; what is missing on the way is made. */
export function withValueAt(value: Value, steps: readonly Value[], put: (old: Value) => Value, budget: Budget): Value {
  const [key, ...rest] = steps;
  if (key === undefined) return put(value);
  budget.step(1);
  const inner = withValueAt(indexed(value, key, budget), rest, put, budget);
  return withMember(value, key, inner, budget);
}

function withMember(value: Value, key: Value, member: Value, budget: Budget): Value {
  const index = numberOf(key);
  if (typeof key === 'string' && (value === null || isMap(value))) {
    budget.step(Object.keys(value ?? {}).length / 4);
    const copy: Record<string, Value> = { ...value };
    setOwn(copy, key, member);
    return copy;
  }
  if (index !== undefined && (value === null || isList(value)))
    return withItem(value ?? [], Math.trunc(index), member, budget);
  if (isSlice(key) && (value === null || isList(value))) {
    if (!isList(member)) throw jqError('A slice of an array can only be assigned another array');
    const list = value ?? [];
    const [start, end] = bounds(list.length, key.start ?? null, key.end ?? null);
    budget.collect(list.length + member.length);
    return [...list.slice(0, start), ...member, ...list.slice(end)];
  }
  throw cannotIndex(value, key);
}

function withItem(list: readonly Value[], index: number, item: Value, budget: Budget): Value {
  const at = index < 0 ? index + list.length : index;
  if (at < 0) throw jqError('Out of bounds negative array index');
  if (at > LONGEST_FILLED) throw jqError('Array index too large');
  budget.collect(Math.max(list.length, at + 1));
  const copy = [...list];
  while (copy.length < at) copy.push(null);
  copy[at] = item;
  return copy;
}

/** The value without what stands at these paths. */
export function withoutPaths(value: Value, paths: readonly (readonly Value[])[], budget: Budget): Value {
  const lastFirst = paths.toSorted((left, right) => compareValues([...right], [...left], budget));
  return lastFirst.reduce((rest, path) => withoutPath(rest, path, budget), value);
}

function withoutPath(value: Value, [key, ...rest]: readonly Value[], budget: Budget): Value {
  if (key === undefined || value === null) return null;
  budget.step(1);
  if (rest.length > 0) {
    const inner = indexed(value, key, budget);
    return inner === null ? value : withMember(value, key, withoutPath(inner, rest, budget), budget);
  }
  if (isMap(value) && typeof key === 'string')
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  const index = numberOf(key);
  if (isList(value) && index !== undefined) {
    const at = index < 0 ? index + value.length : index;
    return value.filter((_, position) => position !== at);
  }
  if (isList(value) && isSlice(key)) {
    const [start, end] = bounds(value.length, key.start ?? null, key.end ?? null);
    return [...value.slice(0, start), ...value.slice(end)];
  }
  throw jqError(`Cannot delete field at ${typeOf(value)} index of ${described(key, budget)}`);
}

function cannotIndex(value: Value, key: Value): Error {
  const name = typeof key === 'string' ? `string "${key}"` : typeOf(key);
  return jqError(`Cannot index ${typeOf(value)} with ${name}`);
}
