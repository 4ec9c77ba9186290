import { valueError } from '../expression-error.ts';
import { Decimal, type Value } from '../json.ts';
import { decimal } from '../values/number.ts';

/** The types that a text can be read as. */
export const NUMBER_TYPES = ['INT', 'LONG', 'FLOAT', 'DOUBLE', 'BIGDECIMAL', 'BIGINTEGER'] as const;

const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const LARGEST_LONG = 9_223_372_036_854_775_807n;
/** More digits than this are no number anyone means. */
const LONGEST_NUMBER = 1_000;

/**
 * A text as a number: of the type asked for, or the smallest that holds what it spells (hexadecimal and octal too).
 * @throws {ExpressionError} EXPRESSION_VALUE when it spells none.
 */
export function parseNumber(text: string, type: string): Value {
  if (text.length > LONGEST_NUMBER) throw notANumber(text);
  switch (type.toUpperCase()) {
    case 'INT':
      return wholeOf(text, 2_147_483_647n);
    case 'LONG':
      return wholeOf(text, LARGEST_LONG);
    case 'BIGINTEGER':
      if (!/^[-+]?\d+$/.test(text)) throw notANumber(text);
      return BigInt(text);
    case 'FLOAT':
      return new Decimal(realOf(text), 'Float');
    case 'DOUBLE':
      return decimal(realOf(text));
    case 'BIGDECIMAL':
      return new Decimal(realOf(text), 'BigDecimal', text.replace(/^\+/, ''));
    default:
      return anyNumber(text);
  }
}

function anyNumber(text: string): Value {
  const based = /^([-+]?)(?:0[xX]|#)([0-9a-fA-F]+)$/.exec(text);
  if (based) return small(signed(based[1], BigInt(`0x${based[2]}`)));
  const octal = /^([-+]?)0([0-7]+)$/.exec(text);
  if (octal) return small(signed(octal[1], BigInt(`0o${octal[2]}`)));
  const whole = /^([-+]?\d+)[lL]?$/.exec(text);
  if (whole) return small(BigInt(whole[1] ?? ''));
  const suffixed = /^(.+?)([fFdD])$/.exec(text);
  if (suffixed)
    return suffixed[2]?.toLowerCase() === 'f'
      ? new Decimal(realOf(suffixed[1] ?? ''), 'Float')
      : decimal(realOf(suffixed[1] ?? ''));
  return fractional(text);
}

/** The first of Float, Double and BigDecimal that loses nothing. */
function fractional(text: string): Value {
  const value = realOf(text);
  if (isFloat(value)) return new Decimal(value, 'Float');
  const digits = (number: string): string =>
    number
      .replace(/e.*$/i, '')
      .replace(/[-+.]/g, '')
      .replace(/^0+|0+$/g, '');
  if (digits(String(value)) === digits(text)) return decimal(value);
  return new Decimal(value, 'BigDecimal', text.replace(/^\+/, ''));
}

/** Whether 32 bits print the same digits. */
function isFloat(value: number): boolean {
  const float = Math.fround(value);
  for (let digits = 1; digits <= 9; digits++) {
    const shortest = Number(value.toPrecision(digits));
    if (Math.fround(shortest) === float) return shortest === value;
  }
  return false;
}

function wholeOf(text: string, largest: bigint): Value {
  if (!/^[-+]?\d+$/.test(text)) throw notANumber(text);
  const value = BigInt(text);
  if (value > largest || value < -largest - 1n) throw notANumber(text);
  return small(value);
}

function realOf(text: string): number {
  if (!DECIMAL.test(text)) throw notANumber(text);
  return Number(text);
}

function signed(sign: string | undefined, value: bigint): bigint {
  return sign === '-' ? -value : value;
}

/** A number where it is exact, else a bigint. */
function small(value: bigint): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function notANumber(text: string): Error {
  return valueError(`"${text.slice(0, 80)}" is not a number`);
}
