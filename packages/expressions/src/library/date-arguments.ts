import { atZone, type DateTime } from '../dates/date-time.ts';
import { parseIsoDate } from '../dates/iso-date.ts';
import { printer, readerParts } from '../dates/presets.ts';
import { readDate } from '../dates/read-date.ts';
import { zoneOf, type Zone } from '../dates/zone.ts';
import type { Evaluation } from '../evaluation.ts';
import { valueError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { kindOf } from '../values/print.ts';
import { optionalText } from './arguments.ts';
import { optional, type Arguments, type Parameter } from './declaration.ts';

/** Whole numbers with this many digits are milliseconds, all others seconds. */
const MILLISECOND_DIGITS = 13;

const FORMAT = optional('format', 'How it is written: a preset or a pattern; `iso` when left out.');
const ZONE = optional('timeZone', 'The zone that it is shown in.');
const EXISTING = optional('existingFormat', 'How the input is written, when it is not ISO.');
const LOCALE = optional('locale', 'Language of names of months and days: `fr` or `fr_FR`.');

/** Parameters of everything that writes a date. */
export const DATE_PARAMS: readonly Parameter[] = [FORMAT, ZONE, EXISTING, LOCALE];
/** Parameters of everything that only reads one. */
export const INSTANT_PARAMS: readonly Parameter[] = [ZONE, EXISTING];

/** A date by the four arguments that dates take. */
export interface DateArguments {
  readonly zone: Zone;
  readonly existingFormat: string | undefined;
  readonly locale: string;
  readonly write: (date: DateTime) => string;
}

/** Reads the arguments `format, timeZone, existingFormat, locale`. */
export function dateArguments(
  [format, timeZone, existingFormat, locale]: Arguments,
  { run }: Evaluation,
): DateArguments {
  const language = optionalText(locale, 'Argument "locale"', run.locale);
  const existing = optionalText(existingFormat, 'Argument "existingFormat"', '');
  return {
    zone: zoneOf(optionalText(timeZone, 'Argument "timeZone"', run.timeZone)),
    existingFormat: existing === '' ? undefined : existing,
    locale: language,
    write: printer(optionalText(format, 'Argument "format"', 'iso'), language),
  };
}

/** A value as a date: ISO text, text in a given format, or Unix seconds (milliseconds with 13 digits). */
export function dateFrom(value: Value, zone: Zone, existingFormat: string | undefined, locale: string): DateTime {
  const number = numberOf(value);
  if (number !== undefined) return fromEpoch(number, zone);
  if (typeof value !== 'string') throw valueError(`A date is a text or a number, found ${kindOf(value)}`);
  if (existingFormat !== undefined) return readDate(value, readerParts(existingFormat), locale, zone);
  const date = parseIsoDate(value, zone);
  if (date) return date;
  throw valueError(`"${value.slice(0, 80)}" is not a date`, {
    hint: 'Dates look like 2024-01-31 or 2024-01-31T10:00:00Z; name any other form by existingFormat.',
  });
}

function fromEpoch(number: number, zone: Zone): DateTime {
  const isMillis = Number.isInteger(number) && String(Math.abs(number)).length === MILLISECOND_DIGITS;
  const seconds = Math.floor(isMillis ? number / 1000 : number);
  const nano = isMillis ? (number - seconds * 1000) * 1_000_000 : Math.round((number - seconds) * 1_000_000_000);
  return atZone(seconds, nano, zone);
}
