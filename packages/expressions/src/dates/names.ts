import type { WeekRule } from './calendar.ts';
import { ISO_WEEKS, SUNDAY_WEEKS } from './calendar.ts';
import type { DateTime } from './date-time.ts';

type Width = 'long' | 'short' | 'narrow';

/** Names of the months and days of one language. */
export interface DateNames {
  month(month: number, width: Width, alone: boolean): string;
  weekday(weekday: number, width: Width): string;
  dayPeriod(hour: number): string;
  /** Name of the zone: `CET` or `Central European Standard Time`. */
  zone(date: DateTime, width: 'long' | 'short'): string;
  /** Name of the zone whatever the season: `ET`, `Eastern Time`. */
  genericZone(date: DateTime, width: 'long' | 'short'): string;
  readonly weeks: WeekRule;
}

/** Regions that count weeks from Sunday, with the week of January 1 first; as does a language without a region. */
const SUNDAY_REGIONS = new Set([
  'US',
  'CA',
  'JP',
  'BR',
  'MX',
  'IN',
  'IL',
  'KR',
  'TW',
  'HK',
  'ZA',
  'PH',
  'CO',
  'PE',
  'VE',
]);

/**
 * Short names that `Intl` knows in some languages only: standard and summer time. A zone without a line prints its
 * offset.
 */
const SHORT_ZONE_NAMES: Readonly<Record<string, readonly [string, string, string?]>> = {
  CET: ['CET', 'CEST'], EET: ['EET', 'EEST'], WET: ['WET', 'WEST'], GMT: ['GMT', 'BST'], EST: ['EST', 'EDT', 'ET'], CST: ['CST', 'CDT', 'CT'],
  MST: ['MST', 'MDT', 'MT'], PST: ['PST', 'PDT', 'PT'], AKST: ['AKST', 'AKDT', 'AKT'], HST: ['HST', 'HDT'], AEST: ['AEST', 'AEDT', 'AET'],
  ACST: ['ACST', 'ACDT', 'ACT'], AWST: ['AWST', 'AWDT', 'AWT'], JST: ['JST', 'JDT', 'JT'], KST: ['KST', 'KDT', 'KT'], IST: ['IST', 'IST'],
  HKT: ['HKT', 'HKST'], PKT: ['PKT', 'PKST'], MSK: ['MSK', 'MSD'], NZST: ['NZST', 'NZDT', 'NZT'], WAT: ['WAT', 'WAST'], CAT: ['CAT', 'CAST'],
  EAT: ['EAT', 'EAT'], SAST: ['SAST', 'SAST'], WIB: ['WIB', 'WIB'],
}; // prettier-ignore

const ZONE_GROUPS: Readonly<Record<string, string>> = {
  CET: 'Europe/Paris Europe/Berlin Europe/Madrid Europe/Rome Europe/Amsterdam Europe/Brussels Europe/Vienna Europe/Zurich Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Prague Europe/Warsaw Europe/Budapest Europe/Belgrade Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Luxembourg Europe/Monaco Europe/Malta Europe/Sarajevo Europe/Skopje Europe/Tirane Europe/Andorra Europe/Vaduz Europe/Podgorica Europe/San_Marino Europe/Vatican Africa/Tunis Africa/Algiers',
  EET: 'Europe/Athens Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Bucharest Europe/Sofia Europe/Riga Europe/Tallinn Europe/Vilnius Europe/Chisinau Africa/Cairo Asia/Beirut Asia/Nicosia',
  WET: 'Europe/Lisbon Atlantic/Canary Atlantic/Madeira Atlantic/Faroe',
  GMT: 'Europe/London',
  EST: 'America/New_York America/Toronto America/Detroit America/Jamaica America/Panama America/Indiana/Indianapolis',
  CST: 'America/Chicago America/Winnipeg America/Mexico_City America/Costa_Rica',
  MST: 'America/Denver America/Phoenix America/Edmonton America/Boise',
  PST: 'America/Los_Angeles America/Vancouver America/Tijuana',
  AKST: 'America/Anchorage',
  HST: 'Pacific/Honolulu',
  AEST: 'Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Hobart Australia/Canberra',
  ACST: 'Australia/Adelaide Australia/Darwin',
  AWST: 'Australia/Perth',
  JST: 'Asia/Tokyo',
  KST: 'Asia/Seoul',
  IST: 'Asia/Kolkata Asia/Calcutta Asia/Colombo',
  HKT: 'Asia/Hong_Kong',
  PKT: 'Asia/Karachi',
  MSK: 'Europe/Moscow Europe/Minsk Europe/Simferopol',
  NZST: 'Pacific/Auckland',
  WAT: 'Africa/Lagos Africa/Luanda Africa/Kinshasa Africa/Douala Africa/Libreville',
  CAT: 'Africa/Harare Africa/Maputo Africa/Lusaka Africa/Kigali Africa/Khartoum',
  EAT: 'Africa/Nairobi Africa/Addis_Ababa Africa/Kampala Africa/Dar_es_Salaam',
  SAST: 'Africa/Johannesburg',
  WIB: 'Asia/Jakarta',
};

const GROUP_OF_ZONE = new Map(
  Object.entries(ZONE_GROUPS).flatMap(([group, zones]) => zones.split(' ').map((zone) => [zone, group] as const)),
);

const KEPT_LANGUAGES = 100;
const languages = new Map<string, DateNames>();

/** Names in a language: `fr`, `fr-FR` or `fr_FR`; English for one that nobody knows. */
export function namesOf(locale: string): DateNames {
  const known = languages.get(locale);
  if (known) return known;
  const names = newNames(usable(locale.replaceAll('_', '-')));
  if (languages.size < KEPT_LANGUAGES) languages.set(locale, names);
  return names;
}

function usable(locale: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
}

function newNames(locale: string): DateNames {
  const month = remembered((key) => monthName(locale, key));
  const weekday = remembered((key) => weekdayName(locale, key));
  const region = new Intl.Locale(locale).region ?? '';
  return {
    month: (number, width, alone) => month(`${number}/${width}/${String(alone)}`),
    weekday: (number, width) => weekday(`${number}/${width}`),
    dayPeriod: remembered2(
      (hour) =>
        part(
          new Intl.DateTimeFormat(locale, { hour: 'numeric', hour12: true, timeZone: 'UTC' }),
          Date.UTC(2024, 0, 1, hour),
          'dayPeriod',
        ) || (hour < 12 ? 'AM' : 'PM'),
    ),
    zone: (date, width) => zoneName(locale, date, width),
    genericZone: (date, width) => genericZoneName(locale, date, width),
    weeks: region === '' || SUNDAY_REGIONS.has(region) ? SUNDAY_WEEKS : ISO_WEEKS,
  };
}

/** In a date where a month's name stands with a day, many languages decline it; `alone` is the other form. */
function monthName(locale: string, key: string): string {
  const [number, width, alone] = key.split('/');
  const options: Intl.DateTimeFormatOptions = {
    month: width as Width,
    timeZone: 'UTC',
    ...(alone === 'false' && width !== 'narrow' && { day: 'numeric' }),
  };
  return part(new Intl.DateTimeFormat(locale, options), Date.UTC(2024, Number(number) - 1, 1), 'month');
}

function weekdayName(locale: string, key: string): string {
  const [number, width] = key.split('/');
  const name = part(
    new Intl.DateTimeFormat(locale, { weekday: width as Width, timeZone: 'UTC' }),
    Date.UTC(2024, 0, Number(number)),
    'weekday',
  );
  return locale.startsWith('de') && width === 'short' && !name.endsWith('.') ? `${name}.` : name;
}

function zoneName(locale: string, { zone, epochSeconds, offset }: DateTime, width: 'long' | 'short'): string {
  if (zone.fixed || /^(GMT|UTC|UT)[+-]/.test(zone.id)) return zone.id;
  if (/^(UTC|UT|Etc\/UTC)$/.test(zone.id)) return width === 'long' ? 'Coordinated Universal Time' : 'UTC';
  if (width === 'short') {
    const names = SHORT_ZONE_NAMES[GROUP_OF_ZONE.get(zone.id) ?? ''];
    return names ? names[isSummer(zone, epochSeconds) ? 1 : 0] : offsetName(offset);
  }
  const name = part(
    new Intl.DateTimeFormat(locale, { timeZone: zone.id, timeZoneName: 'long' }),
    epochSeconds * 1000,
    'timeZoneName',
  );
  return /^GMT[+-]/.test(name) ? offsetName(offset) : name;
}

function genericZoneName(locale: string, date: DateTime, width: 'long' | 'short'): string {
  const { zone, epochSeconds } = date;
  if (zone.fixed || /^(GMT|UTC|UT)/.test(zone.id)) return zoneName(locale, date, width);
  if (width === 'short') {
    const names = SHORT_ZONE_NAMES[GROUP_OF_ZONE.get(zone.id) ?? ''];
    return names ? (names[2] ?? names[0]) : offsetName(date.offset);
  }
  return part(
    new Intl.DateTimeFormat(locale, { timeZone: zone.id, timeZoneName: 'longGeneric' }),
    epochSeconds * 1000,
    'timeZoneName',
  );
}

/** `GMT-03:00`. */
function offsetName(offset: number): string {
  if (offset === 0) return 'GMT';
  const size = Math.abs(offset);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `GMT${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 3600))}:${pad(Math.floor(size / 60) % 60)}`;
}

/** Whether clocks are ahead of what they show in the other half of the year. */
function isSummer(zone: DateTime['zone'], epochSeconds: number): boolean {
  const halfYear = 182 * 86_400;
  const offset = zone.offsetAt(epochSeconds);
  return offset > Math.min(zone.offsetAt(epochSeconds - halfYear), zone.offsetAt(epochSeconds + halfYear));
}

function part(format: Intl.DateTimeFormat, epochMs: number, type: string): string {
  return format.formatToParts(epochMs).find((one) => one.type === type)?.value ?? '';
}

function remembered(make: (key: string) => string): (key: string) => string {
  const made = new Map<string, string>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const name = make(key);
    made.set(key, name);
    return name;
  };
}

function remembered2(make: (key: number) => string): (key: number) => string {
  const named = remembered((key) => make(Number(key)));
  return (key) => named(String(key));
}
