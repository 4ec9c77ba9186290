import { describe, expect, it } from 'vitest';
import { owed } from '../owed.ts';
import { control, planOf, run, say, World } from '../testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const forEach = (properties: object, tasks = [run('a')]) => control('forEach', 'l', tasks, { properties: { ...properties } }); // prettier-ignore
const loop = (properties: object, tasks = [run('a')]) => control('loop', 'l', tasks, { properties: { ...properties } });
const until = (properties: object) => control('loopUntil', 'l', [say('a', '')], { properties: { ...properties } });

describe('the values of a loop', () => {
  it.each([
    [forEach({ values: { k: 'v' } }), 'LOOP_VALUES_INVALID'],
    [forEach({ values: 5 }), 'LOOP_VALUES_INVALID'],
    [loop({ values: 5 }), 'LOOP_VALUES_INVALID'],
    [loop({ values: 'null' }), 'LOOP_VALUES_INVALID'],
    [loop({ values: ['a', null] }), 'LOOP_VALUES_NULL'],
  ])('may be wrong', (task, code) => {
    expect(world([task]).taskRun('l').error).toMatchObject({ code });
  });

  it('may be the JSON text of a map', () => {
    expect(world([loop({ values: '{"k":"v"}' })]).summary).toEqual(['l:RUNNING', 'l_iteration[v]:RUNNING', 'a:CREATED']); // prettier-ignore
  });

  it('are counted by what has begun, whatever became of it', () => {
    const it = world([forEach({ values: ['x', 'y', 'z'] })]);
    for (const value of ['x', 'y']) it.end('a', 'WARNING', undefined, value);
    expect(it.summary).toEqual(['l:RUNNING', 'a[x]:WARNING', 'a[y]:WARNING', 'a[z]:CREATED']);
    expect(it.taskRun('l').note).toEqual({ items: ['x', 'y', 'z'], limit: 1 });
  });
});

it.each(['{{ null }}', '', -1, 1.5, 'many'])('a limit is no whole number when it is %j', (concurrencyLimit) => {
  const it = world([forEach({ values: ['x'], concurrencyLimit })]);
  expect(it.taskRun('l').error).toMatchObject({ code: 'LIMIT_INVALID' });
});

describe('the outputs of a Loop', () => {
  const outputs = [{ id: 'o', value: '{{ outputs.f.value }}' }];
  const tasks = [run('a'), say('f', 'x')];
  const ended = (state: 'WARNING' | 'FAILED', body = tasks) => {
    const it = world([loop({ values: ['p', 'q'], outputs, transmitFailed: false }, body)]);
    for (const outcome of [state, 'SUCCESS'] as const) it.end('a', outcome);
    return it.taskRun('l');
  };

  it('may be lacking of an iteration that failed, and of no other', () => {
    expect(ended('FAILED')).toMatchObject({ state: 'SUCCESS', outputs: { outputs: [{ item: { value: 'q', iteration: 1 }, outputs: { o: 'x' } }] } }); // prettier-ignore
    expect(ended('WARNING', [run('a')]).state).toBe('FAILED');
  });

  it('of a task are those of the same iteration, even where its number is its value', () => {
    const it = world([loop({ values: ['0', '1'] }, [say('a', 'v{{ item.value }}'), say('b', '{{ outputs.a.value }}')])]); // prettier-ignore
    expect(it.execution.derived.outputs.b).toEqual({ 0: { value: 'v0' }, 1: { value: 'v1' } });
  });
});

describe('the bounds of a LoopUntil', () => {
  const endOf = (it: World) => it.fireTimers().taskRun('l').outputs;

  it('are a number of rounds, or none', () => {
    expect(endOf(world([until({ condition: 'false', checkFrequency: { maxIterations: 2 } })]))).toEqual({ iterationCount: 3 }); // prettier-ignore
    const unbounded = { maxIterations: 0, interval: 'PT1S', maxDuration: 'PT200S' };
    expect(endOf(world([until({ condition: 'false', checkFrequency: unbounded })]))).toEqual({ iterationCount: 202 });
  });

  it('are a time, which is used up to the end', () => {
    const checkFrequency = { interval: 'PT1S', maxDuration: 'PT2S' };
    expect(endOf(world([until({ condition: 'false', checkFrequency })]))).toEqual({ iterationCount: 4 });
  });

  it('are told of in the log when they are reached', () => {
    const it = world([until({ condition: 'false', checkFrequency: { maxIterations: 1 } })]);
    expect(it.decisions[0]!.logs.at(-1)).toMatchObject({ level: 'WARN', taskId: 'l', message: 'Max iterations reached' }); // prettier-ignore
  });

  it('are all that ends it without a condition', () => {
    expect(world([until({})]).state).toBe('PAUSED');
  });
});

it('ForEachItem starts every batch, whatever becomes of the others', () => {
  const it = world([{ id: 'each', type: 'forEachItem', properties: { items: 'kestra:///in.txt', namespace: 'n', flowId: 'g' } }]); // prettier-ignore
  it.end('each_split', 'SUCCESS', { splits: 'kestra:///splits.txt' });
  const lines = Array.from({ length: 300 }, (_, index) => `kestra:///${index}`);
  it.send({ type: 'Evaluated', commandId: 'e-3/evaluate/lines/1', values: { lines } });
  it.send({ type: 'SubflowMoved', taskRunId: 'e-4', attempt: 1, index: 0, executionId: 'x', state: 'FAILED' });
  it.fireTimers();
  expect(it.taskRuns.filter(({ taskId }) => taskId === 'each_batch')).toHaveLength(300);
});

it('an If without a condition takes its other branch', () => {
  expect(world([control('if', 'i', { else: [say('no', '')] })]).summary).toEqual(['i:SUCCESS', 'no:SUCCESS']);
});

describe('what a Loop hands out', () => {
  const outputs = [{ id: 'o', value: "{{ later('x') }} {{ item.value }}" }];

  it('are asked of the shell where they wait for something, until the answer is there', () => {
    const it = world([loop({ values: ['u'], outputs }, [say('a', 'x')])]);
    const eachIteration = { templates: { o: outputs[0]!.value }, store: false };
    expect(it.commands).toMatchObject([{ type: 'Evaluate', id: 'e-1/evaluate/handOut/1', taskRunId: 'e-1', eachIteration }]); // prettier-ignore
    expect(owed(it.execution)).toEqual(it.commands);
    it.answer({ outputs: [{ item: { value: 'u', iteration: 0 }, outputs: { o: 'x u' } }] });
    expect(it.taskRun('l').outputs).toMatchObject({ iterationCount: 1, outputs: [{ outputs: { o: 'x u' } }] });
    expect(it.state).toBe('SUCCESS');
  });

  it('are stored by the shell when they are to be, or the values came from a file', () => {
    const plain = [{ id: 'o', value: '{{ item.value }}' }];
    const stored = world([loop({ values: ['u'], outputs: plain, fetchType: 'STORE' }, [say('a', 'x')])]); // prettier-ignore
    expect(stored.commands).toMatchObject([{ eachIteration: { store: true } }]);
    const ofFile = world([loop({ values: 'kestra:///a.txt', outputs: plain }, [say('a', 'x')])]);
    ofFile.answer({ lines: ['u'] });
    expect(ofFile.commands.at(-1)).toMatchObject({ eachIteration: { store: true } });
    const fetched = world([loop({ values: 'kestra:///a.txt', outputs: plain, fetchType: 'FETCH' }, [say('a', 'x')])]); // prettier-ignore
    fetched.answer({ lines: ['u'] });
    expect(fetched.taskRun('l').outputs).toMatchObject({ outputs: [{ outputs: { o: 'u' } }] });
  });

  it('are left out when they are not wanted', () => {
    const it = world([loop({ values: ['u'], outputs, fetchType: 'NONE' }, [say('a', 'x')])]);
    expect(it.taskRun('l').outputs).toEqual({ iterationCount: 1, runningIterations: 0, terminatedIterations: { SUCCESS: 1 } }); // prettier-ignore
  });
});

it('a Switch says which case it took', () => {
  const choose = (value: string) => control('switch', 's', { 'cases.a': [say('one', '')], defaults: [] }, { properties: { value } }); // prettier-ignore
  expect(world([choose('a')]).taskRun('s').outputs).toEqual({ value: 'a', defaults: false });
  expect(world([choose('b')]).taskRun('s').outputs).toEqual({ value: 'b', defaults: true });
});
