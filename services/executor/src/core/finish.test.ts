import { describe, expect, it } from 'vitest';
import { NOW_MS, planOf, run, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();

describe('the longest duration of a retry', () => {
  const retry = { type: 'constant', intervalMs: 1_000, maxDurationMs: 2_000, behavior: 'RETRY_FAILED_TASK', warningOnRetry: false } as const; // prettier-ignore
  const failsAfter = (durationMs: number) => {
    const it = world([run('a', { retry })]);
    it.nowMs = NOW_MS + 10_000;
    it.claim('a');
    it.nowMs += durationMs;
    it.end('a', 'FAILED');
    return it.state;
  };

  it('counts from when the task run was first begun, not from when it was created', () => {
    expect(failsAfter(0)).toBe('RETRYING');
  });

  it('may be used up, but not exceeded', () => {
    expect(failsAfter(1_000)).toBe('RETRYING');
    expect(failsAfter(1_001)).toBe('FAILED');
  });
});
