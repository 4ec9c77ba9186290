import { describe, expect, it } from 'vitest';
import { control, failing, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const call = (more: object = {}) => ({ id: 'c', type: 'subflow', properties: { namespace: 'n', flowId: 'g', ...more } }); // prettier-ignore
const RESTART = { type: 'RestartExecution' } as const;
const NEWS = { type: 'SubflowMoved', taskRunId: 'e-1', attempt: 1, index: 0, executionId: 'x' } as const;

describe('a restart', () => {
  it('runs the errors of the flow once more when it fails once more', () => {
    const it = world([run('a')], { errors: [say('handler', 'x')], finally: [say('last', 'x')] });
    it.end('a', 'FAILED');
    it.send(RESTART);
    expect(it.summary).toEqual(['a:RESTARTED']);
    it.end('a', 'FAILED');
    expect(it.summary).toEqual(['a:FAILED', 'handler:SUCCESS', 'last:SUCCESS']);
    expect(it.state).toBe('FAILED');
  });

  it('forgets handlers of every level, however many', () => {
    const group = control('sequential', 'g', {
      tasks: [run('a')],
      errors: [control('sequential', 'h', [say('h1', ''), say('h2', ''), say('h3', '')])],
    });
    const it = world([group], { errors: [control('sequential', 'i', [say('i1', ''), say('i2', ''), say('i3', '')])] });
    it.end('a', 'FAILED');
    expect(it.taskRuns).toHaveLength(10);
    it.send(RESTART);
    expect(it.summary).toEqual(['g:RUNNING', 'a:RESTARTED']);
    expect(it.taskRun('g').note).toEqual({});
    expect(it.reloaded()).toEqual(it.execution);
  });

  it('records nothing about handlers where there were none', () => {
    const it = world([failing('a')]);
    expect(it.send(RESTART).events.map(({ type }) => type)).not.toContain('TaskRunsDropped');
  });

  it('leaves alone what failed below a task run that did not', () => {
    const it = world([control('sequential', 'g', [run('a')], { allowFailure: true }), run('b')]);
    it.end('a', 'FAILED');
    it.end('b', 'FAILED');
    it.send(RESTART);
    expect(it.summary).toEqual(['g:WARNING', 'a:FAILED', 'b:RESTARTED']);
  });

  it('allows the time of an SLA anew', () => {
    const sla = [
      { id: 'other', behavior: 'NONE', labels: {}, type: 'EXECUTION_ASSERTION', assert: 'true' },
      { id: 's', behavior: 'FAIL', labels: {}, type: 'MAX_DURATION', durationMs: 500 },
    ] as const;
    const it = world([failing('a')], { sla });
    it.nowMs += 1_000;
    expect(it.send(RESTART).commands[0]).toEqual({ type: 'StartTimer', id: 'e/sla/s', dueAtMs: it.nowMs + 500 });
  });

  it('waits until afterExecution is over', () => {
    const it = world([failing('a')], { afterExecution: [run('z')] });
    expect(it.send({ type: 'SetState', state: 'SUCCESS' }).refused).toMatchObject({ code: 'EXECUTION_NOT_ENDED' });
    expect(it.send(RESTART).refused).toMatchObject({ code: 'EXECUTION_NOT_ENDED' });
  });
});

describe('begins anew after a restart', () => {
  it('a WorkingDirectory, in another attempt', () => {
    const it = world([control('workingDirectory', 'w', [run('a')])]);
    it.claim('w');
    it.send({ type: 'ChildMoved', taskRunId: 'e-1', attempt: 1, childTaskId: 'a', state: 'FAILED' });
    it.end('w', 'FAILED');
    it.send(RESTART);
    expect(it.summary).toEqual(['w:RESTARTED']);
    it.claim('w');
    it.end('w');
    expect(it.state).toBe('SUCCESS');
  });

  it('a LoopUntil, from its first round', () => {
    const properties = { condition: "{{ later('') }}", failOnMaxReached: true, checkFrequency: { maxIterations: 1 } };
    const it = world([control('loopUntil', 'l', [run('a')], { properties })]);
    it.end('a');
    it.send({ type: 'Evaluated', commandId: 'e-1/evaluate/condition/1', values: { condition: false } });
    expect(it.state).toBe('FAILED');
    it.send(RESTART);
    it.end('a');
    it.send({ type: 'Evaluated', commandId: 'e-1/evaluate/condition/1', values: { condition: true } });
    expect(it.summary).toEqual(['l:SUCCESS', 'a:SUCCESS']);
  });

  it.each([
    ['a Pause', control('pause', 'p', { onPause: [run('before')] })],
    ['an Approval', control('approval', 'p', { onWait: [run('before')] })],
  ])('%s, with what comes before the wait', (_kind, task) => {
    const it = world([task]);
    it.end('before', 'FAILED');
    expect(it.summary).toEqual(['p:FAILED', 'before:FAILED']);
    it.send(RESTART);
    expect(it.summary).toEqual(['p:RUNNING', 'before:CREATED']);
  });

  it.each([
    [call(), { state: 'FAILED', error: 'no such flow' }],
    [call({ restartBehavior: 'NEW_EXECUTION' }), { state: 'FAILED' }],
  ] as const)('a Subflow without a child, or that wants a new one', (task, news) => {
    const it = world([task]);
    it.send({ ...NEWS, ...news });
    expect(it.send(RESTART).commands).toMatchObject([{ type: 'StartSubflow', attempt: 2 }]);
  });

  it('a Loop, with what it hands out worked out anew', () => {
    const outputs = [{ id: 'o', value: '{{ later(outputs.a.n) }}' }];
    const it = world([
      control('parallel', 'p', [
        control('loop', 'l', [run('a')], { properties: { values: ['u'], outputs } }),
        run('b'),
      ]),
    ]);
    it.end('a', 'SUCCESS', { n: 1 });
    it.send({ type: 'KillExecution', cascade: true });
    it.answer({ outputs: [{ outputs: { o: 'stale' } }] });
    it.end('b', 'KILLED');
    it.send(RESTART);
    it.answer({ outputs: [{ outputs: { o: 'anew' } }] });
    expect(it.taskRun('l').outputs).toMatchObject({ outputs: [{ outputs: { o: 'anew' } }] });
  });

  it('a Subflow whose outputs this task makes, once more when its execution has ended again', () => {
    const it = world([call({ outputs: { said: '{{ outputs.say.value }}' } })]);
    it.send({ ...NEWS, state: 'FAILED' });
    it.answer({ said: 'first' });
    expect(it.state).toBe('FAILED');
    expect(it.send(RESTART).commands).toMatchObject([{ type: 'RestartSubflow' }]);
    it.send({ ...NEWS, state: 'SUCCESS' });
    it.answer({ said: 'second' });
    expect(it.taskRun('c')).toMatchObject({ state: 'SUCCESS', outputs: { outputs: { said: 'second' } } });
  });
});

describe('the state a user gives', () => {
  it('is for what has come to rest', () => {
    const it = world([control('parallel', 'p', [run('a'), run('b')])]);
    it.end('a');
    const wish = { type: 'SetTaskRunState', taskRunId: it.taskRun('a').id, state: 'FAILED' } as const;
    expect(it.send(wish).refused).toMatchObject({ code: 'EXECUTION_NOT_ENDED' });
  });

  it('is not for a task of a handler, which runs again with what it handles', () => {
    const it = world([failing('a')], { errors: [control('sequential', 'h', [run('b')])] });
    it.end('b', 'FAILED');
    for (const taskId of ['h', 'b']) {
      const wish = { type: 'SetTaskRunState', taskRunId: it.taskRun(taskId).id, state: 'SUCCESS' } as const;
      expect(it.send(wish).refused).toMatchObject({ code: 'STATE_INVALID' });
    }
  });

  it('is another one than there is', () => {
    const it = world([failing('a')]);
    expect(it.send({ type: 'SetState', state: 'FAILED' }).refused).toMatchObject({ code: 'STATE_UNCHANGED' });
  });

  it('is not for an execution that another one took the place of', () => {
    const retry = { type: 'constant', intervalMs: 1, maxAttempts: 2, behavior: 'CREATE_NEW_EXECUTION', warningOnRetry: false } as const; // prettier-ignore
    const it = world([say('before', ''), failing('a')], { retry });
    expect(it.send({ type: 'SetState', state: 'SUCCESS' }).refused).toMatchObject({ code: 'STATE_UNCHANGED' });
    for (const [taskRunId, code] of [
      ['e-1', 'STATE_INVALID'],
      ['e-2', 'STATE_UNCHANGED'],
    ] as const)
      // prettier-ignore
      expect(it.send({ type: 'SetTaskRunState', taskRunId, state: 'FAILED' }).refused).toMatchObject({ code });
  });
});
