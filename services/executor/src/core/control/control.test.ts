import { describe, expect, it } from 'vitest';
import type { Input } from '../messages.ts';
import { owed } from '../owed.ts';
import { control, failing, ifElse, planOf, run, say, World } from '../testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();

describe('If and Switch', () => {
  it('ask the shell for a condition that waits, and ask once', () => {
    const it = world([ifElse('i', "{{ later('x') }}", [say('yes', '1')])]);
    expect(it.commands).toEqual([
      { type: 'Evaluate', id: 'e-1/evaluate/begin/1', taskRunId: 'e-1', templates: { condition: "{{ later('x') }}" }, conditions: ['condition'] }, // prettier-ignore
    ]);
    it.send({ type: 'Evaluated', commandId: 'e-1/evaluate/begin/1', values: { condition: true } });
    expect(it.summary).toEqual(['i:SUCCESS', 'yes:SUCCESS']);
    expect(it.send({ type: 'Evaluated', commandId: 'e-1/evaluate/begin/1', values: { condition: true } }).events).toEqual([]); // prettier-ignore
  });

  it('fail when the shell cannot say', () => {
    const it = world([run('a', { runIf: "{{ later('x') }}" })]);
    it.send({ type: 'EvaluationFailed', commandId: 'e-1/evaluate/runIf/1', message: 'no such key' });
    expect(it.taskRun('a')).toMatchObject({ state: 'FAILED', error: { message: 'no such key' } });
    expect(it.state).toBe('FAILED');
  });

  it('take the case of the value, else the defaults, else fail', () => {
    const children = { 'cases.a': [say('one', '1')], defaults: [say('other', '0')] };
    const { defaults: _, ...bare } = children;
    const flow = (value: string, lists: Readonly<Record<string, ReturnType<typeof say>[]>> = children) => world([control('switch', 's', lists, { properties: { value } })]).summary; // prettier-ignore
    expect(flow('a')).toEqual(['s:SUCCESS', 'one:SUCCESS']);
    expect(flow('b')).toEqual(['s:SUCCESS', 'other:SUCCESS']);
    expect(flow('b', bare)).toEqual(['s:FAILED']);
  });
});

describe('loops', () => {
  it('keep the outputs of repeated values apart, and show an iteration its own', () => {
    const tasks = [say('a', 'a{{ taskrun.iteration }}'), say('b', '{{ outputs.a[taskrun.value].value }}!')];
    const it = world([control('forEach', 'each', tasks, { properties: { values: ['x', 'y', 'x'] } })]);
    expect(it.execution.derived.outputs.b).toEqual({ x: { value: 'a0!' }, y: { value: 'a1!' }, 2: { value: 'a2!' } });
  });

  it('fail for null among the values, and for what is no list', () => {
    expect(world([control('forEach', 'each', [run('a')], { properties: { values: '["a", null]' } })]).summary).toEqual(['each:FAILED']); // prettier-ignore
    expect(world([control('forEach', 'each', [run('a')], { properties: { values: 'a, b' } })]).summary).toEqual([
      'each:FAILED',
    ]);
    expect(world([control('forEach', 'each', [run('a')], { properties: { values: [] } })]).summary).toEqual(['each:SUCCESS']); // prettier-ignore
  });

  it('run every child of every value at once in the older parallel form', () => {
    const it = world([control('eachParallel', 'each', [run('a'), run('b')], { properties: { value: '["x","y"]' } })]);
    expect(it.summary).toEqual(['each:RUNNING', 'a[x]:CREATED', 'b[x]:CREATED', 'a[y]:CREATED', 'b[y]:CREATED']);
  });

  it('give each iteration of a Loop its own world, and collect what it hands out', () => {
    const loop = control('loop', 'l', { tasks: [say('r', '{{ item.value }}{{ item.index }}{{ item.key }}'), failing('f', { properties: { condition: "{{ item.value == 'b' }}" } })], errors: [say('oops', '{{ outputs.r.value }}')] }, { properties: { values: { x: 'a', y: 'b', z: 'c' }, transmitFailed: false, outputs: [{ id: 'o', value: '{{ outputs.r.value }}' }] } }); // prettier-ignore
    const it = world([loop]);
    expect(it.summary).toEqual([
      'l:SUCCESS',
      'l_iteration[a]:SUCCESS',
      'r:SUCCESS',
      'f:SUCCESS',
      'l_iteration[b]:FAILED',
      'r:SUCCESS',
      'f:FAILED',
      'oops:SUCCESS',
      'l_iteration[c]:SUCCESS',
      'r:SUCCESS',
      'f:SUCCESS',
    ]);
    expect(it.taskRun('l').outputs).toEqual({
      iterationCount: 3,
      terminatedIterations: { SUCCESS: 2, FAILED: 1 },
      runningIterations: 0,
      outputs: [
        { item: { value: 'a', iteration: 0, key: 'x' }, outputs: { o: 'a0x' } },
        { item: { value: 'b', iteration: 1, key: 'y' }, outputs: { o: 'b1y' } },
        { item: { value: 'c', iteration: 2, key: 'z' }, outputs: { o: 'c2z' } },
      ],
    });
    expect(it.reloaded()).toEqual(it.execution);
  });

  it('fail with an iteration of a Loop unless told otherwise, or with outputs that cannot be had', () => {
    const fails = world([control('loop', 'l', [failing('f')], { properties: { values: ['a', 'b'], outputs: [{ id: 'o', value: '{{ outputs.f.x }}' }] } })]); // prettier-ignore
    expect(fails.summary).toEqual(['l:FAILED', 'l_iteration[a]:FAILED', 'f:FAILED']);
    expect(fails.taskRun('l').outputs).not.toHaveProperty('outputs');
    const lacks = world([control('loop', 'l', [say('r', 'x')], { properties: { values: ['a'], outputs: [{ id: 'o', value: '{{ outputs.none.x }}' }] } })]); // prettier-ignore
    expect(lacks.summary).toEqual(['l:FAILED', 'l_iteration[a]:SUCCESS', 'r:SUCCESS']);
  });

  it('take the lines of a file', () => {
    const it = world([
      control('loop', 'l', [run('r')], { properties: { values: 'kestra:///a.txt', concurrencyLimit: 0 } }),
    ]);
    expect(it.commands).toEqual([{ type: 'Evaluate', id: 'e-1/evaluate/lines/1', taskRunId: 'e-1', templates: {}, linesOf: 'kestra:///a.txt' }]); // prettier-ignore
    it.send({ type: 'Evaluated', commandId: 'e-1/evaluate/lines/1', values: { lines: ['p', 'q'] } });
    expect(it.summary).toEqual([
      'l:RUNNING',
      'l_iteration[p]:RUNNING',
      'l_iteration[q]:RUNNING',
      'r:CREATED',
      'r:CREATED',
    ]);
  });
});

describe('LoopUntil', () => {
  const loop = (properties: object, tasks = [say('ask', '{{ taskrun.iteration }}')]) =>
    control('loopUntil', 'l', tasks, { properties: { checkFrequency: { interval: 'PT2S', maxIterations: 3 }, ...properties } }); // prettier-ignore

  it('goes round until the condition holds, paused in between', () => {
    const it = world([loop({ condition: "{{ outputs.ask.value == '1' }}" })]);
    expect(it.state).toBe('PAUSED');
    expect(it.commands).toEqual([{ type: 'StartTimer', id: 'e-1/wait/1', dueAtMs: it.nowMs + 2_000 }]);
    it.fireTimers();
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'PAUSED', 'RUNNING', 'SUCCESS']);
    expect(it.summary).toEqual(['l:SUCCESS', 'ask:SUCCESS']);
    expect(it.taskRun('l').outputs).toEqual({ iterationCount: 2 });
    expect(it.reloaded()).toEqual(it.execution);
  });

  it('counts a single round', () => {
    expect(world([loop({ condition: 'true' })]).taskRun('l').outputs).toEqual({ iterationCount: 1 });
  });

  it('gives up after its maximum, with success unless told otherwise', () => {
    expect(world([loop({ condition: 'false' })]).fireTimers().summary).toEqual(['l:SUCCESS', 'ask:SUCCESS']);
    const strict = world([loop({ condition: 'false', failOnMaxReached: true })]).fireTimers();
    expect(strict.state).toBe('FAILED');
    expect(strict.taskRun('l').outputs).toEqual({ iterationCount: 4 });
  });

  it('asks the shell for a condition that waits, after every round', () => {
    const it = world([loop({ condition: "{{ later('') }}" })]);
    expect(it.commands.at(-1)).toMatchObject({ type: 'Evaluate', id: 'e-1/evaluate/condition/1' });
    it.send({ type: 'Evaluated', commandId: 'e-1/evaluate/condition/1', values: { condition: false } });
    expect(it.state).toBe('PAUSED');
    it.fireTimers();
    it.send({ type: 'Evaluated', commandId: 'e-1/evaluate/condition/2', values: { condition: true } });
    expect(it.taskRun('l').outputs).toEqual({ iterationCount: 2 });
    expect(it.state).toBe('SUCCESS');
  });

  it('fails at once when a child fails', () => {
    expect(world([loop({ condition: 'false' }, [failing('ask')])]).history).toEqual(['CREATED', 'RUNNING', 'FAILED']);
  });
});

describe('Pause and Approval', () => {
  const pause = (properties: object = {}, lists: Parameters<typeof control>[2] = {}) => control('pause', 'p', lists, { properties: { ...properties } }); // prettier-ignore
  const resume: Input = { type: 'ResumeExecution', inputs: { why: 'so' }, by: 'ann' };

  it('waits until somebody resumes it', () => {
    const it = world([
      pause({ onResume: [{ id: 'why', type: 'STRING' }] }),
      say('after', '{{ outputs.p.onResume.why }}'),
    ]);
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'PAUSED']);
    it.send(resume);
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'PAUSED', 'RESTARTED', 'RUNNING', 'SUCCESS']);
    expect(it.taskRun('p').outputs).toEqual({ onResume: { why: 'so' }, resumed: { by: 'ann', on: '2025-01-31T00:00:00.000Z', to: 'SUCCESS' } }); // prettier-ignore
    expect(it.taskRun('after').outputs).toEqual({ value: 'so' });
    expect(it.send(resume).refused).toMatchObject({ code: 'EXECUTION_NOT_PAUSED' });
  });

  it.each([
    ['RESUME', 'SUCCESS', 'SUCCESS', 1],
    ['WARN', 'WARNING', 'WARNING', 1],
    ['FAIL', 'FAILED', 'FAILED', 0],
    ['CANCEL', 'CANCELLED', 'CANCELLED', 0],
  ])('with behaviour %s comes to %s when its time is over', (behavior, state, execution, later) => {
    const it = world([pause({ pauseDuration: 'PT1S', behavior }), say('after', 'x')]).fireTimers();
    expect(it.taskRun('p').state).toBe(state);
    expect(it.state).toBe(execution);
    expect(it.taskRuns).toHaveLength(1 + later);
  });

  it('fails when its timeout comes first', () => {
    const it = world([{ ...pause({ pauseDuration: 'PT5S' }), timeout: '{{ "PT1S" }}' }]);
    expect(it.commands).toMatchObject([{ type: 'StartTimer', dueAtMs: it.nowMs + 1_000 }]);
    expect(it.fireTimers().summary).toEqual(['p:FAILED']);
  });

  it('cancels its timer when it is resumed first, and a timer that fires all the same changes nothing', () => {
    const it = world([pause({ pauseDuration: 'PT1S', behavior: 'FAIL' })]);
    expect(it.send(resume).commands).toEqual([{ type: 'CancelTimer', id: 'e-1/wait/1' }]);
    expect(it.send({ type: 'TimerFired', timerId: 'e-1/wait/1' }).events).toEqual([]);
    expect(it.state).toBe('SUCCESS');
  });

  it('runs onPause before, and its tasks after the wait', () => {
    const it = world([pause({}, { onPause: [run('before')], tasks: [run('then')] })]);
    expect(it.summary).toEqual(['p:RUNNING', 'before:CREATED']);
    it.end('before');
    expect(it.state).toBe('PAUSED');
    it.send(resume);
    it.end('then');
    expect(it.state).toBe('SUCCESS');
  });

  it('asks which one when several wait', () => {
    const it = world([control('parallel', 'both', [pause(), { ...pause(), id: 'q' }])]);
    expect(it.send(resume).refused).toMatchObject({ code: 'PAUSE_AMBIGUOUS' });
    it.send({ ...resume, taskRunId: it.taskRun('q').id });
    expect(it.summary).toEqual(['both:RUNNING', 'p:PAUSED', 'q:SUCCESS']);
    expect(it.state).toBe('PAUSED');
  });

  it('approves, denies and expires', () => {
    const approval = control('approval', 'a', { onApprove: [say('yes', 'y')], onDeny: [say('no', 'n')] }, { properties: { timeout: 'PT1S' } }); // prettier-ignore
    const approved = world([approval, say('after', 'x')]);
    approved.send({ type: 'ResumeExecution', inputs: { comment: 'fine' } });
    expect(approved.summary).toEqual(['a:SUCCESS', 'yes:SUCCESS', 'after:SUCCESS']);
    expect(approved.taskRun('a').outputs).toMatchObject({ decision: 'APPROVED', auto: false, comment: 'fine' });
    const denied = world([approval, say('after', 'x')]);
    denied.send({ type: 'ResumeExecution', inputs: { decision: 'DENIED' } });
    expect(denied.state).toBe('CANCELLED');
    expect(world([approval]).fireTimers().state).toBe('CANCELLED');
    const auto = world([{ ...approval, properties: { autoApprove: true } }]);
    expect(auto.summary).toEqual(['a:SUCCESS', 'yes:SUCCESS']);
    expect(auto.taskRun('a').outputs).toMatchObject({ decision: 'APPROVED', auto: true });
  });
});

describe('Subflow', () => {
  const call = (more: object = {}) => ({
    id: 'c',
    type: 'subflow',
    properties: { namespace: 'n', flowId: 'g', ...more },
  });
  const moved = (it: World, state: 'CREATED' | 'SUCCESS' | 'WARNING' | 'FAILED' | 'KILLED', outputs?: object): Input =>
    ({ type: 'SubflowMoved', taskRunId: it.taskRun('c').id, attempt: it.taskRun('c').attempt, index: 0, executionId: 'x', state, ...(outputs && { outputs }) }) as Input; // prettier-ignore

  it('starts an execution and waits for its outputs', () => {
    const it = world([call({ inputs: { a: '{{ 1 + 1 }}' }, labels: { l: 'm' } })]);
    expect(it.commands).toMatchObject([
      { type: 'StartSubflow', id: 'e-1/subflow/1', namespace: 'n', flowId: 'g', inputs: { a: 2 }, labels: [{ key: 'system.correlationId', value: 'e' }, { key: 'l', value: 'm' }], trigger: { executionId: 'e', taskId: 'c' }, wait: true }, // prettier-ignore
    ]);
    it.send(moved(it, 'CREATED'));
    expect(it.taskRun('c')).toMatchObject({ state: 'RUNNING', outputs: { executionId: 'x', state: 'CREATED' } });
    it.send(moved(it, 'SUCCESS', { rows: 3 }));
    expect(it.taskRun('c').outputs).toEqual({ executionId: 'x', state: 'SUCCESS', outputs: { rows: 3 } });
    expect(it.state).toBe('SUCCESS');
    expect(it.send(moved(it, 'FAILED')).events).toEqual([]);
  });

  it.each([
    [{}, 'WARNING', 'WARNING'],
    [{}, 'FAILED', 'FAILED'],
    [{}, 'KILLED', 'FAILED'],
    [{ transmitFailed: false }, 'FAILED', 'SUCCESS'],
  ] as const)('with %j and a child that is %s comes to %s', (properties, state, outcome) => {
    const it = world([call(properties)]);
    it.send(moved(it, state));
    expect(it.state).toBe(outcome);
  });

  it('starts it at a date', () => {
    const it = world([call({ scheduleDate: '2030-01-01T00:00:00Z' })]);
    expect(it.commands).toMatchObject([{ type: 'StartSubflow', scheduleAtMs: Date.UTC(2030, 0, 1) }]);
    expect(world([call({ scheduleDate: 'soon' })]).taskRun('c')).toMatchObject({ state: 'FAILED', error: { code: 'DATE_INVALID' } }); // prettier-ignore
    expect(world([call()]).commands[0]).not.toHaveProperty('scheduleAtMs');
  });

  it('goes on at once without waiting', () => {
    const it = world([call({ wait: false })]);
    it.send(moved(it, 'CREATED'));
    expect(it.taskRun('c')).toMatchObject({ state: 'SUCCESS', outputs: { executionId: 'x', state: 'CREATED' } });
  });

  it('kills a child that shows only after the kill', () => {
    const it = world([call()]);
    expect(it.send({ type: 'KillExecution', cascade: true }).commands).toEqual([]);
    expect(it.send(moved(it, 'CREATED')).commands).toEqual([{ type: 'KillSubflows', id: 'e-1/kill-subflow/1', executionIds: ['x'] }]); // prettier-ignore
    it.send(moved(it, 'KILLED'));
    expect(it.history).toEqual(['CREATED', 'RUNNING', 'KILLING', 'KILLED']);
  });

  it('leaves the child alone when the kill does not cascade', () => {
    const it = world([call()]);
    it.send(moved(it, 'CREATED'));
    expect(it.send({ type: 'KillExecution', cascade: false }).commands).toEqual([]);
    expect(it.state).toBe('KILLED');
  });

  it('makes outputs of an execution that declares none', () => {
    const asked = (outputs?: object) => {
      const it = world([call({ outputs: { said: '{{ outputs.say.value }}' } })]);
      it.send(moved(it, 'CREATED'));
      it.send(moved(it, 'SUCCESS', outputs));
      return it;
    };
    expect(asked({ own: 1 }).taskRun('c').outputs).toMatchObject({ outputs: { own: 1 } });
    const it = asked();
    expect(it.commands.at(-1)).toMatchObject({ type: 'Evaluate', id: 'e-1/evaluate/childOutputs/1', of: 'x', templates: { said: '{{ outputs.say.value }}' } }); // prettier-ignore
    expect(owed(it.execution)).toEqual([it.commands.at(-1)]);
    expect(it.send(moved(it, 'SUCCESS')).events).toEqual([]);
    it.answer({ said: 'hello' });
    expect(it.taskRun('c')).toMatchObject({ state: 'SUCCESS', outputs: { executionId: 'x', outputs: { said: 'hello' } } }); // prettier-ignore
    const killed = asked();
    killed.send({ type: 'KillExecution', cascade: true });
    killed.answer({ said: 'hello' });
    expect(killed.state).toBe('KILLED');
  });

  it('fails when the execution cannot be created', () => {
    const it = world([call()]);
    it.send({ ...moved(it, 'FAILED'), error: 'no such flow' } as Input);
    expect(it.taskRun('c')).toMatchObject({ state: 'FAILED', error: { message: 'no such flow' } });
  });
});

describe('ForEachItem', () => {
  it('splits, starts a subflow for each batch and merges', () => {
    const it = world([{ id: 'each', type: 'forEachItem', properties: { items: 'kestra:///in.txt', batch: { rows: 2 }, namespace: 'n', flowId: 'g', inputs: { b: '{{ taskrun.items }}', i: '{{ taskrun.iteration }}' } } }]); // prettier-ignore
    it.end('each_split', 'SUCCESS', { splits: 'kestra:///splits.txt' });
    it.send({
      type: 'Evaluated',
      commandId: 'e-3/evaluate/lines/1',
      values: { lines: ['kestra:///1', 'kestra:///2'] },
    });
    const started = it.commands.filter((command) => command.type === 'StartSubflow');
    expect(started).toMatchObject([
      { index: 0, inputs: { b: 'kestra:///1', i: 0 }, trigger: { taskId: 'each_items', taskRunIteration: 0 } },
      { index: 1, inputs: { b: 'kestra:///2', i: 1 }, trigger: { taskId: 'each_items', taskRunIteration: 1 } },
    ]);
    for (const { taskRunId, attempt, index } of started)
      it.send({ type: 'SubflowMoved', taskRunId, attempt, index, executionId: `x${index}`, state: 'SUCCESS' });
    expect(it.taskRun('each_items').outputs).toEqual({ numberOfBatches: 2, iterations: { CREATED: 0, RUNNING: 0, SUCCESS: 2 } }); // prettier-ignore
    it.end('each_merge', 'SUCCESS', { subflowOutputs: 'kestra:///out' });
    expect(it.state).toBe('SUCCESS');
  });
});

describe('WorkingDirectory', () => {
  const directory = () =>
    world([control('workingDirectory', 'w', { tasks: [run('a'), run('b')], finally: [say('f', 'x')] })]);
  const child = (it: World, childTaskId: string, state: 'RUNNING' | 'SUCCESS' | 'FAILED'): Input => ({ type: 'ChildMoved', taskRunId: 'e-1', attempt: it.taskRun('w').attempt, childTaskId, state, outputs: { n: 1 } }); // prettier-ignore

  it('is one attempt, whose runner reports the children', () => {
    const it = directory();
    expect(it.commands).toMatchObject([{ type: 'RunTask', taskRunId: 'e-1' }]);
    it.claim('w');
    for (const report of [child(it, 'a', 'RUNNING'), child(it, 'a', 'SUCCESS'), child(it, 'a', 'RUNNING'), child(it, 'b', 'FAILED')]) it.send(report); // prettier-ignore
    it.end('w', 'FAILED');
    expect(it.summary).toEqual(['w:FAILED', 'a:SUCCESS', 'b:FAILED', 'f:SUCCESS']);
    expect(it.state).toBe('FAILED');
    expect(it.reloaded()).toEqual(it.execution);
  });

  it('begins anew after its runner was lost', () => {
    const it = directory();
    it.claim('w');
    it.send(child(it, 'a', 'SUCCESS'));
    it.send({ type: 'AttemptLost', taskRunId: 'e-1', attempt: 1 });
    expect(it.summary).toEqual(['w:CREATED']);
    expect(it.send({ type: 'ChildMoved', taskRunId: 'e-1', attempt: 1, childTaskId: 'b', state: 'SUCCESS' }).events).toEqual([]); // prettier-ignore
    it.claim('w');
    it.send(child(it, 'a', 'SUCCESS'));
    it.end('w', 'SUCCESS');
    expect(it.summary).toEqual(['w:SUCCESS', 'a:SUCCESS', 'f:SUCCESS']);
  });
});
