import { valueError } from '../expression-error.ts';
import { dayAt, dayInWeek, daysInMonth, daysOf, firstWeekStart, weekdayOf } from './calendar.ts';
import { atZone, localAtZone, type DateTime, type LocalDateTime } from './date-time.ts';
import { namesOf, type DateNames } from './names.ts';
import type { PatternPart } from './pattern.ts';
import { zoneOf, type Zone } from './zone.ts';

/** What has been read so far, by the letter of its field. */
type Fields = Map<string, number>;

interface Reading {
  readonly text: string;
  readonly names: DateNames;
  offset: number;
  fields: Fields;
  zone: Zone | undefined;
}

/** Short names of zones that may stand in a text. */
const SPOKEN_ZONES: Readonly<Record<string, string>> = {
  PST: 'America/Los_Angeles', PDT: 'America/Los_Angeles', MST: 'America/Denver', MDT: 'America/Denver', CST: 'America/Chicago', CDT: 'America/Chicago',
  EST: 'America/New_York', EDT: 'America/New_York', CET: 'Europe/Paris', CEST: 'Europe/Paris', JST: 'Asia/Tokyo', BST: 'Europe/London',
}; // prettier-ignore

/**
 * Reads a date by a pattern; what names no zone is taken to be local in the given one.
 * @throws {ExpressionError} EXPRESSION_VALUE when the text does not fit the pattern, or no date comes of it.
 */
export function readDate(text: string, parts: readonly PatternPart[], locale: string, zone: Zone): DateTime {
  const reading: Reading = { text, names: namesOf(locale), offset: 0, fields: new Map(), zone: undefined };
  if (!readParts(parts, reading) || reading.offset !== text.length)
    throw valueError(`"${text.slice(0, 80)}" does not fit its date pattern at character ${reading.offset + 1}`);
  return dateFrom(reading, zone);
}

function readParts(parts: readonly PatternPart[], reading: Reading): boolean {
  return parts.every((part, index) => {
    if (part.kind === 'literal') return readLiteral(part.text, reading);
    if (part.kind === 'field') return readField(part.letter, part.count, isNumeric(parts[index + 1]), reading);
    const { offset, fields, zone } = reading;
    reading.fields = new Map(fields);
    if (!readParts(part.parts, reading)) Object.assign(reading, { offset, fields, zone });
    return true;
  });
}

/** Whether digits of the next field follow at once, so that this one must not take them. */
function isNumeric(part: PatternPart | undefined): boolean {
  return (
    part?.kind === 'field' &&
    (/[uyYDdHhkKmsSnNAwWF]/.test(part.letter) || (/[MLQqec]/.test(part.letter) && part.count <= 2))
  );
}

function readLiteral(text: string, reading: Reading): boolean {
  if (!reading.text.startsWith(text, reading.offset)) return false;
  reading.offset += text.length;
  return true;
}

function readField(letter: string, count: number, adjacent: boolean, reading: Reading): boolean {
  if (letter === 'E' || ((letter === 'e' || letter === 'c') && count > 2)) return readWeekday(count, reading);
  if ((letter === 'M' || letter === 'L') && count > 2) return readMonth(count, letter === 'L', reading);
  if (letter === 'a') return readDayPeriod(reading);
  if (letter === 'G')
    return readMatch(/AD|BC|Anno Domini|Before Christ/y, reading, (era) =>
      reading.fields.set('G', era.startsWith('A') ? 1 : 0),
    );
  if (/[VzvOXxZ]/.test(letter)) return readZone(letter, reading);
  return readNumber(letter, count, adjacent, reading);
}

function readNumber(letter: string, count: number, adjacent: boolean, reading: Reading): boolean {
  const fixed = adjacent || letter === 'S' || count === 2 || (letter === 'D' && count === 3);
  const most = fixed ? count : 19;
  const fewest = letter === 'S' || (fixed && count > 1) || count > 1 ? count : 1;
  const sign = /[uyY]/.test(letter) && count >= 4 && !adjacent ? '[+-]?' : '';
  return readMatch(new RegExp(`${sign}\\d{${fewest},${Math.max(fewest, most)}}`, 'y'), reading, (digits) => {
    if (letter === 'S') return reading.fields.set('n', Number(digits.padEnd(9, '0')));
    const value = Number(digits);
    const twoDigitYear = /[uyY]/.test(letter) && count === 2;
    return reading.fields.set(letter === 'L' ? 'M' : letter, twoDigitYear ? 2000 + value : value);
  });
}

function readMatch(pattern: RegExp, reading: Reading, use: (text: string) => unknown): boolean {
  pattern.lastIndex = reading.offset;
  const found = pattern.exec(reading.text)?.[0];
  if (found === undefined) return false;
  reading.offset += found.length;
  use(found);
  return true;
}

function readName(candidates: readonly (readonly [string, number])[], reading: Reading): number | undefined {
  const longestFirst = candidates.toSorted(([left], [right]) => right.length - left.length);
  const found = longestFirst.find(([name]) => name !== '' && reading.text.startsWith(name, reading.offset));
  if (found) reading.offset += found[0].length;
  return found?.[1];
}

function readMonth(count: number, alone: boolean, reading: Reading): boolean {
  const width = count === 4 ? 'long' : 'short';
  const names = Array.from(
    { length: 12 },
    (_, index) => [reading.names.month(index + 1, width, alone), index + 1] as const,
  );
  const month = readName(names, reading);
  if (month !== undefined) reading.fields.set('M', month);
  return month !== undefined;
}

function readWeekday(count: number, reading: Reading): boolean {
  const width = count === 4 ? 'long' : 'short';
  const names = Array.from({ length: 7 }, (_, index) => [reading.names.weekday(index + 1, width), index + 1] as const);
  const weekday = readName(names, reading);
  if (weekday !== undefined) reading.fields.set('E', weekday);
  return weekday !== undefined;
}

function readDayPeriod(reading: Reading): boolean {
  const period = readName(
    [
      [reading.names.dayPeriod(0), 0],
      [reading.names.dayPeriod(12), 1],
    ],
    reading,
  );
  if (period !== undefined) reading.fields.set('a', period);
  return period !== undefined;
}

function readZone(letter: string, reading: Reading): boolean {
  const pattern = /[Vzv]/.test(letter)
    ? /[A-Za-z][\w/+-]*(?::\d\d)?|[+-]\d\d(?::?\d\d)?/y
    : letter === 'O'
      ? /GMT(?:[+-]\d{1,2}(?::?\d\d)?)?/y
      : /Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?/y;
  return readMatch(pattern, reading, (text) => (reading.zone = zoneOf(SPOKEN_ZONES[text] ?? text)));
}

function dateFrom(reading: Reading, zone: Zone): DateTime {
  const { fields } = reading;
  const day = dayFrom(reading);
  const weekday = fields.get('E');
  if (weekday !== undefined && weekday !== weekdayOf(daysOf(day.year, day.month, day.day)))
    throw valueError(`"${reading.text.slice(0, 80)}" names a weekday that the date does not have`);
  const local: LocalDateTime = { ...day, ...timeFrom(reading) };
  const hasTime = ['H', 'h', 'k', 'K'].some((letter) => fields.has(letter));
  if (!reading.zone || !hasTime) return localAtZone(local, zone);
  const { epochSeconds } = localAtZone(local, reading.zone);
  return atZone(epochSeconds, local.nano, zone);
}

function dayFrom({ text, fields, names }: Reading): { year: number; month: number; day: number } {
  const year = fields.get('u') ?? fields.get('y');
  const [month, day, ofYear, weekYear, week] = ['M', 'd', 'D', 'Y', 'w'].map((letter) => fields.get(letter));
  if (year !== undefined && ofYear !== undefined) return dayAt(daysOf(year, 1, 1) + within(ofYear, 1, 366, text) - 1);
  if (weekYear !== undefined && week !== undefined) {
    const start = firstWeekStart(weekYear, names.weeks) + (week - 1) * 7;
    const weekday = fields.get('E');
    const shift =
      weekday === undefined ? (fields.get('e') ?? 1) - 1 : dayInWeek(daysOf(1970, 1, 4 + weekday), names.weeks) - 1;
    return dayAt(start + shift);
  }
  if (year === undefined || month === undefined || day === undefined)
    throw valueError(`"${text.slice(0, 80)}" names no day: year, month and day are needed`);
  within(month, 1, 12, text);
  return {
    year: fields.get('G') === 0 ? 1 - year : year,
    month,
    day: Math.min(within(day, 1, 31, text), daysInMonth(year, month)),
  };
}

function timeFrom({ text, fields }: Reading): { hour: number; minute: number; second: number; nano: number } {
  const half = fields.get('h') ?? fields.get('K');
  const hour =
    fields.get('H') ?? fields.get('k') ?? (half === undefined ? 0 : (half % 12) + 12 * (fields.get('a') ?? 0));
  return {
    hour: within(fields.has('k') ? hour % 24 : hour, 0, 23, text),
    minute: within(fields.get('m') ?? 0, 0, 59, text),
    second: within(fields.get('s') ?? 0, 0, 59, text),
    nano: fields.get('n') ?? 0,
  };
}

function within(value: number, least: number, most: number, text: string): number {
  if (value >= least && value <= most) return value;
  throw valueError(`"${text.slice(0, 80)}" has ${value} where ${least} to ${most} is possible`);
}
