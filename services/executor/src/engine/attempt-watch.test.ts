import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AttemptWatch, type HeldAttempt } from './attempt-watch.ts';

const clock = { nowMs: () => Date.now() };
const LOST_AFTER_MS = 8_000;
const attemptOf = (taskRunId: string): HeldAttempt => ({
  executionId: 'e',
  taskRunId,
  taskId: 't',
  attempt: 1,
  workerId: 'w',
  workerGroup: 'default',
  lease: 7,
});
const beat = (...taskRunIds: string[]) => ({
  workerId: 'w',
  attempts: taskRunIds.map((taskRunId) => ({ executionId: 'e', taskRunId, attempt: 1, lease: 7 })),
});

let lost: string[];
let watch: AttemptWatch;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  lost = [];
  watch = new AttemptWatch(clock, LOST_AFTER_MS, ({ taskRunId }) => lost.push(taskRunId));
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

it('takes an attempt for lost once its runner was silent for the whole term', () => {
  watch.hold(attemptOf('a'));
  vi.advanceTimersByTime(LOST_AFTER_MS - 1);
  expect(lost).toEqual([]);
  vi.advanceTimersByTime(LOST_AFTER_MS / 8 + 1);
  expect(lost).toEqual(['a']);
});

it('waits as long as its runner speaks of it, and no longer', () => {
  watch.hold(attemptOf('kept'));
  watch.hold(attemptOf('forgotten'));
  for (let second = 0; second < 20; second += 2) {
    vi.advanceTimersByTime(2_000);
    expect(watch.heard(beat('kept'))).toEqual([]);
  }
  expect(lost).toEqual(['forgotten']);
});

it('tells a runner what is not its own any more', () => {
  watch.hold(attemptOf('a'));
  expect(
    watch.heard({ workerId: 'w', attempts: [{ executionId: 'e', taskRunId: 'a', attempt: 1, lease: 6 }] }),
  ).toEqual([{ executionId: 'e', taskRunId: 'a', attempt: 1, lease: 6 }]);
});

it('knows an attempt by its token only', () => {
  watch.hold(attemptOf('a'));
  expect(watch.find('a', 1, 7)?.taskId).toBe('t');
  expect(watch.find('a', 2, 7)).toBeUndefined();
  expect(watch.find('a', 1, 8)).toBeUndefined();
  watch.release('a');
  expect(watch.find('a', 1, 7)).toBeUndefined();
});
