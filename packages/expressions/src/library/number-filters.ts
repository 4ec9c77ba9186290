import { valueError } from '../expression-error.ts';
import { Decimal, isList, isMap, type Value } from '../json.ts';
import { DEFAULT_NUMBER_PATTERN, formatNumber } from '../numbers/decimal-format.ts';
import { NUMBER_TYPES, parseNumber } from '../numbers/parse-number.ts';
import { negate } from '../values/arithmetic.ts';
import { numberOf } from '../values/number.ts';
import { kindOf } from '../values/print.ts';
import { optionalText, textFrom } from './arguments.ts';
import { optional, type Filters } from './declaration.ts';

const LARGEST_INTEGER = 2_147_483_647;
const LARGEST_LONG = 9_223_372_036_854_775_807n;

/** Filters for numbers, and for what kind of value something is. */
export const NUMBER_FILTERS: Filters = {
  abs: {
    description: 'The number without its sign.',
    params: [],
    takesNull: true,
    example: { template: '{{ -5 | abs }}', result: '5' },
    apply(input) {
      const number = numberOf(input);
      if (number === undefined) throw valueError(`Filter "abs" needs a number, found ${kindOf(input)}`);
      return number < 0 ? negate(input) : input;
    },
  },
  number: {
    description: 'A text as the number it spells.',
    params: [optional('type', `${NUMBER_TYPES.join(', ')}; what fits the text when left out.`)],
    example: { template: "{{ ('12' | number) + 1 }}", result: '13' },
    apply: (input, [type]) =>
      parseNumber(textFrom(input, 'Filter "number"'), optionalText(type, 'Argument "type" of filter "number"', '')),
  },
  numberFormat: {
    description:
      "A number in a pattern of Java's `DecimalFormat`: `0` a digit, `#` a digit if there is one, `,` groups, `%` percent.",
    params: [optional('format', `The pattern; \`${DEFAULT_NUMBER_PATTERN}\` when left out.`)],
    note: 'Halves are rounded to the even digit.',
    example: { template: "{{ 1234567.891 | numberFormat('#,##0.0') }}", result: '1,234,567.9' },
    apply(input, [format], { run }) {
      const number = typeof input === 'bigint' ? input : numberOf(input);
      if (number === undefined) throw valueError(`Filter "numberFormat" needs a number, found ${kindOf(input)}`);
      const pattern = optionalText(format, 'Argument "format" of filter "numberFormat"', '') || DEFAULT_NUMBER_PATTERN;
      return formatNumber(number, pattern, run.locale);
    },
  },
  className: {
    description: 'The Java class that a value of this kind has: what flows that ask for it compare with.',
    params: [],
    note: 'Whole numbers are `Integer` as long as they fit; those written in the template are `Long`.',
    forLiteral: (kind) => (kind === 'map' ? 'java.util.HashMap' : 'java.lang.Long'),
    example: { template: "{{ 'a' | className }}", result: 'java.lang.String' },
    apply: (input) => className(input),
  },
};

function className(value: Value): string {
  if (typeof value === 'string') return 'java.lang.String';
  if (typeof value === 'boolean') return 'java.lang.Boolean';
  if (typeof value === 'bigint') return isLong(value) ? 'java.lang.Long' : 'java.math.BigInteger';
  if (value instanceof Decimal) return value.kind === 'BigDecimal' ? 'java.math.BigDecimal' : `java.lang.${value.kind}`;
  if (isList(value)) return 'java.util.ArrayList';
  if (isMap(value)) return 'java.util.LinkedHashMap';
  if (!Number.isInteger(value)) return 'java.lang.Double';
  return Math.abs(Number(value)) <= LARGEST_INTEGER ? 'java.lang.Integer' : 'java.lang.Long';
}

/** A long beyond 2^53; a smaller bigint was asked for as BIGINTEGER. */
function isLong(value: bigint): boolean {
  return !Number.isSafeInteger(Number(value)) && value <= LARGEST_LONG && value >= -LARGEST_LONG - 1n;
}
