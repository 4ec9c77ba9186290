import { expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

it('allows a burst, then so many a second, and each name for itself', () => {
  let nowMs = 0;
  const limit = new RateLimit(2, { nowMs: () => nowMs });
  const taken = (name: string, calls: number): number =>
    Array.from({ length: calls }, () => limit.take(name)).filter(Boolean).length;
  expect(taken('a', 100)).toBe(20);
  expect(taken('b', 1)).toBe(1);
  nowMs += 1_500;
  expect(taken('a', 100)).toBe(3);
  nowMs += 3_600_000;
  expect(taken('a', 100)).toBe(20);
  nowMs -= 10_000; // a clock set back gives nothing and takes nothing
  expect(taken('a', 100)).toBe(0);
});
