import { valueError } from '../expression-error.ts';
import { dayAt, daysInMonth, daysOf } from './calendar.ts';
import { type Zone } from './zone.ts';

/** A date and time without a zone. */
export interface LocalDateTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
}

/** An instant as a zone's calendar and clocks show it. */
export interface DateTime extends LocalDateTime {
  /** Unix seconds. */
  readonly epochSeconds: number;
  /** Days from 1970-01-01 of the local date. */
  readonly epochDays: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly zone: Zone;
}

const DAY = 86_400;
const NANOS_PER_SECOND = 1_000_000_000;
/** Years beyond ±9999 print oddly and end nowhere; instants further away are refused. */
const FARTHEST_SECONDS = 8_640_000_000_000;

/** An instant in a zone. @throws {ExpressionError} EXPRESSION_VALUE when it is beyond the calendar. */
export function atZone(epochSeconds: number, nano: number, zone: Zone): DateTime {
  if (!(Math.abs(epochSeconds) <= FARTHEST_SECONDS)) throw valueError('The date is beyond the calendar');
  const offset = zone.offsetAt(epochSeconds);
  const local = epochSeconds + offset;
  const epochDays = Math.floor(local / DAY);
  const rest = local - epochDays * DAY;
  const { year, month, day } = dayAt(epochDays);
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor(rest / 60) % 60;
  return { year, month, day, hour, minute, second: rest % 60, nano, epochSeconds, epochDays, offset, zone };
}

/**
 * A local date and time in a zone. One that clocks skip is moved on by the gap; of one that comes twice the first counts.
 */
export function localAtZone(local: LocalDateTime, zone: Zone): DateTime {
  const seconds = localSeconds(local);
  const before = zone.offsetAt(seconds - DAY);
  const after = zone.offsetAt(seconds + DAY);
  for (const offset of [before, after])
    if (zone.offsetAt(seconds - offset) === offset) return atZone(seconds - offset, local.nano, zone);
  return atZone(seconds - before, local.nano, zone);
}

/** Seconds from 1970-01-01T00:00 on local clocks. */
export function localSeconds({ year, month, day, hour, minute, second }: LocalDateTime): number {
  return daysOf(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
}

/** Units that `dateAdd` takes: months, or nanoseconds for those of fixed length. */
const MONTHS_OF: Readonly<Record<string, number>> = {
  MONTHS: 1,
  YEARS: 12,
  DECADES: 120,
  CENTURIES: 1_200,
  MILLENNIA: 12_000,
};
const DAYS_OF: Readonly<Record<string, number>> = { DAYS: 1, WEEKS: 7 };
const NANOS_OF: Readonly<Record<string, bigint>> = {
  NANOS: 1n,
  MICROS: 1_000n,
  MILLIS: 1_000_000n,
  SECONDS: 1_000_000_000n,
  MINUTES: 60_000_000_000n,
  HOURS: 3_600_000_000_000n,
  HALF_DAYS: 43_200_000_000_000n,
};

/** Names of the units that `plus` takes. */
export const DATE_UNITS: readonly string[] = [
  ...Object.keys(NANOS_OF),
  ...Object.keys(DAYS_OF),
  ...Object.keys(MONTHS_OF),
];

/** A date so much later: days and longer by the calendar, shorter ones by the clock. */
export function plus(date: DateTime, amount: number, unit: string): DateTime {
  const months = MONTHS_OF[unit];
  if (months !== undefined) return localAtZone(plusMonths(date, amount * months), date.zone);
  const days = DAYS_OF[unit];
  if (days !== undefined)
    return localAtZone({ ...date, ...dayAt(boundedDays(date.epochDays + amount * days)) }, date.zone);
  const nanos = BigInt(date.nano) + BigInt(amount) * (NANOS_OF[unit] ?? 0n);
  const seconds = nanos / BigInt(NANOS_PER_SECOND);
  const rest = Number(nanos - seconds * BigInt(NANOS_PER_SECOND));
  return rest < 0
    ? atZone(date.epochSeconds + Number(seconds) - 1, rest + NANOS_PER_SECOND, date.zone)
    : atZone(date.epochSeconds + Number(seconds), rest, date.zone);
}

/** The same day of a later month, or its last day where that is shorter. */
function plusMonths(date: LocalDateTime, months: number): LocalDateTime {
  const total = date.year * 12 + date.month - 1 + months;
  const year = Math.floor(total / 12);
  const month = total - year * 12 + 1;
  boundedDays(year * 366);
  return { ...date, year, month, day: Math.min(date.day, daysInMonth(year, month)) };
}

function boundedDays(days: number): number {
  if (Math.abs(days) * DAY <= FARTHEST_SECONDS) return days;
  throw valueError('The date is beyond the calendar');
}
