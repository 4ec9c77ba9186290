import type HolidayCalendar from 'date-holidays';
import { dayAt, daysInMonth, weekdayOf } from '../dates/calendar.ts';
import { atZone, type DateTime } from '../dates/date-time.ts';
import { parseIsoDate } from '../dates/iso-date.ts';
import { offsetZone, parseOffset, zoneOf } from '../dates/zone.ts';
import { valueError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { oneOf, textFrom } from './arguments.ts';
import { DATE_PARAMS, dateArguments } from './date-arguments.ts';
import { optional, required, type FunctionDeclaration, type Functions } from './declaration.ts';

const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
const POSITIONS = ['FIRST', 'SECOND', 'THIRD', 'FOURTH', 'LAST'] as const;
const WEEK = WEEKDAYS.slice(0, 5);
const DATE = required('date', 'An ISO date, or date and time; the zone is the one it is written with.');

/** `now()`, and functions for calendars. */
export const DATE_FUNCTIONS: Functions = {
  now: {
    description: 'The date and time of now.',
    params: DATE_PARAMS,
    example: { template: "{{ now('yyyy-MM-dd') }}", result: '2024-01-31' },
    call(args, evaluation) {
      const { zone, write } = dateArguments(args, evaluation);
      const ms = evaluation.nowMs;
      const seconds = Math.floor(ms / 1000);
      return write(atZone(seconds, Math.round((ms - seconds * 1000) * 1_000_000), zone));
    },
  },
  dayOfWeek: day('dayOfWeek', 'Its weekday.', 'FRIDAY', ({ epochDays }) => weekdayName(epochDays)),
  dayOfMonth: day('dayOfMonth', 'Its day of the month.', '31', (date) => date.day),
  monthOfYear: day('monthOfYear', 'Its month, 1 to 12.', '1', ({ month }) => month),
  hourOfDay: {
    description: 'Its hour, 0 to 23.',
    params: [DATE],
    example: { template: "{{ hourOfDay('2025-01-31T14:30:00Z') }}", result: '14' },
    call([date]) {
      if (!textFrom(date, 'Argument "date" of hourOfDay()').includes('T'))
        throw valueError('hourOfDay() needs a date with a time');
      return dateOf(date, 'hourOfDay').hour;
    },
  },
  isWeekend: day(
    'isWeekend',
    'Whether it is a Saturday or Sunday.',
    'false',
    ({ epochDays }) => weekdayOf(epochDays) > 5,
  ),
  isDayWeekInMonth: {
    description: 'Whether it is, say, the first Monday or the last Friday of its month.',
    params: [DATE, required('dayOfWeek', WEEKDAYS.join(', ')), required('position', POSITIONS.join(', '))],
    example: { template: "{{ isDayWeekInMonth('2025-01-31', 'FRIDAY', 'LAST') }}", result: 'true' },
    call([date, dayOfWeek, position]) {
      const { year, month, day: ofMonth, epochDays } = dateOf(date, 'isDayWeekInMonth');
      const weekday = oneOf(dayOfWeek, 'Argument "dayOfWeek" of isDayWeekInMonth()', WEEKDAYS);
      const place = oneOf(position, 'Argument "position" of isDayWeekInMonth()', POSITIONS);
      if (weekdayName(epochDays) !== weekday) return false;
      return place === 'LAST'
        ? ofMonth + 7 > daysInMonth(year, month)
        : Math.ceil(ofMonth / 7) === POSITIONS.indexOf(place) + 1;
    },
  },
  isLastWorkingDay: {
    description: 'Whether it is the last working day of its month.',
    params: [DATE, optional('workingDays', 'Weekdays with commas between; Monday to Friday when left out.')],
    example: { template: "{{ isLastWorkingDay('2025-01-31') }}", result: 'true' },
    call([date, workingDays]) {
      const { year, month, day: ofMonth, epochDays } = dateOf(date, 'isLastWorkingDay');
      const days = workingDaysOf(workingDays);
      if (!days.includes(weekdayName(epochDays))) return false;
      const left = daysInMonth(year, month) - ofMonth;
      return Array.from({ length: left }, (_, index) => weekdayName(epochDays + index + 1)).every(
        (name) => !days.includes(name),
      );
    },
  },
  isPublicHoliday: {
    description: 'Whether it is a public holiday of a country.',
    params: [
      DATE,
      required('countryCode', 'Two letters: `FR`.'),
      optional('subDivision', 'A state or region: `BY` or `DE-BY`.'),
    ],
    waits: true,
    note: 'Holidays come from the date-holidays data set.',
    example: { template: "{{ isPublicHoliday('2024-12-25', 'FR') }}", result: 'true' },
    call: ([date, countryCode, subDivision]) =>
      isPublicHoliday(dateOf(date, 'isPublicHoliday'), countryCode, subDivision),
  },
  isDateAfter: comparison('isDateAfter', 'Whether it is later than another.', 'true', (date, other) => date > other),
  isDateBefore: comparison(
    'isDateBefore',
    'Whether it is earlier than another.',
    'false',
    (date, other) => date < other,
  ),
  isDateBetween: {
    description: 'Whether it lies between two others, these not included. All three need an offset.',
    params: [
      required('date', 'The date and time.'),
      required('after', 'The earlier one.'),
      required('before', 'The later one.'),
    ],
    example: {
      template: "{{ isDateBetween('2026-03-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-06-30T00:00:00Z') }}",
      result: 'true',
    },
    call([date, after, before]) {
      const [at, from, to] = [date, after, before].map((one) => instantOf(one, 'isDateBetween'));
      return at !== undefined && from !== undefined && to !== undefined && at > from && at < to;
    },
  },
};

function day(name: string, description: string, result: string, of: (date: DateTime) => Value): FunctionDeclaration {
  return {
    description,
    params: [DATE],
    example: { template: `{{ ${name}('2025-01-31') }}`, result },
    call: ([date]) => of(dateOf(date, name)),
  };
}

function comparison(
  name: string,
  description: string,
  result: string,
  holds: (date: bigint, other: bigint) => boolean,
): FunctionDeclaration {
  const other = name === 'isDateAfter' ? 'after' : 'before';
  return {
    description: `${description} Both need an offset.`,
    params: [required('date', 'The date and time.'), required(other, 'The other one.')],
    example: { template: `{{ ${name}('2026-03-01T00:00:00Z', '2026-01-01T00:00:00Z') }}`, result },
    call: ([date, against]) => holds(instantOf(date, name), instantOf(against, name)),
  };
}

/** The date as its own zone shows it. */
function dateOf(value: Value | undefined, name: string): DateTime {
  const text = textFrom(value, `Argument "date" of ${name}()`);
  const offset = parseOffset(/(?:Z|[+-]\d\d:\d\d)(?=\[|$)/i.exec(text.slice(10))?.[0] ?? 'Z') ?? 0;
  const date = parseIsoDate(text, offset === 0 ? zoneOf('UTC') : offsetZone(offset));
  if (!date)
    throw valueError(`"${text.slice(0, 80)}" is not a date`, {
      hint: 'Dates look like 2024-01-31 or 2024-01-31T10:00:00Z.',
    });
  return date;
}

function instantOf(value: Value | undefined, name: string): bigint {
  const text = textFrom(value, `Arguments of ${name}()`);
  const date = /(?:Z|[+-]\d\d(?::\d\d)?)(?:\[.*\])?$/i.test(text.slice(10))
    ? parseIsoDate(text, zoneOf('UTC'))
    : undefined;
  if (!date)
    throw valueError(`"${text.slice(0, 80)}" is not a date and time with an offset`, {
      hint: 'Write 2024-01-31T10:00:00Z.',
    });
  return BigInt(date.epochSeconds) * 1_000_000_000n + BigInt(date.nano);
}

function weekdayName(epochDays: number): (typeof WEEKDAYS)[number] {
  return WEEKDAYS[weekdayOf(epochDays) - 1] ?? 'MONDAY';
}

function workingDaysOf(value: Value | undefined): readonly string[] {
  if (value === undefined || value === null) return WEEK;
  const who = 'Argument "workingDays" of isLastWorkingDay()';
  return textFrom(value, who)
    .split(',')
    .map((name) => oneOf(name.trim(), who, WEEKDAYS));
}

/** The calendars, once somebody has asked for them: they are large. */
let calendars: typeof HolidayCalendar | undefined;

function isPublicHoliday(
  date: DateTime,
  countryCode: Value | undefined,
  subDivision: Value | undefined,
): boolean | Promise<boolean> {
  const country = textFrom(countryCode, 'Argument "countryCode" of isPublicHoliday()').toUpperCase();
  const region =
    subDivision === undefined || subDivision === null
      ? undefined
      : textFrom(subDivision, 'Argument "subDivision" of isPublicHoliday()');
  if (calendars) return isHolidayIn(calendars, date, country, region);
  return import('date-holidays').then((module) => {
    calendars = module.default;
    return isHolidayIn(calendars, date, country, region);
  });
}

function isHolidayIn(
  Holidays: typeof HolidayCalendar,
  date: DateTime,
  country: string,
  region: string | undefined,
): boolean {
  const calendar = new Holidays();
  if (!Object.hasOwn(calendar.getCountries(), country))
    throw valueError(`No holidays are known for "${country.slice(0, 20)}"`, {
      hint: 'Give two letters, such as FR, DE or US.',
    });
  if (region === undefined) calendar.init(country);
  else calendar.init(country, region.toUpperCase().replace(`${country}-`, ''));
  const { year, month, day: ofMonth } = dayAt(date.epochDays);
  const key = `${year}-${String(month).padStart(2, '0')}-${String(ofMonth).padStart(2, '0')}`;
  return calendar.getHolidays(year).some((holiday) => holiday.type === 'public' && holiday.date.startsWith(key));
}
