import type { Budget } from '../budget.ts';
import { ExpressionError, valueError } from '../expression-error.ts';
import { Decimal, isList, type Value } from '../json.ts';
import { equal } from './equality.ts';
import { decimal, long } from './number.ts';
import { joinedText, kindOf } from './print.ts';

/** A number as operators compute with it: whole ones are numbers or bigints, the others are decimal. */
interface Operand {
  readonly value: number | bigint;
  readonly decimal: boolean;
}

/** Joins if one side is a text, appends to a list, else adds. */
export function add(left: Value, right: Value, budget: Budget): Value {
  if (typeof left === 'number' && typeof right === 'number') return plus(left, right);
  if (typeof left === 'string' || typeof right === 'string')
    return concatenate(joinedText(left, budget), joinedText(right, budget), budget);
  if (isList(left)) {
    budget.collect(left.length + 1);
    return isList(right) ? [...left, ...right] : [...left, right];
  }
  return compute('+', left, right);
}

/** Two texts as one. */
export function concatenate(left: string, right: string, budget: Budget): string {
  budget.grow(left.length + right.length);
  return left + right;
}

/** Removes from a list (all items of the other list, or the first that is equal), else subtracts. */
export function subtract(left: Value, right: Value, budget: Budget): Value {
  if (!isList(left)) return compute('-', left, right);
  budget.collect(left.length);
  if (isList(right)) return left.filter((item) => !right.some((other) => equal(item, other, budget)));
  const index = left.findIndex((item) => equal(item, right, budget));
  return index === -1 ? left : left.toSpliced(index, 1);
}

/** `*`, `/`, `%`, and `+`, `-` of numbers; texts are read as numbers. */
export function compute(operator: string, left: Value, right: Value): Value {
  const a = operandOf(left, operator);
  const b = operandOf(right, operator);
  if (a.decimal || b.decimal) return decimal(onDoubles(operator, Number(a.value), Number(b.value)));
  if (typeof a.value === 'number' && typeof b.value === 'number') {
    const result = onDoubles(operator, a.value, b.value);
    if ((operator === '+' || operator === '-' || operator === '*') && Number.isSafeInteger(result)) return result;
  }
  return long(onLongs(operator, BigInt(a.value), BigInt(b.value)));
}

/** The negative number. */
export function negate(value: Value): Value {
  const { value: number, decimal: isDecimal } = operandOf(value, '-');
  if (isDecimal) return decimal(-Number(number));
  return typeof number === 'bigint' ? long(-number) : 0 - number;
}

/** The number itself; a text is read as one. */
export function positive(value: Value): Value {
  const { value: number, decimal: isDecimal } = operandOf(value, '+');
  return isDecimal ? decimal(Number(number)) : long(BigInt(number));
}

function plus(left: number, right: number): Value {
  const sum = left + right;
  if (!Number.isInteger(sum)) return sum;
  if (Number.isInteger(left) && Number.isInteger(right))
    return Number.isSafeInteger(sum) ? sum : compute('+', left, right);
  return new Decimal(sum);
}

function operandOf(value: Value, operator: string): Operand {
  if (typeof value === 'number') return { value, decimal: !Number.isInteger(value) };
  if (typeof value === 'bigint') return { value, decimal: false };
  if (value instanceof Decimal) return { value: value.value, decimal: true };
  if (typeof value === 'string') return parseOperand(value);
  throw valueError(`Operator "${operator}" needs numbers, found ${kindOf(value)}`);
}

function parseOperand(text: string): Operand {
  if (/^[+-]?\d+$/.test(text)) {
    const number = Number(text);
    return { value: Number.isSafeInteger(number) ? number : BigInt(text), decimal: false };
  }
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return { value: Number(text), decimal: true };
  throw valueError(`"${text.slice(0, 80)}" is not a number`);
}

function onDoubles(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return left % right;
  }
}

function onLongs(operator: string, left: bigint, right: bigint): bigint {
  if ((operator === '/' || operator === '%') && right === 0n)
    throw new ExpressionError('EXPRESSION_VALUE', 'Division by zero');
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return left % right;
  }
}
