import { expect, it } from 'vitest';
import { isoDuration } from './iso.ts';

it.each([
  [0, 'PT0S'],
  [1, 'PT0.001S'],
  [599, 'PT0.599S'],
  [61_500, 'PT1M1.5S'],
  [3_600_000, 'PT1H'],
  [90_061_001, 'PT25H1M1.001S'],
  [-5, 'PT0S'],
])('%i ms is %s', (durationMs, text) => {
  expect(isoDuration(durationMs)).toBe(text);
});
