import { TemplateCache } from '../template-cache.ts';
import { dayOfYear, ISO_WEEKS, weekOf, weekdayOf } from './calendar.ts';
import type { DateTime } from './date-time.ts';
import { parsePattern, type PatternPart } from './pattern.ts';
import { printerOf, type DatePrinter } from './print-date.ts';
import { offsetText } from './zone.ts';

/** Names that stand for a pattern. */
const PATTERN_PRESETS: Readonly<Record<string, string>> = {
  iso: "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
  iso_milli: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  iso_sec: "yyyy-MM-dd'T'HH:mm:ssXXX",
  sql: 'yyyy-MM-dd HH:mm:ss.SSSSSS',
  sql_milli: 'yyyy-MM-dd HH:mm:ss.SSS',
  sql_sec: 'yyyy-MM-dd HH:mm:ss',
  sql_seq: 'yyyy-MM-dd HH:mm:ss',
  full: 'EEEE, MMMM d, y, h:mm:ss\u202fa zzzz',
  long: 'MMMM d, y, h:mm:ss\u202fa z',
  medium: 'MMM d, y, h:mm:ss\u202fa',
  short: 'M/d/yy, h:mm\u202fa',
};

/** The formats of the ISO standard, in which what is zero may be missing; with the pattern that reads them. */
const ISO_PRESETS: Readonly<Record<string, readonly [print: DatePrinter, read: string]>> = {
  iso_date_time: [
    (date) => `${localDate(date)}T${localTime(date)}${offset(date)}${region(date)}`,
    "uuuu-MM-dd'T'HH:mm[:ss][.n][XXX]",
  ],
  iso_zoned_date_time: [
    (date) => `${localDate(date)}T${localTime(date)}${offset(date)}${region(date)}`,
    "uuuu-MM-dd'T'HH:mm[:ss][.n]XXX",
  ],
  iso_local_date_time: [(date) => `${localDate(date)}T${localTime(date)}`, "uuuu-MM-dd'T'HH:mm[:ss][.n]"],
  iso_date: [(date) => localDate(date) + offset(date), 'uuuu-MM-dd[XXX]'],
  iso_local_date: [localDate, 'uuuu-MM-dd'],
  iso_time: [(date) => localTime(date) + offset(date), 'HH:mm[:ss][.n][XXX]'],
  iso_offset_time: [(date) => localTime(date) + offset(date), 'HH:mm[:ss][.n]XXX'],
  iso_local_time: [localTime, 'HH:mm[:ss][.n]'],
  iso_ordinal_date: [(date) => `${year(date.year)}-${pad(dayOfYear(date), 3)}${offset(date)}`, 'uuuu-DDD[XXX]'],
  iso_week_date: [weekDate, "YYYY-'W'ww-e[XXX]"],
  iso_instant: [instant, "uuuu-MM-dd'T'HH:mm:ss[.n]X"],
  rfc_1123_date_time: [rfc1123, 'EEE, d MMM yyyy HH:mm:ss O'],
};

/** Names of all formats that are no pattern themselves. */
export const DATE_PRESETS: readonly string[] = [...Object.keys(PATTERN_PRESETS), ...Object.keys(ISO_PRESETS)];

const KEPT_PRINTERS = 500;
const printers = new TemplateCache<DatePrinter>(KEPT_PRINTERS);
const readers = new TemplateCache<readonly PatternPart[]>(KEPT_PRINTERS);

/** The printer of a preset or pattern. @throws {ExpressionError} EXPRESSION_VALUE when it is neither. */
export function printer(format: string, locale: string): DatePrinter {
  return printers.get(
    `${locale}/${format}`,
    () => own(ISO_PRESETS, format)?.[0] ?? printerOf(parsePattern(own(PATTERN_PRESETS, format) ?? format), locale),
  );
}

/** The pattern by which a text in that format is read. */
export function readerParts(format: string): readonly PatternPart[] {
  return readers.get(format, () =>
    parsePattern(own(PATTERN_PRESETS, format) ?? own(ISO_PRESETS, format)?.[1] ?? format),
  );
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function year(value: number): string {
  if (value > 9999) return `+${value}`;
  return value < 0 ? `-${pad(-value, 4)}` : pad(value, 4);
}

function localDate({ year: value, month, day }: DateTime): string {
  return `${year(value)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function localTime({ hour, minute, second, nano }: DateTime): string {
  const fraction = nano === 0 ? '' : `.${pad(nano, 9).replace(/0+$/, '')}`;
  return `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${fraction}`;
}

function offset({ offset: seconds }: DateTime): string {
  return offsetText(seconds);
}

function region({ zone }: DateTime): string {
  return zone.fixed ? '' : `[${zone.id}]`;
}

function weekDate(date: DateTime): string {
  const { year: weekYear, week } = weekOf(date.epochDays, ISO_WEEKS);
  return `${year(weekYear)}-W${pad(week, 2)}-${weekdayOf(date.epochDays)}${offset(date)}`;
}

/** In UTC, with three, six or nine digits of a second. */
function instant({ epochSeconds, nano }: DateTime): string {
  const seconds = new Date(epochSeconds * 1000).toISOString().replace(/\.000Z$/, '');
  const digits = pad(nano, 9).replace(/^(\d{3}|\d{6}|\d{9}?)0*$/, '$1');
  const fraction = nano === 0 ? '' : `.${digits.padEnd(Math.ceil(digits.length / 3) * 3, '0')}`;
  return `${seconds}${fraction}Z`;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function rfc1123(date: DateTime): string {
  const { day, month, year: value, hour, minute, second, epochDays } = date;
  const zone = date.offset === 0 ? 'GMT' : offset(date).replace(':', '');
  return `${WEEKDAYS[weekdayOf(epochDays) - 1]}, ${day} ${MONTHS[month - 1]} ${value} ${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)} ${zone}`;
}
