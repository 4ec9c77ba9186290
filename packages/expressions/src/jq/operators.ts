import type { Budget } from '../budget.ts';
import { isList, isMap, type Value, type ValueMap } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { jqError } from './jq-error.ts';
import { compareValues, described } from './value-order.ts';

/** What an operator does with two values. */
export function operate(operator: string, left: Value, right: Value, budget: Budget): Value {
  switch (operator) {
    case '+':
      return plus(left, right, budget);
    case '-':
      return minus(left, right, budget);
    case '*':
      return times(left, right, budget);
    case '/':
      return divided(left, right, budget);
    case '%':
      return modulo(left, right, budget);
    case '==':
      return compareValues(left, right, budget) === 0;
    case '!=':
      return compareValues(left, right, budget) !== 0;
    case '<':
      return compareValues(left, right, budget) < 0;
    case '<=':
      return compareValues(left, right, budget) <= 0;
    case '>':
      return compareValues(left, right, budget) > 0;
    default:
      return compareValues(left, right, budget) >= 0;
  }
}

function plus(left: Value, right: Value, budget: Budget): Value {
  if (left === null) return right;
  if (right === null) return left;
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a + b;
  if (typeof left === 'string' && typeof right === 'string') {
    budget.grow(left.length + right.length);
    return left + right;
  }
  if (isList(left) && isList(right)) {
    budget.collect(left.length + right.length);
    return [...left, ...right];
  }
  if (isMap(left) && isMap(right)) return { ...left, ...right };
  throw impossible(left, right, 'added', budget);
}

function minus(left: Value, right: Value, budget: Budget): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a - b;
  if (isList(left) && isList(right))
    return left.filter((item) => right.every((other) => compareValues(item, other, budget) !== 0));
  throw impossible(left, right, 'subtracted', budget);
}

function times(left: Value, right: Value, budget: Budget): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a * b;
  if (typeof left === 'string' && b !== undefined) return repeated(left, b, budget);
  if (typeof right === 'string' && a !== undefined) return repeated(right, a, budget);
  if (isMap(left) && isMap(right)) return mergedDeep(left, right, budget);
  throw impossible(left, right, 'multiplied', budget);
}

function repeated(text: string, count: number, budget: Budget): Value {
  if (count <= 0) return null;
  const times = Math.max(1, Math.floor(count));
  budget.grow(text.length * times);
  return text.repeat(times);
}

function mergedDeep(left: ValueMap, right: ValueMap, budget: Budget): ValueMap {
  budget.step(1);
  const merged: Record<string, Value> = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const old = Object.hasOwn(merged, key) ? (merged[key] ?? null) : null;
    merged[key] = isMap(old) && isMap(value) ? mergedDeep(old, value, budget) : value;
  }
  return merged;
}

function divided(left: Value, right: Value, budget: Budget): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) {
    if (b === 0)
      throw jqError(
        `${described(left, budget)} and ${described(right, budget)} cannot be divided because the divisor is zero`,
      );
    return a / b;
  }
  if (typeof left === 'string' && typeof right === 'string') {
    budget.read(left);
    return left === '' ? [] : left.split(right);
  }
  throw impossible(left, right, 'divided', budget);
}

function modulo(left: Value, right: Value, budget: Budget): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) throw impossible(left, right, 'divided', budget);
  const divisor = Math.abs(Math.trunc(b));
  if (divisor === 0)
    throw jqError(
      `${described(left, budget)} and ${described(right, budget)} cannot be divided because the divisor is zero`,
    );
  return (Math.trunc(a) % divisor) + 0;
}

function impossible(left: Value, right: Value, verb: string, budget: Budget): Error {
  return jqError(`${described(left, budget)} and ${described(right, budget)} cannot be ${verb}`);
}
