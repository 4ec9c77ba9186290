import { describe, expect, it } from 'vitest';
import { control, effect, failing, ifElse, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();

describe('decide', () => {
  it('runs tasks in sequence', () => {
    const it = world([run('a'), run('b')]);
    expect(it.commands).toEqual([
      { type: 'RunTask', id: 'e-1/run/1', taskRunId: 'e-1', attempt: 1, workerGroup: 'default' },
    ]);
    it.claim('a');
    it.end('a');
    expect(it.summary).toEqual(['a:SUCCESS', 'b:CREATED']);
    it.end('b');
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'SUCCESS']);
  });

  it('ends a flow of pure tasks in one decision', () => {
    const it = world([say('a', 'x'), say('b', 'y')]);
    expect(it.decisions).toHaveLength(1);
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'SUCCESS']);
    expect(it.execution.derived.outputs).toEqual({ a: { value: 'x' }, b: { value: 'y' } });
    expect(it.reloaded()).toEqual(it.execution);
  });

  it('leaves a pure task to a runner when it reads an output that lies in storage', () => {
    const it = world([run('a'), run('b'), say('c', '{{ outputs.b.rows }}'), say('d', '{{ outputs.a.rows }}')]);
    it.end('a', 'SUCCESS', { rows: { 'tutti:stored': 'kestra:///rows.json' } });
    it.end('b', 'SUCCESS', { rows: 1 });
    expect(it.summary).toEqual(['a:SUCCESS', 'b:SUCCESS', 'c:SUCCESS', 'd:CREATED']);
    expect(it.commands.at(-1)).toMatchObject({ type: 'RunTask', taskRunId: 'e-4' });
    expect(it.reloaded()).toEqual(it.execution);
    it.end('d', 'SUCCESS', { value: 'fetched' });
    expect(it.state).toBe('SUCCESS');
  });

  it('asks the shell where a condition or an output of the flow reads what lies in storage', () => {
    const when = ifElse('c', '{{ outputs.a.rows | length == 2 }}', [say('yes', 'y')]);
    const it = world([run('a'), { ...say('b', 'x'), runIf: '{{ outputs.a.rows | length == 1 }}' }, when], {
      outputs: [{ id: 'n', type: 'INT', required: true, value: '{{ outputs.a.rows | length }}' }],
    });
    it.end('a', 'SUCCESS', { rows: { 'tutti:stored': 'kestra:///rows.json' } });
    expect(it.commands.at(-1)).toMatchObject({ type: 'Evaluate', taskRunId: 'e-2', conditions: ['runIf'] });
    it.answer({ runIf: false });
    expect(it.commands.at(-1)).toMatchObject({ type: 'Evaluate', taskRunId: 'e-3' });
    it.answer({ condition: true });
    expect(it.summary).toEqual(['a:SUCCESS', 'b:SKIPPED', 'c:SUCCESS', 'yes:SUCCESS']);
    expect(it.commands.at(-1)).toMatchObject({ type: 'Evaluate', id: 'e/evaluate/outputs' });
    it.answer({ n: 2 });
    expect(it.execution.outputs).toEqual({ n: 2 });
  });

  it('asks the shell to store outputs of the flow that may be too large for a message', () => {
    const text = 'x'.repeat(40_000);
    const it = world([say('a', 'x')], { variables: { text }, outputs: [{ id: 'o', type: 'JSON', required: true, value: '{{ {"a": vars.text} }}' }] }); // prettier-ignore
    expect(it.state).toBe('RUNNING');
    expect(it.commands).toMatchObject([{ type: 'Evaluate', id: 'e/evaluate/outputs' }]);
    const stored = { o: { 'tutti:stored': 'kestra:///o.json' } };
    it.answer(stored);
    expect(it.state).toBe('SUCCESS');
    expect(it.execution.outputs).toEqual(stored);
  });

  it('leaves out lines of a pure task below its level', () => {
    const logs = (['INFO', 'WARN', 'ERROR'] as const).map((level) => ({ level, message: `an ${level}` }));
    const it = world([{ ...effect('a', { logs }), logLevel: 'WARN' }, effect('b', { logs })]);
    const kept = it.decisions[0]!.logs.map(({ taskId, level }) => `${taskId} ${level}`);
    expect(kept).toEqual(['a WARN', 'a ERROR', 'b INFO', 'b WARN', 'b ERROR']);
  });

  it('ends at once when every task is disabled', () => {
    expect(world([run('a', { disabled: true })]).history).toEqual(['CREATED', 'SUCCESS']);
  });

  it('runs errors after a failure, then finally, then afterExecution', () => {
    const it = world([failing('a'), run('b')], { errors: [failing('e1'), say('e2', 'x')], finally: [say('f', 'y')], afterExecution: [say('z', 'z')] }); // prettier-ignore
    expect(it.summary).toEqual(['a:FAILED', 'e1:FAILED', 'e2:SUCCESS', 'f:SUCCESS', 'z:SUCCESS']);
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'FAILED']);
  });

  it('waits before a retry, and gives up after the last', () => {
    const retry = { type: 'constant', intervalMs: 5_000, maxAttempts: 2, behavior: 'RETRY_FAILED_TASK', warningOnRetry: false } as const; // prettier-ignore
    const it = world([failing('a', { retry })]);
    expect(it.state).toBe('RETRYING');
    it.fireTimers();
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'RETRYING', 'RUNNING', 'FAILED']);
    expect(it.taskRun('a').attempts.map(({ state }) => state)).toEqual(['FAILED', 'FAILED']);
  });

  it('goes on after a tolerated failure with a warning', () => {
    const it = world([failing('a', { allowFailure: true }), say('b', 'x')]);
    expect(it.state).toBe('WARNING');
    expect(it.taskRun('a').attempts[0]!.state).toBe('FAILED');
  });

  it('runs the branch whose condition holds', () => {
    const flow = (condition: string) => world([ifElse('i', condition, [say('yes', '1')], [say('no', '0')])]).summary;
    expect(flow('true')).toEqual(['i:SUCCESS', 'yes:SUCCESS']);
    expect(flow('false')).toEqual(['i:SUCCESS', 'no:SUCCESS']);
  });

  it('starts as many children of a Parallel as its limit allows', () => {
    const it = world([control('parallel', 'p', [run('a'), run('b'), run('c')], { properties: { concurrent: 2 } })]);
    expect(it.summary).toEqual(['p:RUNNING', 'a:CREATED', 'b:CREATED']);
    it.end('a');
    expect(it.summary).toEqual(['p:RUNNING', 'a:SUCCESS', 'b:CREATED', 'c:CREATED']);
    it.end('c');
    it.end('b');
    expect(it.state).toBe('SUCCESS');
  });

  it('starts nothing beside a failure, and fails what was cut off', () => {
    const slow = control('sequential', 'slow', [run('wait'), run('after')]);
    const it = world([
      control('parallel', 'p', { tasks: [run('bad'), slow], errors: [say('local', 'l')] }),
      run('never'),
    ]);
    it.end('bad', 'FAILED');
    it.end('wait');
    expect(it.summary).toEqual(['p:FAILED', 'bad:FAILED', 'slow:FAILED', 'wait:SUCCESS', 'local:SUCCESS']);
    expect(it.state).toBe('FAILED');
  });

  it('lets a branch that was through beside a failure be a success', () => {
    const done = control('sequential', 'done', { tasks: [run('a')], finally: [run('f')] });
    const it = world([
      control('parallel', 'p', [run('bad'), done, control('sequential', 'cut', [run('b'), run('c')])]),
    ]);
    it.end('bad', 'FAILED');
    for (const id of ['a', 'f', 'b']) it.end(id);
    expect(it.summary).toEqual(['p:FAILED', 'bad:FAILED', 'done:SUCCESS', 'cut:FAILED', 'a:SUCCESS', 'b:SUCCESS', 'f:SUCCESS']); // prettier-ignore
  });

  it('cleans up where it cut something off, in whole', () => {
    const cleanUp = control('sequential', 'clean', [run('c1'), run('c2')]);
    const slow = control('sequential', 'slow', {
      tasks: [run('wait'), run('after')],
      errors: [run('no')],
      finally: [cleanUp],
    });
    const it = world([control('parallel', 'p', [run('bad'), slow])]);
    it.end('bad', 'FAILED');
    for (const id of ['wait', 'c1', 'c2']) it.end(id);
    expect(it.summary).toEqual(['p:FAILED', 'bad:FAILED', 'slow:FAILED', 'wait:SUCCESS', 'clean:SUCCESS', 'c1:SUCCESS', 'c2:SUCCESS']); // prettier-ignore
  });

  it('kills what runs, and ends what has not begun', () => {
    const it = world([control('parallel', 'p', [run('a'), run('b')])]);
    it.claim('a');
    const { commands } = it.send({ type: 'KillExecution', cascade: true });
    expect(commands).toMatchObject([{ type: 'KillTasks', taskRunIds: ['e-2'] }]);
    expect(it.summary).toEqual(['p:RUNNING', 'a:KILLING', 'b:KILLED']);
    it.end('a', 'KILLED');
    expect(it.summary).toEqual(['p:KILLED', 'a:KILLED', 'b:KILLED']);
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'KILLING', 'KILLED']);
  });

  it('loops over values, several at the same time', () => {
    const loop = control('forEach', 'each', [run('a'), run('b')], { properties: { values: '["x","y","z"]', concurrencyLimit: 2 } }); // prettier-ignore
    const it = world([loop]);
    expect(it.summary).toEqual(['each:RUNNING', 'a[x]:CREATED', 'a[y]:CREATED']);
    it.end('a', 'SUCCESS', { n: 1 }, 'y');
    expect(it.summary.slice(3)).toEqual(['b[y]:CREATED']);
    it.end('b', 'SUCCESS', undefined, 'y');
    expect(it.summary.slice(4)).toEqual(['a[z]:CREATED']);
    for (const step of ['a[x]', 'b[x]', 'a[z]', 'b[z]']) it.end(step[0]!, 'SUCCESS', { n: step }, step[2]);
    expect(it.state).toBe('SUCCESS');
    expect(it.execution.derived.outputs).toEqual({ a: { x: { n: 'a[x]' }, y: { n: 1 }, z: { n: 'a[z]' } }, b: { x: { n: 'b[x]' }, z: { n: 'b[z]' } } }); // prettier-ignore
  });

  it('takes a loop of 10,000 pure tasks in portions', () => {
    const values = JSON.stringify(Array.from({ length: 10_000 }, (_, n) => n));
    const it = world([control('forEach', 'each', [say('a', 'x')], { properties: { values } })]).fireTimers();
    expect(it.state).toBe('SUCCESS');
    expect(it.taskRuns).toHaveLength(10_001);
    expect(it.decisions.length).toBeGreaterThan(30);
  });

  it('orders a Dag by what its tasks depend on', () => {
    const tasks = [run('last', { dependsOn: ['left', 'right'] }), run('left', { dependsOn: ['root'] }), run('right', { dependsOn: ['root'] }), run('root')]; // prettier-ignore
    const it = world([control('dag', 'd', tasks)]);
    for (const id of ['root', 'left', 'right', 'last']) it.end(id);
    expect(it.summary).toEqual(['d:SUCCESS', 'root:SUCCESS', 'left:SUCCESS', 'right:SUCCESS', 'last:SUCCESS']);
  });

  it('exits in the state a task asks for', () => {
    const it = world([control('sequential', 'group', [effect('leave', { exit: 'KILLED' }), run('never')])], { errors: [run('e')] }); // prettier-ignore
    expect(it.summary).toEqual(['group:KILLED', 'leave:KILLED']);
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'KILLED']);
  });
});
