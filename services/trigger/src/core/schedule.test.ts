import { Cron as Croner } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCron } from '@tutti/flow-model';
import { nextFire, previousFire } from './schedule.ts';
import { timeZone } from './time-zone.ts';

const MINUTE_MS = 60_000;

describe('nextFire', () => {
  it.each([
    [
      '30 2 * * *',
      'Europe/Paris',
      '2025-10-25T12:00Z',
      '10-26T00:30 10-27T01:30',
      'a time that comes twice fires once',
    ],
    ['*/30 2 * * *', 'Europe/Paris', '2025-10-25T12:00Z', '10-26T00:00 10-26T00:30 10-27T01:00', 'so does an hour'],
    [
      '0 * * * *',
      'Europe/Paris',
      '2025-10-25T22:50Z',
      '10-25T23:00 10-26T00:00 10-26T01:00',
      'every hour means every hour',
    ],
    [
      '30 2 * * *',
      'Europe/Paris',
      '2025-03-29T12:00Z',
      '03-30T01:00 03-31T00:30',
      'a time left out fires when clocks change',
    ],
    [
      '*/15 2 * * *',
      'Europe/Paris',
      '2025-03-29T12:00Z',
      '03-30T01:00 03-31T00:00',
      'several left out fire once together',
    ],
    [
      '0,30 2,3 * * *',
      'Europe/Paris',
      '2025-03-29T12:00Z',
      '03-30T01:00 03-30T01:30 03-31T00:00',
      'with one that is not left out',
    ],
    ['0 * * * *', 'Europe/Paris', '2025-03-29T23:50Z', '03-30T00:00 03-30T01:00 03-30T02:00', 'no hour is missed'],
    [
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2025-10-03T12:00Z',
      '10-03T15:45 10-04T15:30 10-05T15:15',
      'a gap of half an hour',
    ],
    [
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2025-04-04T12:00Z',
      '04-04T14:45 04-05T14:45 04-06T15:15',
      'half an hour twice',
    ],
    [
      '0 0 * * *',
      'America/Sao_Paulo',
      '2018-11-03T12:00Z',
      '11-04T03:00 11-05T02:00',
      'a midnight that does not exist',
    ],
    ['0 12 30 * *', 'Pacific/Apia', '2011-12-01T00:00Z', '12-30T10:00 01-29T22:00', 'a day that does not exist'],
    ['0 0 29 2 *', 'UTC', '2025-01-01T00:00Z', '02-29T00:00 02-29T00:00', 'leap years'],
    ['0 0 13 * FRI', 'UTC', '2025-01-08T00:00Z', '01-10T00:00 01-13T00:00 01-17T00:00', 'either day field is enough'],
    ['0 9 * * mon-fri', 'UTC', '2025-01-03T09:00Z', '01-06T09:00', 'names and ranges'],
    ['0 0 * * 5-7', 'UTC', '2025-01-01T12:00Z', '01-03T00:00 01-04T00:00 01-05T00:00 01-10T00:00', '7 is Sunday'],
    ['@monthly', 'UTC', '2025-01-01T00:00Z', '02-01T00:00', 'nicknames'],
  ])('%s in %s after %s: %s (%s)', (cron, zone, after, expected) => {
    const times = expected.split(' ');
    expect(fires(cron, zone, Date.parse(after), times.length).map((ms) => iso(ms).slice(5, 16))).toEqual(times);
  });

  it('counts seconds when told to', () => {
    const cron = parseCron('*/20 * * * * *', true);
    expect(nextFire(cron, timeZone('UTC'), Date.parse('2025-01-01T00:00:05.5Z'))).toBe(
      Date.parse('2025-01-01T00:00:20Z'),
    );
  });

  it('is undefined for a date that never comes', () => {
    expect(nextFire(parseCron('0 0 31 2 *', false), timeZone('Europe/Paris'), 0)).toBeUndefined();
  });

  it('agrees with croner where clocks are not changed', () =>
    fc.assert(
      fc.property(anyCron, anyTime, (cron, afterMs) => {
        const expected = new Croner(cron, { timezone: 'UTC', paused: true }).nextRun(new Date(afterMs))?.getTime();
        expect(nextFire(parseCron(cron, false), timeZone('UTC'), afterMs)).toBe(expected);
      }),
    ));

  it('agrees with a clock that is looked at every minute, in any zone, on nights when clocks are changed', () =>
    fc.assert(
      fc.property(anyCron, fc.constantFrom(...ZONES), anyTime, (cron, zoneName, someTimeMs) => {
        const zone = timeZone(zoneName);
        const fromMs = Math.floor((zone.stretchAt(someTimeMs).untilMs - 8 * 60 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
        const expected = watch(cron, zoneName, fromMs, 16 * 60);
        expect(firesUntil(cron, zoneName, fromMs, fromMs + 16 * 60 * MINUTE_MS)).toEqual(expected);
      }),
      { numRuns: 300 },
    ));
});

describe('previousFire', () => {
  it('is the inverse of nextFire', () =>
    fc.assert(
      fc.property(
        anyCron,
        fc.constantFrom(...ZONES),
        anyTime,
        fc.integer({ min: -5, max: 5 }),
        (cron, name, time, hours) => {
          const [parsed, zone] = [parseCron(cron, false), timeZone(name)];
          const nearChangeMs = zone.stretchAt(time).untilMs + hours * 60 * MINUTE_MS;
          const previous = previousFire(parsed, zone, nearChangeMs);
          if (previous === undefined) return;
          expect(previous).toBeLessThan(nearChangeMs);
          const next = nextFire(parsed, zone, previous);
          if (next !== undefined) expect(next).toBeGreaterThanOrEqual(nearChangeMs);
          expect(nextFire(parsed, zone, previous - 1)).toBe(previous);
        },
      ),
    ));
});

const ZONES = [
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Tehran',
  'Africa/Casablanca',
  'Pacific/Apia',
  'UTC',
];

const anyTime = fc.integer({ min: Date.parse('2005-01-01'), max: Date.parse('2037-01-01') });
const field = (min: number, max: number) => {
  const value = fc.integer({ min, max });
  return fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 2, max: 6 }).map((step) => `*/${step}`),
    fc.uniqueArray(value, { minLength: 1, maxLength: 3 }).map((values) => values.join(',')),
    fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  );
};
const anyCron = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  .map((fields) => fields.join(' '));

function fires(cron: string, zone: string, afterMs: number, count: number): number[] {
  const times: number[] = [];
  for (let at = afterMs; times.length < count; times.push(at))
    at = nextFire(parseCron(cron, false), timeZone(zone), at)!;
  return times;
}

function firesUntil(cron: string, zone: string, fromMs: number, untilMs: number): string[] {
  const [parsed, times] = [parseCron(cron, false), [] as string[]];
  for (let at = nextFire(parsed, timeZone(zone), fromMs - 1); at !== undefined && at < untilMs;)
    at = (times.push(iso(at)), nextFire(parsed, timeZone(zone), at));
  return times;
}

/** The documented rule, told in the plainest way: looks at the clock every minute and remembers what it has shown. */
function watch(cron: string, zoneName: string, fromMs: number, minutes: number): string[] {
  const parsed = parseCron(cron, false);
  const [shown, fired] = [new Set<string>(), [] as string[]];
  const lookback = 25 * 60;
  let before = localMs(zoneName, fromMs - (lookback + 1) * MINUTE_MS);
  for (let minute = -lookback; minute < minutes; minute++) {
    const atMs = fromMs + minute * MINUTE_MS;
    const local = localMs(zoneName, atMs);
    const skipped = Array.from(
      { length: Math.max(0, (local - before) / MINUTE_MS - 1) },
      (_, i) => before + (i + 1) * MINUTE_MS,
    );
    const fixed = (matches(parsed, local) && !shown.has(iso(local))) || skipped.some((each) => matches(parsed, each));
    if (minute >= 0 && (parsed.everyHour ? matches(parsed, local) : fixed)) fired.push(iso(atMs));
    shown.add(iso(local));
    before = local;
  }
  return fired;
}

function matches(cron: ReturnType<typeof parseCron>, local: number): boolean {
  const date = new Date(local);
  const inMonth = cron.daysOfMonth.has(date.getUTCDate());
  const inWeek = cron.daysOfWeek.has(date.getUTCDay());
  return (
    cron.minutes.includes(date.getUTCMinutes()) &&
    cron.hours.includes(date.getUTCHours()) &&
    cron.months.has(date.getUTCMonth() + 1) &&
    (cron.eitherDay ? inMonth || inWeek : inMonth && inWeek)
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();
function localMs(zone: string, atMs: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
  formats.set(zone, format);
  return Date.parse(`${format.format(atMs).replace(' ', 'T')}Z`);
}

const iso = (ms: number): string => new Date(ms).toISOString();
