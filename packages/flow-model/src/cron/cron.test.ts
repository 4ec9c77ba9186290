import { expect, it } from 'vitest';
import { CronError } from './cron-error.ts';
import { parseCron } from './cron.ts';

it.each([
  ['* * * *', 'it has 4 fields, but 5 are expected'],
  ['0 * * * * *', 'it has 6 fields, but 5 are expected'],
  ['60 * * * *', '"60" is no minute'],
  ['* 24 * * *', '"24" is no hour'],
  ['* * 0 * *', '"0" is no day of month'],
  ['* * * 13 *', '"13" is no month'],
  ['* * * * 8', '"8" is no day of week'],
  ['* * * * MOND', '"MOND" is no day of week'],
  ['*/0 * * * *', '"*/0" is no minute'],
  ['5-1 * * * *', '"5-1" is no minute'],
  ['1,,2 * * * *', '"" is no minute'],
  ['0 0 L * *', '"L" is no day of month'],
  ['0 0 * * 5#2', '"5#2" is no day of week'],
  ['@reboot', 'there is no nickname "@reboot"'],
  ['', 'it has 1 fields'],
])('says what is wrong with "%s"', (text, fault) => {
  expect(() => parseCron(text, false)).toThrow(fault);
  expect(() => parseCron(text, false)).toThrow(CronError);
});

it.each([
  ['1-10/3 * * * *', [1, 4, 7, 10]],
  ['5/20 * * * *', [5, 25, 45]],
  ['30,0,30 * * * *', [0, 30]],
  ['*/25 * * * *', [0, 25, 50]],
])('reads the minutes of %s', (text, minutes) => {
  expect(parseCron(text, false).minutes).toEqual(minutes);
});

it('knows Sunday as 0, 7 and SUN, also at the end of a range', () => {
  for (const text of ['0', '7', 'sun']) expect([...parseCron(`0 0 * * ${text}`, false).daysOfWeek]).toEqual([0]);
  expect([...parseCron('0 0 * * FRI-SUN', false).daysOfWeek].toSorted((a, b) => a - b)).toEqual([0, 5, 6]);
});

it('hints at withSeconds where there is a field too many', () => {
  try {
    parseCron('0 * * * * *', false);
    expect.unreachable();
  } catch (error) {
    expect((error as CronError).hint).toContain('withSeconds: true');
  }
});
