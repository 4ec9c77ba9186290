import { valueError } from '../expression-error.ts';
import { dayInWeek, dayOfYear, weekOf, weekOfMonth, weekdayOf } from './calendar.ts';
import type { DateTime } from './date-time.ts';
import { namesOf, type DateNames } from './names.ts';
import type { PatternPart } from './pattern.ts';
import { offsetText } from './zone.ts';

/** Writes a date. */
export type DatePrinter = (date: DateTime) => string;

/** The printer of a pattern in a language. */
export function printerOf(parts: readonly PatternPart[], locale: string): DatePrinter {
  const names = namesOf(locale);
  const printers = parts.map((part) => partPrinter(part, names));
  return (date) => {
    let text = '';
    for (const print of printers) text += print(date);
    return text;
  };
}

function partPrinter(part: PatternPart, names: DateNames): DatePrinter {
  if (part.kind === 'literal') return () => part.text;
  if (part.kind === 'field') {
    const print = fieldPrinter(part.letter, part.count, names);
    return part.pad === 0 ? print : (date) => padded(print(date), part.pad);
  }
  const inner = part.parts.map((one) => partPrinter(one, names));
  return (date) => inner.map((print) => print(date)).join('');
}

function padded(text: string, width: number): string {
  if (text.length > width) throw valueError(`"${text}" is wider than the padding of ${width}`);
  return text.padStart(width);
}

/** What each letter prints; `count` is how often it stands there. */
function fieldPrinter(letter: string, count: number, names: DateNames): DatePrinter {
  const number =
    (value: (date: DateTime) => number): DatePrinter =>
    (date) =>
      pad(value(date), count);
  switch (letter) {
    case 'y':
      return (date) => yearText(date.year > 0 ? date.year : 1 - date.year, count);
    case 'u':
      return (date) => yearText(date.year, count);
    case 'Y':
      return (date) => yearText(weekOf(date.epochDays, names.weeks).year, count);
    case 'G':
      return ({ year }) =>
        (year > 0 ? ['AD', 'Anno Domini', 'A'] : ['BC', 'Before Christ', 'B'])[Math.max(0, count - 3)] ?? 'AD';
    case 'Q':
    case 'q':
      return ({ month }) => quarterText(Math.ceil(month / 3), count);
    case 'M':
    case 'L':
      return count <= 2
        ? number(({ month }) => month)
        : ({ month }) => names.month(month, widthOf(count), letter === 'L');
    case 'd':
      return number(({ day }) => day);
    case 'D':
      return number(dayOfYear);
    case 'g':
      return number(({ epochDays }) => epochDays + 40_587);
    case 'E':
      return ({ epochDays }) => names.weekday(weekdayOf(epochDays), widthOf(Math.max(3, count)));
    case 'e':
    case 'c':
      return count <= 2
        ? number(({ epochDays }) => dayInWeek(epochDays, names.weeks))
        : ({ epochDays }) => names.weekday(weekdayOf(epochDays), widthOf(count));
    case 'w':
      return number(({ epochDays }) => weekOf(epochDays, names.weeks).week);
    case 'W':
      return number(({ epochDays }) => weekOfMonth(epochDays, names.weeks));
    case 'F':
      return number(({ day }) => Math.ceil(day / 7));
    default:
      return timePrinter(letter, count, names, number);
  }
}

function timePrinter(
  letter: string,
  count: number,
  names: DateNames,
  number: (value: (date: DateTime) => number) => DatePrinter,
): DatePrinter {
  switch (letter) {
    case 'a':
      return ({ hour }) => names.dayPeriod(hour);
    case 'B':
      return ({ hour, minute }) => partOfDay(hour, minute);
    case 'h':
      return number(({ hour }) => hour % 12 || 12);
    case 'H':
      return number(({ hour }) => hour);
    case 'k':
      return number(({ hour }) => hour || 24);
    case 'K':
      return number(({ hour }) => hour % 12);
    case 'm':
      return number(({ minute }) => minute);
    case 's':
      return number(({ second }) => second);
    case 'S':
      return ({ nano }) => pad(nano, 9).slice(0, count);
    case 'n':
      return number(({ nano }) => nano);
    case 'N':
      return (date) => String(BigInt(secondOfDay(date)) * 1_000_000_000n + BigInt(date.nano)).padStart(count, '0');
    case 'A':
      return number((date) => secondOfDay(date) * 1000 + Math.floor(date.nano / 1_000_000));
    case 'V':
      return ({ zone }) => zone.id;
    case 'z':
      return (date) => names.zone(date, count === 4 ? 'long' : 'short');
    case 'v':
      return (date) => names.genericZone(date, count === 4 ? 'long' : 'short');
    default:
      return ({ offset }) => offsetPrinted(offset, letter, count);
  }
}

function pad(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width, '0')}` : String(value).padStart(width, '0');
}

function yearText(year: number, count: number): string {
  if (count === 2) return pad(((year % 100) + 100) % 100, 2);
  const text = pad(year, count);
  return count >= 4 && year > 9999 ? `+${text}` : text;
}

function quarterText(quarter: number, count: number): string {
  if (count <= 2) return pad(quarter, count);
  if (count === 3) return `Q${quarter}`;
  return count === 4 ? `${['1st', '2nd', '3rd', '4th'][quarter - 1]} quarter` : String(quarter);
}

function widthOf(count: number): 'long' | 'short' | 'narrow' {
  if (count === 4) return 'long';
  return count === 5 ? 'narrow' : 'short';
}

function partOfDay(hour: number, minute: number): string {
  if (hour === 0 && minute === 0) return 'midnight';
  if (hour === 12 && minute === 0) return 'noon';
  if (hour < 12) return 'in the morning';
  if (hour < 18) return 'in the afternoon';
  return hour < 21 ? 'in the evening' : 'at night';
}

function secondOfDay({ hour, minute, second }: DateTime): number {
  return hour * 3600 + minute * 60 + second;
}

/** `X`, `x`, `Z` and `O`: the offset in its many forms. */
function offsetPrinted(offset: number, letter: string, count: number): string {
  if (letter === 'O' || (letter === 'Z' && count === 4)) return gmtText(offset, letter === 'Z' || count === 4);
  if (offset === 0 && (letter === 'X' || (letter === 'Z' && count === 5))) return 'Z';
  const colon = letter === 'Z' ? count === 5 : count === 3 || count === 5;
  const [hours = '', minutes = '', seconds] = (offset === 0 ? '+00:00' : offsetText(offset)).split(':');
  if (letter !== 'Z' && count === 1) return hours + (minutes === '00' ? '' : minutes);
  const withSeconds = seconds !== undefined && (count >= 4 || letter === 'Z');
  return [hours, minutes, ...(withSeconds ? [seconds] : [])].join(colon ? ':' : '');
}

function gmtText(offset: number, long: boolean): string {
  if (offset === 0) return 'GMT';
  const [hours = '', minutes = ''] = offsetText(offset).split(':');
  if (long) return `GMT${hours}:${minutes}`;
  return `GMT${hours.replace(/^([+-])0/, '$1')}${minutes === '00' ? '' : `:${minutes}`}`;
}
