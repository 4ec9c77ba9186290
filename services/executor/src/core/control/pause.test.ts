import { describe, expect, it } from 'vitest';
import { control, planOf, run, say, World } from '../testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const pause = (properties: object, lists: Parameters<typeof control>[2] = []) => control('pause', 'p', lists, { properties: { ...properties } }); // prettier-ignore
const approval = (properties: object, lists: Parameters<typeof control>[2] = []) => control('approval', 'p', lists, { properties: { ...properties } }); // prettier-ignore
const RESUME = { type: 'ResumeExecution', inputs: {} } as const;

describe('a Pause', () => {
  it.each([
    [{ timeout: 'PT5S' }, 5_000, 'FAILED'],
    [{ timeout: 'PT5S', pauseDuration: 'PT9S' }, 5_000, 'FAILED'],
    [{ timeout: 'PT5S', pauseDuration: 'PT5S' }, 5_000, 'SUCCESS'],
    [{ timeout: 'PT5S', pauseDuration: 'PT2S' }, 2_000, 'SUCCESS'],
    [{ pauseDuration: 2 }, 2_000, 'SUCCESS'],
  ])('with %j waits %i ms, then is %s', (properties, durationMs, state) => {
    const it = world([pause(properties)]);
    expect(it.commands).toEqual([{ type: 'StartTimer', id: 'e-1/wait/1', dueAtMs: it.nowMs + durationMs }]);
    const { commands } = it.send({ type: 'TimerFired', timerId: 'e-1/wait/1' });
    expect(commands).toEqual([]);
    expect(it.taskRun('p').state).toBe(state);
  });

  it.each([null, '', undefined])('waits for ever when its duration is %j', (pauseDuration) => {
    const it = world([pause({ pauseDuration })]);
    expect(it.commands).toEqual([]);
    expect(it.state).toBe('PAUSED');
  });

  it('fails when its duration is none', () => {
    expect(world([pause({ pauseDuration: 'soon' })]).taskRun('p').error).toMatchObject({ code: 'DURATION_INVALID' });
  });

  it('does not wait when what comes before has failed', () => {
    const it = world([pause({}, { onPause: [run('before')] })]);
    it.end('before', 'FAILED');
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'FAILED']);
  });

  it('that was resumed is not woken by its timer, whatever still runs of it', () => {
    const it = world([pause({ pauseDuration: 'PT5S' }, [run('after')])]);
    it.send(RESUME);
    expect(it.send({ type: 'TimerFired', timerId: 'e-1/wait/1' }).events).toEqual([]);
    expect(it.summary).toEqual(['p:RUNNING', 'after:CREATED']);
  });

  it('that was killed is not woken by its timer', () => {
    const it = world([pause({ pauseDuration: 'PT5S' })]);
    it.send({ type: 'KillExecution', cascade: true });
    expect(it.commands.at(-1)).toEqual({ type: 'CancelTimer', id: 'e-1/wait/1' });
    expect(it.send({ type: 'TimerFired', timerId: 'e-1/wait/1' }).events).toEqual([]);
  });

  it('that cancels the execution says so in its outputs', () => {
    const it = world([pause({ pauseDuration: 'PT1S', behavior: 'CANCEL' })]).fireTimers();
    expect(it.taskRun('p').outputs).toEqual({ resumed: { on: '2025-01-31T00:00:01.000Z', to: 'CANCELLED' } });
  });

  it.each([
    ['WARNING', 'SUCCESS', 'WARNING'],
    ['WARNING', 'FAILED', 'FAILED'],
    ['SUCCESS', 'WARNING', 'WARNING'],
  ] as const)('that is %s itself, and then %s, is %s', (own, children, outcome) => {
    const it = world([pause({ pauseDuration: 'PT1S', behavior: own === 'WARNING' ? 'WARN' : 'RESUME' }, [run('after')])]); // prettier-ignore
    it.fireTimers();
    it.end('after', children);
    expect(it.taskRun('p').state).toBe(outcome);
  });
});

describe('an Approval', () => {
  it('does not wait when what comes before has failed', () => {
    const it = world([approval({}, { onWait: [run('before')] })]);
    it.end('before', 'FAILED');
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'FAILED']);
  });

  it.each([
    ['CONTINUE', 'SUCCESS', 'SUCCESS', 2],
    ['SUCCEED', 'SUCCESS', 'SUCCESS', 1],
    ['WARN', 'WARNING', 'WARNING', 2],
    ['FAIL', 'FAILED', 'FAILED', 1],
    ['CANCEL', 'CANCELLED', 'CANCELLED', 1],
    ['KILL', 'KILLED', 'KILLED', 1],
  ])('whose approval means %s is %s then', (approveBehavior, state, execution, taskRuns) => {
    const it = world([approval({ approveBehavior }), say('after', 'x')]);
    it.send(RESUME);
    expect([it.taskRun('p').state, it.state, it.taskRuns.length]).toEqual([state, execution, taskRuns]);
  });

  it('may go on when nobody decides', () => {
    const it = world([approval({ timeout: 'PT1S', expireBehavior: 'WARN' }), say('after', 'x')]).fireTimers();
    expect(it.summary).toEqual(['p:WARNING', 'after:SUCCESS']);
  });

  it('says who has decided, and what', () => {
    const it = world([approval({ timeout: 'PT1S' })]);
    it.send({ type: 'ResumeExecution', inputs: { decision: 'DENIED', comment: 'no', other: 1 }, by: 'ann' });
    expect(it.taskRun('p').outputs).toEqual({ decision: 'DENIED', on: '2025-01-31T00:00:00.000Z', auto: false, by: 'ann', comment: 'no', inputs: { other: 1 } }); // prettier-ignore
  });

  it('says when nobody has', () => {
    const it = world([approval({ timeout: 'PT1S' })]).fireTimers();
    expect(it.taskRun('p').outputs).toEqual({ decision: 'EXPIRED', on: '2025-01-31T00:00:01.000Z', auto: false });
    const nameless = world([approval({})]);
    nameless.send(RESUME);
    expect(Object.keys(nameless.taskRun('p').outputs!)).toEqual(['decision', 'on', 'auto', 'inputs']);
  });
});
