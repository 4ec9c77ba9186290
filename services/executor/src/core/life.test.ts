import { describe, expect, it } from 'vitest';
import { apply } from './apply.ts';
import { createExecution } from './create.ts';
import { isDone, owed } from './owed.ts';
import { replayEvents } from './replay.ts';
import { control, effect, failing, NOW_MS, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const RETRY = { type: 'constant', intervalMs: 5_000, maxAttempts: 3, behavior: 'RETRY_FAILED_TASK', warningOnRetry: false } as const; // prettier-ignore

describe('attempts', () => {
  it('tell who carried them out, and when', () => {
    const it = world([run('a')]);
    it.nowMs += 10;
    it.claim('a');
    it.nowMs += 10;
    it.end('a');
    expect(it.taskRun('a').attempts).toEqual([{ attempt: 1, cause: 'FIRST', state: 'SUCCESS', workerId: 'w', startedAtMs: NOW_MS + 10, endedAtMs: NOW_MS + 20 }]); // prettier-ignore
  });

  it('are ignored when they come twice, late or for nobody', () => {
    const it = world([run('a', { retry: RETRY }), run('b')]);
    it.claim('a');
    it.end('a', 'FAILED');
    it.fireTimers();
    const late = { type: 'AttemptEnded', taskRunId: 'e-1', attempt: 1, state: 'SUCCESS' } as const;
    expect(it.send(late).events).toEqual([]);
    expect(it.send({ ...late, taskRunId: 'e-9' }).events).toEqual([]);
    it.end('a');
    expect(it.send({ ...late, attempt: 2, state: 'FAILED' }).events).toEqual([]);
    expect(it.summary).toEqual(['a:SUCCESS', 'b:CREATED']);
  });

  it('are made again when their runner is lost, without using up a retry', () => {
    const it = world([run('a', { retry: { ...RETRY, maxAttempts: 2 } })]);
    it.claim('a');
    it.send({ type: 'AttemptLost', taskRunId: 'e-1', attempt: 1 });
    expect(it.commands.at(-1)).toMatchObject({ type: 'RunTask', id: 'e-1/run/2', attempt: 2 });
    it.claim('a');
    it.end('a', 'FAILED');
    expect(it.taskRun('a').state).toBe('RETRYING');
    it.fireTimers();
    it.end('a', 'FAILED');
    expect(it.taskRun('a').attempts.map(({ cause, state }) => `${cause} ${state}`)).toEqual(['FIRST FAILED', 'WORKER_LOST FAILED', 'RETRY FAILED']); // prettier-ignore
    expect(it.state).toBe('FAILED');
  });

  it('fail when their runner is lost and the task says so, or for the sixth time', () => {
    const strict = world([run('a', { onWorkerLost: 'FAIL' })]);
    strict.claim('a');
    const { logs } = strict.send({ type: 'AttemptLost', taskRunId: 'e-1', attempt: 1 });
    expect(logs).toMatchObject([{ level: 'ERROR', taskRunId: 'e-1', attempt: 1 }]);
    expect(strict.taskRun('a')).toMatchObject({ state: 'FAILED', error: { code: 'WORKER_LOST' } });
    const unlucky = world([run('a')]);
    for (let attempt = 1; attempt <= 6; attempt++) {
      unlucky.claim('a');
      unlucky.send({ type: 'AttemptLost', taskRunId: 'e-1', attempt });
    }
    expect(unlucky.state).toBe('FAILED');
  });

  it('are not made again after a kill, whatever is reported', () => {
    const it = world([run('a', { retry: RETRY })]);
    it.claim('a');
    it.send({ type: 'KillExecution', cascade: true });
    it.send({ type: 'AttemptLost', taskRunId: 'e-1', attempt: 1 });
    expect(it.summary).toEqual(['a:KILLED']);
    expect(it.state).toBe('KILLED');
  });

  it('wait longer and longer, up to a bound, and not beyond the longest duration', () => {
    const retry = { type: 'exponential', intervalMs: 1_000, maxIntervalMs: 3_000, delayFactor: 2, maxDurationMs: 6_500, behavior: 'RETRY_FAILED_TASK', warningOnRetry: false } as const; // prettier-ignore
    const it = world([failing('a', { retry })]).fireTimers();
    const dues = it.commands.flatMap((command) => (command.type === 'StartTimer' ? [command.dueAtMs - NOW_MS] : []));
    expect(dues).toEqual([1_000, 3_000, 6_000]);
    expect(it.state).toBe('FAILED');
  });

  it('of a random retry wait within its bounds', () => {
    const retry = { type: 'random', minIntervalMs: 1_000, maxIntervalMs: 2_000, maxAttempts: 2, behavior: 'RETRY_FAILED_TASK', warningOnRetry: true } as const; // prettier-ignore
    expect(world([failing('a', { retry })]).commands).toMatchObject([{ dueAtMs: NOW_MS + 1_500 }]);
  });

  it('give a warning when a retry helped and the retry says so', () => {
    const it = world([run('a', { retry: { ...RETRY, warningOnRetry: true } })]);
    it.end('a', 'FAILED');
    it.fireTimers();
    it.end('a');
    expect(it.taskRun('a').attempts.map(({ state }) => state)).toEqual(['FAILED', 'SUCCESS']);
    expect(it.state).toBe('WARNING');
  });

  it('of CREATE_NEW_EXECUTION end the execution as RETRIED, until the chain is long enough', () => {
    const retry = { ...RETRY, maxAttempts: 2, behavior: 'CREATE_NEW_EXECUTION' } as const;
    const flow = [control('sequential', 'g', [failing('a')])];
    const first = world(flow, { retry, errors: [run('e')] });
    expect(first.commands).toEqual([{ type: 'RetryExecution', id: 'e/retry/1', dueAtMs: NOW_MS + 5_000 }]);
    expect(first.summary).toEqual(['g:RETRIED', 'a:RETRIED']);
    expect(first.state).toBe('RETRIED');
    expect(owed(first.execution)).toEqual(first.commands);
    expect(isDone(first.execution)).toBe(false);
    first.send({ type: 'SuccessorCreated', commandId: 'e/retry/1' });
    expect(owed(first.execution)).toEqual([]);
    expect(isDone(first.execution)).toBe(true);
    const beside = world([control('parallel', 'p', [failing('a'), run('b')])], { retry });
    beside.claim('b');
    expect(beside.state).toBe('RUNNING');
    beside.end('b');
    expect(beside.history).toEqual(['CREATED', 'RUNNING', 'RETRIED']);
    const second = new World(planOf(flow, { retry }), { attemptNumber: 2 }).start();
    expect(second.state).toBe('FAILED');
  });
});

describe('an execution', () => {
  it('is held: what runs is finished, nothing new begins until it is resumed', () => {
    const it = world([run('a'), run('b')]);
    it.claim('a');
    it.send({ type: 'PauseExecution' });
    it.end('a');
    expect(it.summary).toEqual(['a:SUCCESS']);
    expect(it.state).toBe('PAUSED');
    it.send({ type: 'ResumeExecution', inputs: {} });
    expect(it.summary).toEqual(['a:SUCCESS', 'b:CREATED']);
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'PAUSED', 'RESTARTED', 'RUNNING']);
  });

  it('keeps a due retry while it is held', () => {
    const it = world([failing('a', { retry: { ...RETRY, maxAttempts: 2 } })]);
    it.send({ type: 'PauseExecution' });
    it.fireTimers();
    expect(it.summary).toEqual(['a:RETRYING']);
    it.send({ type: 'ResumeExecution', inputs: {} });
    expect(it.state).toBe('FAILED');
  });

  it.each([
    ['QUEUE', 'QUEUED'],
    ['CANCEL', 'CANCELLED'],
    ['FAIL', 'FAILED'],
  ] as const)('without a slot and %s is %s', (behavior, state) => {
    const it = new World(planOf([run('a')], { errors: [run('e')] }));
    it.send({ type: 'RefuseSlot', behavior });
    expect(it.state).toBe(state);
    expect(it.taskRuns).toEqual([]);
    expect(it.start().taskRuns).toHaveLength(state === 'QUEUED' ? 1 : 0);
  });

  it('is killed while it is queued', () => {
    const it = new World(planOf([run('a')]));
    it.send({ type: 'RefuseSlot', behavior: 'QUEUE' });
    it.send({ type: 'KillExecution', cascade: true });
    expect(it.history).toEqual(['CREATED', 'QUEUED', 'KILLED']);
    expect(it.send({ type: 'KillExecution', cascade: true }).refused).toMatchObject({ code: 'EXECUTION_ENDED' });
  });

  it('runs what failed again after a restart, and keeps what succeeded', () => {
    const tasks = [
      run('ok'),
      control('sequential', 'g', { tasks: [run('x'), run('y'), run('z')], errors: [say('ge', '')] }),
    ];
    const it = world(tasks, { errors: [say('e', '')], afterExecution: [say('after', '')] });
    for (const id of ['ok', 'x']) it.end(id);
    it.end('y', 'FAILED');
    expect(it.state).toBe('FAILED');
    it.send({ type: 'RestartExecution' });
    expect(it.summary).toEqual(['ok:SUCCESS', 'g:RUNNING', 'x:SUCCESS', 'y:RESTARTED']);
    expect(it.commands.at(-1)).toMatchObject({ type: 'RunTask', id: 'e-4/run/2' });
    it.claim('y');
    it.end('y');
    it.end('z');
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'FAILED', 'RESTARTED', 'RUNNING', 'SUCCESS']);
    expect(it.taskRun('y').attempts.map(({ cause }) => cause)).toEqual(['FIRST', 'RESTART']);
    expect(it.reloaded()).toEqual(it.execution);
  });

  it('goes on after a restart where a strand was cut off', () => {
    const it = world([control('parallel', 'p', [run('bad'), control('sequential', 's', [run('a'), run('b')])])]);
    it.end('bad', 'FAILED');
    it.end('a');
    it.send({ type: 'RestartExecution' });
    expect(it.summary).toEqual(['p:RUNNING', 'bad:RESTARTED', 's:RUNNING', 'a:SUCCESS', 'b:CREATED']);
  });

  it('brings back the failed execution of a subflow after a restart', () => {
    const it = world([{ id: 'c', type: 'subflow', properties: { namespace: 'n', flowId: 'g' } }]);
    it.send({ type: 'SubflowMoved', taskRunId: 'e-1', attempt: 1, index: 0, executionId: 'x', state: 'FAILED' });
    const { commands } = it.send({ type: 'RestartExecution' });
    expect(commands).toMatchObject([{ type: 'RestartSubflow', executionId: 'x', taskRunId: 'e-1', attempt: 1 }]);
    it.send({ type: 'SubflowMoved', taskRunId: 'e-1', attempt: 1, index: 0, executionId: 'x', state: 'SUCCESS' });
    expect(it.state).toBe('SUCCESS');
  });

  it('is not restarted while it runs, nor when it went well', () => {
    expect(world([run('a')]).send({ type: 'RestartExecution' }).refused).toMatchObject({ code: 'NOTHING_TO_RESTART' });
    expect(world([say('a', '')]).send({ type: 'RestartExecution' }).refused).toMatchObject({
      code: 'NOTHING_TO_RESTART',
    });
    const after = world([failing('a')], { afterExecution: [run('z')] });
    expect(after.send({ type: 'RestartExecution' }).refused).toMatchObject({ code: 'EXECUTION_NOT_ENDED' });
  });

  it('goes on from a task run whose state a user corrects', () => {
    const it = world([control('sequential', 'g', [failing('a'), say('b', 'x')])]);
    it.send({ type: 'SetTaskRunState', taskRunId: 'e-2', state: 'SUCCESS' });
    expect(it.summary).toEqual(['g:SUCCESS', 'a:SUCCESS', 'b:SUCCESS']);
    expect(it.state).toBe('SUCCESS');
    expect(it.send({ type: 'SetTaskRunState', taskRunId: 'e-2', state: 'KILLED' }).refused).toMatchObject({ code: 'STATE_INVALID' }); // prettier-ignore
    expect(it.send({ type: 'SetTaskRunState', taskRunId: 'e-9', state: 'SUCCESS' }).refused).toMatchObject({ code: 'TASK_RUN_UNKNOWN' }); // prettier-ignore
    expect(it.send({ type: 'SetTaskRunState', taskRunId: 'e-2', state: 'SUCCESS' }).refused).toMatchObject({ code: 'STATE_UNCHANGED' }); // prettier-ignore
  });

  it('takes the state a user gives it once it has ended', () => {
    const it = world([failing('a')]);
    it.send({ type: 'SetState', state: 'SUCCESS' });
    expect(it.state).toBe('SUCCESS');
    expect(it.send({ type: 'SetState', state: 'RUNNING' }).refused).toMatchObject({ code: 'STATE_INVALID' });
  });

  it('merges labels and variables that its tasks set', () => {
    const it = world([effect('l', { labels: { a: '2', b: '3' } }), effect('v', { setVariables: { m: { y: 2 } }, unsetVariables: ['gone'] })], { labels: { a: '1' }, variables: { m: { x: 1 }, gone: 1 } }); // prettier-ignore
    expect(it.execution.labels.filter(({ key }) => !key.startsWith('system.'))).toEqual([{ key: 'a', value: '2' }, { key: 'b', value: '3' }]); // prettier-ignore
    expect(it.execution.variables).toEqual({ m: { x: 1, y: 2 } });
    it.send({ type: 'SetLabels', labels: [{ key: 'c', value: '4' }] });
    expect(it.execution.labels.at(-1)).toEqual({ key: 'c', value: '4' });
  });

  it('waits for what runs beside an Exit, and begins nothing more', () => {
    const it = world([control('parallel', 'p', [effect('leave', { exit: 'WARNING' }), control('sequential', 's', [run('a'), run('b')])]), run('never')], { finally: [run('f')], afterExecution: [say('z', '{{ execution.state }}')] }); // prettier-ignore
    it.end('a');
    expect(it.summary).toEqual(['p:WARNING', 'leave:WARNING', 's:WARNING', 'a:SUCCESS', 'z:SUCCESS']);
    expect(it.taskRun('z').outputs).toEqual({ value: 'WARNING' });
  });

  it('has typed outputs, and fails when they cannot be had', () => {
    const outputs = [{ id: 'n', type: 'INT', value: '{{ outputs.a.value }}', required: true }] as const;
    expect(world([say('a', '42')], { outputs }).execution.outputs).toEqual({ n: 42 });
    const bad = world([say('a', 'x')], { outputs });
    expect(bad.history).toEqual(['CREATED', 'RUNNING', 'SUCCESS', 'FAILED']);
    const waiting = world([say('a', 'x')], { outputs: [{ ...outputs[0], value: "{{ later('7') }}" }] });
    expect(waiting.state).toBe('RUNNING');
    waiting.send({ type: 'Evaluated', commandId: 'e/evaluate/outputs', values: { n: '7' } });
    expect(waiting.execution.outputs).toEqual({ n: 7 });
    expect(waiting.state).toBe('SUCCESS');
  });

  it('fails, with its labels, when an SLA is violated', () => {
    const sla = [
      { id: 's', behavior: 'FAIL', labels: { sla: 'missed' }, type: 'MAX_DURATION', durationMs: 500 },
    ] as const;
    const it = world([run('a')], { sla });
    it.claim('a');
    it.fireTimers();
    expect(it.taskRun('a').state).toBe('KILLING');
    it.end('a', 'KILLED');
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'FAILED']);
    expect(it.execution.labels).toContainEqual({ key: 'sla', value: 'missed' });
  });

  it('notes the violation of an SLA once, and goes on when it says so', () => {
    const sla = [
      { id: 's', behavior: 'NONE', labels: { late: 'yes' }, type: 'MAX_DURATION', durationMs: 500 },
    ] as const;
    const it = world([run('a')], { sla }).fireTimers();
    expect(it.execution.labels).toContainEqual({ key: 'late', value: 'yes' });
    expect(it.send({ type: 'TimerFired', timerId: 'e/sla/s' })).toMatchObject({ events: [], logs: [] });
    expect(it.state).toBe('RUNNING');
  });

  it('is cancelled when an assertion turns false; one that cannot be told yet is no violation', () => {
    const sla = [{ id: 's', behavior: 'CANCEL', labels: {}, type: 'EXECUTION_ASSERTION', assert: "{{ outputs.a.value == 'y' }}" }] as const; // prettier-ignore
    expect(world([run('b'), say('a', 'x')], { sla }).state).toBe('RUNNING');
    expect(world([say('a', 'x'), run('b')], { sla }).state).toBe('CANCELLED');
    expect(world([say('a', 'y'), run('b')], { sla }).state).toBe('RUNNING');
  });
});

describe('the end', () => {
  it('by a kill is followed by all of afterExecution', () => {
    const it = world([run('a')], { afterExecution: [run('z1'), say('z2', '{{ execution.state }}')] });
    it.send({ type: 'KillExecution', cascade: true });
    it.end('z1');
    expect(it.summary).toEqual(['a:KILLED', 'z1:SUCCESS', 'z2:SUCCESS']);
    expect(it.taskRun('z2').outputs).toEqual({ value: 'KILLED' });
  });

  it('says why, when no task does', () => {
    const refused = new World(planOf([run('a')]));
    refused.send({ type: 'RefuseSlot', behavior: 'FAIL' });
    expect(refused.execution.error).toBe('Execution is FAILED due to concurrency limit exceeded');
    refused.send({ type: 'SetState', state: 'SUCCESS' });
    expect(refused.execution).not.toHaveProperty('error');
  });

  it('keeps an attempt open until it is said to have stopped', () => {
    const it = world([run('a')]);
    it.claim('a');
    it.send({ type: 'KillExecution', cascade: true });
    expect(it.taskRun('a').attempts[0]).toMatchObject({ state: 'KILLING' });
    expect(it.taskRun('a').attempts[0]).not.toHaveProperty('endedAtMs');
  });
});

describe('an SLA', () => {
  const sla = [{ id: 's', behavior: 'FAIL', labels: {}, type: 'MAX_DURATION', durationMs: 500 }] as const;

  it('says what it did, and may be violated again after a restart', () => {
    const it = world([run('a')], { sla }).fireTimers();
    expect(it.decisions.at(-1)!.logs.map(({ level }) => level)).toEqual(['WARN', 'ERROR']);
    expect(it.execution.error).toMatch(/^SLA 's' violated/);
    it.send({ type: 'RestartExecution' });
    it.send({ type: 'TimerFired', timerId: 'e/sla/s' });
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'FAILED', 'RESTARTED', 'RUNNING', 'FAILED']);
  });

  it('is of no interest once the execution has ended', () => {
    const it = world([say('a', 'x')], { sla });
    expect(it.commands.at(-1)).toEqual({ type: 'CancelTimer', id: 'e/sla/s' });
    expect(it.send({ type: 'TimerFired', timerId: 'e/sla/s' })).toMatchObject({ events: [], logs: [] });
  });

  it('and then a kill ask runners to stop again, and subflows but once', () => {
    const call = { id: 'c', type: 'subflow', properties: { namespace: 'n', flowId: 'g' } };
    const it = world([control('parallel', 'p', [run('a'), call])], { sla });
    it.claim('a');
    it.send({ type: 'TimerFired', timerId: 'e/sla/s' });
    const { commands } = it.send({ type: 'KillExecution', cascade: true });
    expect(commands).toMatchObject([{ type: 'KillTasks', taskRunIds: [it.taskRun('a').id] }]);
  });
});

describe('a takeover', () => {
  it('finds what is owed', () => {
    const it = world([control('parallel', 'p', [run('a'), run('b', { runIf: "{{ later('x') }}" }), { id: 'c', type: 'subflow', properties: { namespace: 'n', flowId: 'g' } }])]); // prettier-ignore
    expect(owed(it.reloaded())).toEqual(it.commands);
    it.claim('a');
    expect(owed(it.reloaded()).map(({ type }) => type)).toEqual(['Evaluate', 'StartSubflow']);
    const about = {
      type: 'SubflowMoved',
      taskRunId: it.taskRun('c').id,
      attempt: 1,
      index: 0,
      executionId: 'x',
    } as const;
    it.send({ ...about, state: 'RUNNING' });
    expect(owed(it.reloaded()).map(({ type }) => type)).toEqual(['Evaluate', 'AskSubflow']);
    it.send({ type: 'KillExecution', cascade: true });
    expect(owed(it.reloaded()).map(({ type }) => type)).toEqual(['KillTasks', 'KillSubflows']);
  });
});

describe('a replay', () => {
  const tasks = [run('a'), control('sequential', 'g', [run('b'), run('c')]), run('d')];
  function replayed(taskId: string, outputs?: (it: World) => Record<string, object>): World {
    const original = world(tasks);
    for (const id of ['a', 'b', 'c', 'd']) original.end(id, 'SUCCESS', { from: id });
    const again = new World(original.execution.plan, { id: 'r' });
    const options = { taskRunId: original.taskRun(taskId).id, nowMs: NOW_MS, ...(outputs && { outputs: outputs(original) as never }) }; // prettier-ignore
    for (const event of replayEvents(original.execution, 'r', options)) {
      apply(again.execution, event);
      again.events.push(event);
    }
    return again.start();
  }

  it('takes over what came before, and goes on from the task run', () => {
    const it = replayed('c');
    expect(it.summary).toEqual(['a:SUCCESS', 'g:RUNNING', 'b:SUCCESS', 'c:CREATED']);
    expect(it.execution.derived.outputs).toEqual({ a: { from: 'a' }, b: { from: 'b' } });
    it.end('c');
    it.end('d');
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'SUCCESS']);
    expect(it.taskRun('a').attempts[0]!.cause).toBe('REPLAY');
  });

  it('from the first task takes over nothing', () => {
    expect(replayed('a').summary).toEqual(['a:CREATED']);
  });

  it('uses outputs as the user edited them', () => {
    const it = replayed('d', (original) => ({ [original.taskRun('b').id]: { from: 'me' } }));
    expect(it.execution.derived.outputs['b']).toEqual({ from: 'me' });
  });

  it('in a Dag runs what depends on the task again, and nothing else', () => {
    const dag = control('dag', 'd', [
      run('a'),
      run('b', { dependsOn: ['a'] }),
      run('c', { dependsOn: ['b'] }),
      run('x'),
    ]);
    const original = world([dag]);
    for (const id of ['a', 'x', 'b', 'c']) original.end(id);
    const again = new World(original.execution.plan, { id: 'r' });
    const events = replayEvents(original.execution, 'r', { taskRunId: original.taskRun('b').id, nowMs: NOW_MS });
    for (const event of events) apply(again.execution, event);
    again.start();
    expect(again.summary).toEqual(['d:RUNNING', 'a:SUCCESS', 'x:SUCCESS', 'b:CREATED']);
  });

  it('of an unknown task run is an execution like any other', () => {
    const { execution } = world(tasks);
    expect(replayEvents(execution, 'r', { taskRunId: 'nobody', nowMs: NOW_MS })).toEqual([]);
  });
});

it('gives an execution its labels: the request wins over the flow, the flow over what is inherited', () => {
  const plan = planOf([run('a')], { labels: { a: 'flow', b: 'flow' } });
  const { labels } = createExecution(plan, { id: 'e', inputs: {}, createdAtMs: NOW_MS, labels: [{ key: 'a', value: 'mine' }], inheritedLabels: [{ key: 'b', value: 'old' }, { key: 'c', value: 'old' }] }); // prettier-ignore
  expect(Object.fromEntries(labels.map(({ key, value }) => [key, value]))).toEqual({ 'system.correlationId': 'e', a: 'mine', b: 'flow', c: 'old' }); // prettier-ignore
});
