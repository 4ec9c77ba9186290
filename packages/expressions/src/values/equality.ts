import type { Budget } from '../budget.ts';
import { valueError } from '../expression-error.ts';
import { isList, isMap, type Value } from '../json.ts';
import { numberOf } from './number.ts';
import { DEEPEST_VALUE, kindOf, tooDeep } from './print.ts';

/** Characters compared for one step. */
const CHARACTERS_PER_STEP = 256;

/** Whether two values are the same: numbers by value, lists and maps member by member. */
export function equal(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  if (left === null || right === null) return left === right;
  if (typeof left === 'string' || typeof right === 'string') return sameText(left, right, budget);
  if (left === right) return true;
  const number = numberOf(left);
  if (number !== undefined) return sameNumber(left, right, number);
  if (depth > DEEPEST_VALUE) throw tooDeep();
  budget.step(1);
  if (isList(left) && isList(right))
    return (
      left.length === right.length && left.every((item, index) => equal(item, right[index] ?? null, budget, depth + 1))
    );
  if (!isMap(left) || !isMap(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key] ?? null, right[key] ?? null, budget, depth + 1))
  );
}

function sameText(left: Value, right: Value, budget: Budget): boolean {
  if (typeof left !== 'string' || typeof right !== 'string' || left.length !== right.length) return false;
  if (left.length > CHARACTERS_PER_STEP) budget.step(left.length / CHARACTERS_PER_STEP);
  return left === right;
}

function sameNumber(left: Value, right: Value, number: number): boolean {
  if (typeof left === 'bigint' || typeof right === 'bigint') return typeof left === typeof right && left === right;
  return number === numberOf(right);
}

/** `<`, `>`, `<=`, `>=`: false if one side is null. @throws {ExpressionError} when the two cannot be compared. */
export function compares(operator: string, left: Value, right: Value, budget: Budget): boolean {
  if (left === null || right === null) return false;
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length > CHARACTERS_PER_STEP) budget.step(left.length / CHARACTERS_PER_STEP);
    return inOrder(operator, left, right);
  }
  const a = typeof left === 'bigint' ? left : numberOf(left);
  const b = typeof right === 'bigint' ? right : numberOf(right);
  if (a === undefined || b === undefined)
    throw valueError(`Operator "${operator}" cannot compare ${kindOf(left)} with ${kindOf(right)}`);
  return inOrder(operator, a, b);
}

function inOrder(operator: string, left: string | number | bigint, right: string | number | bigint): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    default:
      return left >= right;
  }
}

/** `contains`: an item (or all items) of a list, a key of a map, a part of a text; null contains nothing. */
export function contains(container: Value, wanted: Value, budget: Budget): boolean {
  if (container === null) return false;
  budget.read(container);
  if (isList(container)) return (isList(wanted) ? wanted : [wanted]).every((one) => has(container, one, budget));
  if (isMap(container)) return typeof wanted === 'string' && Object.hasOwn(container, wanted);
  if (typeof container !== 'string')
    throw valueError(`Operator "contains" needs a list, map or text, found ${kindOf(container)}`);
  const part = typeof wanted === 'string' ? wanted : numberOf(wanted);
  return part !== undefined && container.includes(String(part));
}

/** `isIn`: an item of a list or a key of a map. */
export function isIn(wanted: Value, container: Value, budget: Budget): boolean {
  if (isList(container)) return has(container, wanted, budget);
  return isMap(container) && typeof wanted === 'string' && Object.hasOwn(container, wanted);
}

function has(list: readonly Value[], wanted: Value, budget: Budget): boolean {
  budget.step(list.length / 4);
  return list.some((item) => equal(item, wanted, budget));
}
