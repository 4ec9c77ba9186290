import { DATE_UNITS, plus, type DateTime } from '../dates/date-time.ts';
import { zoneOf } from '../dates/zone.ts';
import { valueError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { long } from '../values/number.ts';
import { numberOf } from '../values/number.ts';
import { kindOf } from '../values/print.ts';
import { optionalText, textFrom } from './arguments.ts';
import { DATE_PARAMS, INSTANT_PARAMS, dateArguments, dateFrom } from './date-arguments.ts';
import { required, type FilterDeclaration, type Filters } from './declaration.ts';

/** Filters for dates. */
export const DATE_FILTERS: Filters = {
  date: {
    description: 'A date in another form, zone or language.',
    params: DATE_PARAMS,
    note: 'Numbers are Unix seconds, or milliseconds where they have 13 digits.',
    example: {
      template: "{{ '2024-02-29T23:05:09Z' | date('dd/MM/yyyy HH:mm', timeZone='Europe/Paris') }}",
      result: '01/03/2024 00:05',
    },
    apply(input, args, evaluation) {
      const { zone, existingFormat, locale, write } = dateArguments(args, evaluation);
      return write(dateFrom(input, zone, existingFormat, locale));
    },
  },
  dateAdd: {
    description: 'A date so much later, or earlier by a negative amount.',
    params: [required('amount', 'How much.'), required('unit', `Of what: ${DATE_UNITS.join(', ')}.`), ...DATE_PARAMS],
    example: { template: "{{ '2024-01-31' | dateAdd(1, 'MONTHS', 'yyyy-MM-dd') }}", result: '2024-02-29' },
    apply(input, [amount, unit, ...args], evaluation) {
      const { zone, existingFormat, locale, write } = dateArguments(args, evaluation);
      return write(plus(dateFrom(input, zone, existingFormat, locale), amountOf(amount ?? null), unitOf(unit ?? null)));
    },
  },
  timestamp: timestamp('timestamp', 'seconds', 0n, '1704067200'),
  timestampMilli: timestamp('timestampMilli', 'milliseconds', 3n, '1704067200000'),
  timestampMicro: timestamp('timestampMicro', 'microseconds', 6n, '1704067200000000'),
  timestampNano: timestamp('timestampNano', 'nanoseconds', 9n, '1704067200000000000'),
};

function timestamp(name: string, unit: string, digits: bigint, result: string): FilterDeclaration {
  return {
    description: `A date as Unix ${unit}.`,
    params: INSTANT_PARAMS,
    example: { template: `{{ '2024-01-01' | ${name} }}`, result },
    apply(input, [timeZone, existingFormat], { run }) {
      const zone = zoneOf(optionalText(timeZone, 'Argument "timeZone"', run.timeZone));
      const existing = optionalText(existingFormat, 'Argument "existingFormat"', '');
      return epoch(dateFrom(input, zone, existing === '' ? undefined : existing, run.locale), digits);
    },
  };
}

function epoch({ epochSeconds, nano }: DateTime, digits: bigint): Value {
  return long(BigInt(epochSeconds) * 10n ** digits + BigInt(nano) / 10n ** (9n - digits));
}

function amountOf(value: Value): number {
  const number = typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : numberOf(value);
  if (number === undefined || !Number.isFinite(number))
    throw valueError(`Filter "dateAdd" needs a number, found ${kindOf(value)}`);
  return Math.trunc(number);
}

function unitOf(value: Value): string {
  const unit = textFrom(value, 'Argument "unit" of filter "dateAdd"');
  if (DATE_UNITS.includes(unit)) return unit;
  throw valueError(`Filter "dateAdd" does not know the unit "${unit.slice(0, 80)}"`, {
    hint: `It may be ${DATE_UNITS.join(', ')}.`,
  });
}
