import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Timers } from './timers.ts';

const clock = { nowMs: () => Date.now() };

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

it('rings in the order of the due times, whatever the order they were set in', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 50 }), (dueTimes) => {
      vi.setSystemTime(0);
      const rung: number[] = [];
      const timers = new Timers(clock, (_executionId, timerId) => rung.push(dueTimes[Number(timerId)]!));
      dueTimes.forEach((dueAtMs, index) => timers.set(String(index), 'e', dueAtMs));
      vi.advanceTimersByTime(10_001);
      expect(rung).toEqual(dueTimes.toSorted((a, b) => a - b));
    }),
  ));

it('does not ring before its time, nor once it was cancelled', () => {
  const rung: string[] = [];
  const timers = new Timers(clock, (_executionId, timerId) => rung.push(timerId));
  timers.set('soon', 'e', 100);
  timers.set('never', 'e', 100);
  timers.cancel('never');
  vi.advanceTimersByTime(99);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual(['soon']);
});

it('rings once, at the last time it was set to', () => {
  const rung: number[] = [];
  const timers = new Timers(clock, () => rung.push(Date.now()));
  timers.set('a', 'e', 100);
  timers.set('a', 'e', 250);
  vi.advanceTimersByTime(1_000);
  expect(rung).toEqual([250]);
});

it('waits for dates that setTimeout cannot hold', () => {
  const rung: number[] = [];
  const farMs = 40 * 24 * 60 * 60 * 1000;
  const timers = new Timers(clock, () => rung.push(Date.now()));
  timers.set('a', 'e', farMs);
  vi.advanceTimersByTime(farMs - 1);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual([farMs]);
});

it('leaves alone what is somebody else’s', () => {
  const rung: string[] = [];
  const timers = new Timers(clock, (executionId) => rung.push(executionId));
  timers.set('a', 'mine', 10);
  timers.set('b', 'theirs', 10);
  timers.forgetWhere((executionId) => executionId === 'theirs');
  vi.advanceTimersByTime(10);
  expect(rung).toEqual(['mine']);
});
