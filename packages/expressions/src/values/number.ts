import { Decimal, type Value } from '../json.ts';

/** A decimal as a value: wrapped only where a plain number would be taken for a whole one. */
export function decimal(value: number): Value {
  return Number.isInteger(value) ? new Decimal(value) : value;
}

/** A whole number as a value; beyond 64 bits it wraps around, as in the language that flows were written for. */
export function long(value: bigint): Value {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

/** The JavaScript number of a numeric value; `undefined` for everything else. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Decimal ? value.value : undefined;
}
