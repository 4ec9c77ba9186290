import { daysInMonth } from './calendar.ts';
import { atZone, localAtZone, localSeconds, type DateTime, type LocalDateTime } from './date-time.ts';
import { parseOffset, zoneOf, type Zone } from './zone.ts';

const ISO =
  /^([+-]\d{4,6}|\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:(Z|z|[+-]\d\d(?::\d\d(?::\d\d)?)?)(?:\[([^\]]+)\])?)?)?$/;

/**
 * An ISO date, local time, or time with an offset and perhaps a zone, as seen in a zone; what has no offset is taken
 * to be local there. `undefined` when it is none of these.
 */
export function parseIsoDate(text: string, zone: Zone): DateTime | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset, region] = match;
  const local: LocalDateTime = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    nano: Number(fraction.padEnd(9, '0')),
  };
  if (!isValid(local)) return undefined;
  if (offset === undefined) return localAtZone(local, zone);
  if (region !== undefined) zoneOf(region);
  const seconds = parseOffset(offset);
  return seconds === undefined ? undefined : atZone(localSeconds(local) - seconds, local.nano, zone);
}

/** Whether calendar and clock have such a day and time. */
export function isValid({ year, month, day, hour, minute, second }: LocalDateTime): boolean {
  return (
    month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) && hour < 24 && minute < 60 && second < 60
  );
}
