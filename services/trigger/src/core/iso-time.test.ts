import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatTime, parseTime, parseTimeOfDay } from './iso-time.ts';
import { timeZone } from './time-zone.ts';

const PARIS = timeZone('Europe/Paris');

it.each([
  ['2024-01-15T08:30:00Z', '2024-01-15T08:30:00.000Z'],
  ['2024-01-15T08:30:00+02:00', '2024-01-15T06:30:00.000Z'],
  ['2024-01-15T08:30:00+01:00[Europe/Paris]', '2024-01-15T07:30:00.000Z'],
  ['2024-01-15T08:30', '2024-01-15T07:30:00.000Z'],
  ['2024-07-15', '2024-07-14T22:00:00.000Z'],
  ['2024-03-31T02:30:00', '2024-03-31T01:30:00.000Z'],
  ['2024-10-27T02:30:00', '2024-10-27T00:30:00.000Z'],
])('reads %s in Paris', (text, expected) => {
  expect(new Date(parseTime(text, PARIS)!.atMs).toISOString()).toBe(expected);
});

it.each(['', 'tomorrow', '2024-13-01', '08:30', '2024-01-15T25:00:00Z'])('takes "%s" for no time', (text) => {
  expect(parseTime(text, PARIS)).toBeUndefined();
});

it('writes the offset of the zone, Z for none, and seconds always', () => {
  expect(formatTime(Date.parse('2024-01-15T07:00:00Z'), PARIS)).toBe('2024-01-15T08:00:00+01:00');
  expect(formatTime(Date.parse('2024-01-15T07:00:00Z'), timeZone('UTC'))).toBe('2024-01-15T07:00:00Z');
  expect(formatTime(Date.parse('2024-01-15T07:00:00.5Z'), timeZone('America/St_Johns'))).toBe(
    '2024-01-15T03:30:00.500-03:30',
  );
});

it('reads what it has written', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2e12 }),
      fc.constantFrom('Europe/Paris', 'Asia/Kathmandu', 'UTC'),
      (ms, zone) => {
        expect(parseTime(formatTime(ms, timeZone(zone)), PARIS)!.atMs).toBe(ms);
      },
    ),
  ));

it('reads times of day', () => {
  expect(parseTimeOfDay('08:30:05')).toEqual({ ms: 30_605_000 });
  expect(parseTimeOfDay('08:30-02:00')).toEqual({ ms: 30_600_000, offsetMs: -7_200_000 });
  expect(parseTimeOfDay('8 o’clock')).toBeUndefined();
});
