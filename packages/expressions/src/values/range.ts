import type { Budget } from '../budget.ts';
import { valueError } from '../expression-error.ts';
import { Decimal, type Value } from '../json.ts';
import { numberOf } from './number.ts';

/** Numbers or single letters from `start` to `end`, both included. */
export function range(start: Value, end: Value, step: number, budget: Budget): Value[] {
  if (isLetter(start) && isLetter(end))
    return numbers(start.charCodeAt(0), end.charCodeAt(0), step, budget).map((code) => String.fromCharCode(code));
  const first = whole(start);
  const last = whole(end);
  if (first === undefined || last === undefined)
    throw valueError('A range needs two numbers, or two texts of one letter');
  return numbers(first, last, step, budget);
}

function numbers(first: number, last: number, step: number, budget: Budget): number[] {
  if (step === 0) throw valueError('A range needs a step other than 0');
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  budget.collect(count);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function isLetter(value: Value): value is string {
  return typeof value === 'string' && value.length === 1;
}

function whole(value: Value): number | undefined {
  const number = numberOf(value);
  return number === undefined || !Number.isFinite(number)
    ? undefined
    : value instanceof Decimal
      ? value.value
      : Math.trunc(number);
}
