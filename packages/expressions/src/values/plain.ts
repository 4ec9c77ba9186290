import type { Budget } from '../budget.ts';
import { Decimal, isList, isMap, setOwn, type Json, type Value } from '../json.ts';
import { DEEPEST_VALUE, tooDeep } from './print.ts';

/**
 * A value as plain JSON, for who does not know our numbers. What is plain already is handed out as it is.
 * @throws {ExpressionError} EXPRESSION_LIMIT when it is so large that nobody should print it.
 */
export function jsonFrom(value: Value, budget: Budget): Json {
  return isPlain(value, budget, 0) ? (value as Json) : copied(value);
}

function isPlain(value: Value, budget: Budget, depth: number): boolean {
  budget.step(1);
  if (depth > DEEPEST_VALUE) throw tooDeep();
  if (typeof value === 'bigint' || value instanceof Decimal) return false;
  if (isList(value)) return value.every((item) => isPlain(item, budget, depth + 1));
  return !isMap(value) || Object.values(value).every((item) => isPlain(item, budget, depth + 1));
}

function copied(value: Value): Json {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Decimal) return value.value;
  if (isList(value)) return value.map(copied);
  if (!isMap(value)) return value;
  const copy: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) setOwn(copy, key, copied(item));
  return copy as Json;
}
