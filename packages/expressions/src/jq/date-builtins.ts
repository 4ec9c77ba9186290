import { dayOfYear, daysOf, weekdayOf } from '../dates/calendar.ts';
import { atZone } from '../dates/date-time.ts';
import { zoneOf } from '../dates/zone.ts';
import { isList, type Value } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { byValue, overValues, type Builtin } from './filter.ts';
import { jqError } from './jq-error.ts';
import { listFrom, numberFrom, stringFrom } from './value-order.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** "Broken down time" as jq has it: year, month from 0, day, hours, minutes, seconds, weekday from Sunday, day of the year from 0. */
type BrokenTime = readonly number[];

function brokenTime(seconds: number): BrokenTime {
  const date = atZone(Math.floor(seconds), 0, zoneOf('UTC'));
  const fraction = seconds - Math.floor(seconds);
  return [
    date.year,
    date.month - 1,
    date.day,
    date.hour,
    date.minute,
    date.second + fraction,
    weekdayOf(date.epochDays) % 7,
    dayOfYear(date) - 1,
  ];
}

function brokenFrom(value: Value): BrokenTime {
  const number = numberOf(value);
  if (number !== undefined) return brokenTime(number);
  return listFrom(value, 'A broken down time').map((part) => numberFrom(part, 'A broken down time'));
}

function secondsOf([year = 1970, month = 0, day = 1, hour = 0, minute = 0, second = 0]: BrokenTime): number {
  return daysOf(year, month + 1, day) * 86_400 + hour * 3600 + minute * 60 + Math.floor(second);
}

function pad(value: number, width = 2): string {
  return String(Math.floor(value)).padStart(width, '0');
}

function written(time: BrokenTime, format: string): string {
  const [year = 1970, month = 0, day = 1, hour = 0, minute = 0, second = 0, weekday = 0, yearDay = 0] = time;
  const fields: Readonly<Record<string, () => string>> = {
    Y: () => String(year),
    y: () => pad(year % 100),
    m: () => pad(month + 1),
    d: () => pad(day),
    e: () => String(day).padStart(2),
    H: () => pad(hour),
    I: () => pad(hour % 12 || 12),
    M: () => pad(minute),
    S: () => pad(second),
    p: () => (hour < 12 ? 'AM' : 'PM'),
    j: () => pad(yearDay + 1, 3),
    A: () => DAYS[weekday] ?? '',
    a: () => (DAYS[weekday] ?? '').slice(0, 3),
    B: () => MONTHS[month] ?? '',
    b: () => (MONTHS[month] ?? '').slice(0, 3),
    u: () => String(weekday || 7),
    w: () => String(weekday),
    s: () => String(secondsOf(time)),
    Z: () => 'UTC',
    z: () => '+0000',
    F: () => `${year}-${pad(month + 1)}-${pad(day)}`,
    T: () => `${pad(hour)}:${pad(minute)}:${pad(second)}`,
    '%': () => '%',
  };
  return format.replace(/%(.)/gs, (whole, letter: string) =>
    Object.hasOwn(fields, letter) ? (fields[letter]?.() ?? whole) : whole,
  );
}

const READERS: Readonly<Record<string, string>> = {
  Y: '(\\d{4})', y: '(\\d\\d)', m: '(\\d{1,2})', d: '(\\d{1,2})', e: ' ?(\\d{1,2})', H: '(\\d{1,2})', I: '(\\d{1,2})', M: '(\\d{1,2})', S: '(\\d{1,2})',
  j: '(\\d{1,3})', p: '(AM|PM)', Z: '([A-Za-z]+)', z: '(Z|[+-]\\d\\d:?\\d\\d)', A: '([A-Za-z]+)', a: '([A-Za-z]+)', B: '([A-Za-z]+)', b: '([A-Za-z]+)',
}; // prettier-ignore

function read(text: string, format: string): BrokenTime {
  const letters: string[] = [];
  const expanded = format.replaceAll('%F', '%Y-%m-%d').replaceAll('%T', '%H:%M:%S');
  const source = expanded.replace(/%(.)|[\\^$.*+?()[\]{}|/]/gs, (whole, letter?: string) => {
    if (letter === undefined) return `\\${whole}`;
    if (!Object.hasOwn(READERS, letter)) return letter;
    letters.push(letter);
    return READERS[letter] ?? '';
  });
  const match = new RegExp(`^${source}$`).exec(text);
  if (!match) throw jqError(`date "${text.slice(0, 40)}" does not match format "${format}"`);
  const field = (...names: string[]): string | undefined =>
    names.map((name) => match[letters.indexOf(name) + 1]).find((_, index) => letters.includes(names[index] ?? ''));
  const named = field('B', 'b');
  const month =
    named === undefined
      ? Number(field('m') ?? 1) - 1
      : MONTHS.findIndex((name) => name.slice(0, 3) === named.slice(0, 3));
  const half = field('p') === 'PM' ? 12 : 0;
  const hour = field('I') === undefined ? Number(field('H') ?? 0) : (Number(field('I')) % 12) + half;
  const year = field('Y') ?? (field('y') === undefined ? '1900' : `20${field('y')}`);
  return brokenTime(
    secondsOf([
      Number(year),
      month,
      Number(field('d', 'e') ?? 1),
      hour,
      Number(field('M') ?? 0),
      Number(field('S') ?? 0),
    ]),
  );
}

/** Functions of the standard library for dates. */
export const DATE_BUILTINS: Readonly<Record<string, Builtin>> = {
  'now/0': () => byValue((_input, { nowMs }) => nowMs / 1000),
  'gmtime/0': () => byValue((input) => [...brokenTime(numberFrom(input, 'gmtime'))]),
  'mktime/0': () => byValue((input) => secondsOf(isList(input) ? brokenFrom(input) : brokenFrom(null))),
  'strftime/1': (format) =>
    overValues(format ? [format] : [], ([pattern], _run, input) =>
      written(brokenFrom(input), stringFrom(pattern ?? null, 'strftime')),
    ),
  'strptime/1': (format) =>
    overValues(format ? [format] : [], ([pattern], _run, input) => [
      ...read(stringFrom(input, 'strptime'), stringFrom(pattern ?? null, 'strptime')),
    ]),
};
