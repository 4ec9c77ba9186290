import { describe, expect, it } from 'vitest';
import { failing, NOW_MS, planOf, run, World } from './testing.ts';

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

it('takes the news that another execution is in its place once', () => {
  const retry = { type: 'constant', intervalMs: 1, maxAttempts: 2, behavior: 'CREATE_NEW_EXECUTION', warningOnRetry: false } as const; // prettier-ignore
  const it = world([failing('a', { retry })]);
  const news = { type: 'SuccessorCreated', commandId: 'e/retry/1' } as const;
  expect(it.send({ ...news, commandId: 'e/retry/9' }).events).toEqual([]);
  expect(it.send(news).events).toHaveLength(1);
  expect(it.send(news).events).toEqual([]);
});
