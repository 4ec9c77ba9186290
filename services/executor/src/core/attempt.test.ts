import { describe, expect, it } from 'vitest';
import { control, failing, planOf, run, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const RETRY = { type: 'constant', intervalMs: 5_000, maxAttempts: 3, behavior: 'RETRY_FAILED_TASK', warningOnRetry: false } as const; // prettier-ignore
const LOST = { type: 'AttemptLost', taskRunId: 'e-1', attempt: 1 } as const;
const ENDED = { type: 'AttemptEnded', taskRunId: 'e-1', attempt: 1 } as const;

describe('the report of a runner', () => {
  it('brings what the task wants done to the execution, unless it was killed', () => {
    const it = world([run('a')]);
    it.send({ ...ENDED, state: 'SUCCESS', effects: { labels: { l: 'm' } } });
    expect(it.execution.labels).toContainEqual({ key: 'l', value: 'm' });
    const killed = world([run('a')]);
    killed.send({ ...ENDED, state: 'KILLED', effects: { labels: { l: 'm' } } });
    expect(killed.execution.labels).not.toContainEqual({ key: 'l', value: 'm' });
  });

  it('about a control task that no runner has changes nothing', () => {
    const it = world([control('sequential', 's', [run('a')])]);
    expect(it.send({ ...ENDED, state: 'FAILED' }).events).toEqual([]);
    expect(it.send(LOST).events).toEqual([]);
  });
});

describe('a lost runner', () => {
  it('is told of in the log, and leaves nothing but a new attempt', () => {
    const it = world([run('a')]);
    it.claim('a');
    const { events, logs } = it.send(LOST);
    expect(logs).toMatchObject([{ level: 'WARN', taskRunId: 'e-1', attempt: 1 }]);
    expect(events.map(({ type }) => type)).toEqual(['TaskRunMoved']);
  });

  it('fails a task that wants no other in a way that may be tried again', () => {
    const it = world([run('a', { onWorkerLost: 'FAIL' })]);
    it.claim('a');
    it.send(LOST);
    expect(it.taskRun('a').error).toMatchObject({ code: 'WORKER_LOST', retryable: true });
  });
});

describe('the wait before a retry', () => {
  it('ends by its own timer, and by no earlier one', () => {
    const it = world([failing('a', { retry: RETRY })]);
    it.send({ type: 'TimerFired', timerId: 'e-1/retry/1' });
    expect(it.taskRun('a')).toMatchObject({ state: 'RETRYING', attempt: 2 });
    expect(it.send({ type: 'TimerFired', timerId: 'e-1/retry/1' }).events).toEqual([]);
  });

  it('is no more when the execution is stopped', () => {
    const it = world([control('parallel', 'p', [run('a', { retry: RETRY }), run('b')])]);
    it.claim('a');
    it.send({ type: 'AttemptEnded', taskRunId: it.taskRun('b').id, attempt: 1, state: 'SUCCESS', effects: { exit: 'WARNING' } }); // prettier-ignore
    it.end('a', 'FAILED');
    expect(it.taskRun('a').state).toBe('FAILED');
    expect(it.state).toBe('WARNING');
  });

  it('is cancelled by a kill', () => {
    const it = world([failing('a', { retry: RETRY })]);
    expect(it.send({ type: 'KillExecution', cascade: true }).commands).toEqual([{ type: 'CancelTimer', id: 'e-1/retry/1' }]); // prettier-ignore
  });

  it('is followed by the next attempt', () => {
    const it = world([failing('a', { retry: RETRY })]).fireTimers();
    expect(it.taskRun('a').attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });
});
