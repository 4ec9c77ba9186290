import { describe, expect, it } from 'vitest';
import { apply } from './apply.ts';
import { replayEvents } from './replay.ts';
import { control, failing, NOW_MS, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();

/** A replay of an execution from one of its task runs, begun. */
function replayOf(original: World, taskId: string, value?: string): World {
  const again = new World(original.execution.plan, { id: 'r' });
  const { id } = original.taskRun(taskId, value);
  for (const event of replayEvents(original.execution, 'r', { taskRunId: id, nowMs: NOW_MS })) {
    apply(again.execution, event);
    again.events.push(event);
  }
  return again.start();
}

describe('a replay takes over', () => {
  it('the items of a loop before the one it begins with', () => {
    const loop = control('forEach', 'each', [run('a'), run('b')], { properties: { values: ['x', 'y', 'z'] } });
    const original = world([loop]);
    for (const value of ['x', 'y', 'z']) for (const id of ['a', 'b']) original.end(id, 'SUCCESS', { n: 1 }, value);
    const it = replayOf(original, 'b', 'y');
    expect(it.summary).toEqual(['each:RUNNING', 'a[x]:SUCCESS', 'b[x]:SUCCESS', 'a[y]:SUCCESS', 'b[y]:CREATED']);
    expect(it.taskRun('b')).toMatchObject({ value: 'y', iteration: 1 });
    expect(it.taskRun('each').note).toEqual(original.taskRun('each').note);
    expect(it.execution.derived.outputs).toEqual({ a: { x: { n: 1 }, y: { n: 1 } }, b: { x: { n: 1 } } });
  });

  it('what a loop that has ended went over, so that its outputs keep their places', () => {
    const original = world([control('loop', 'l', [say('a', 'x')], { properties: { values: ['p', 'q'] } }), run('b')]);
    const it = replayOf(original, 'b');
    expect(it.execution.derived.outputs).toEqual(original.execution.derived.outputs);
    expect(it.taskRun('l').note).toEqual(original.taskRun('l').note);
  });

  it('what was skipped', () => {
    expect(replayOf(world([run('a', { runIf: 'false' }), run('b')]), 'b').summary).toEqual(['a:SKIPPED', 'b:CREATED']);
  });

  it('how a task run ended, and why', () => {
    const original = world([failing('a', { allowFailure: true }), run('b')]);
    const { error } = original.taskRun('a');
    const taken = replayOf(original, 'b').taskRun('a');
    expect(taken).toMatchObject({ state: 'WARNING', error });
    expect(error).toBeDefined();
  });

  it('nothing that was never there', () => {
    const original = world([run('a'), run('b')]);
    original.end('a');
    const events = replayEvents(original.execution, 'r', { taskRunId: original.taskRun('b').id, nowMs: NOW_MS });
    expect(events).toEqual([
      { type: 'TaskRunCreated', taskRunId: 'r-1', taskId: 'a', atMs: NOW_MS },
      { type: 'TaskRunMoved', taskRunId: 'r-1', to: 'RUNNING', attempt: 1, atMs: NOW_MS, cause: 'REPLAY' },
      { type: 'TaskRunMoved', taskRunId: 'r-1', to: 'SUCCESS', attempt: 1, atMs: NOW_MS, cause: 'REPLAY' },
    ]);
    expect(events.every((event) => Object.values(event).every((value) => value !== undefined))).toBe(true);
  });
});

describe('a replay that leaves gaps', () => {
  it('begins a branch that was not done, and none twice', () => {
    const branch = (id: string) => control('sequential', id, [run(`${id}1`), run(`${id}2`)]);
    const original = world([control('parallel', 'p', [branch('a'), branch('b'), branch('c')])]);
    for (const id of ['a1', 'b1', 'b2', 'c1']) original.end(id);
    original.end('a2', 'FAILED');
    original.end('c2', 'FAILED');
    const it = replayOf(original, 'c2');
    expect(it.summary).toEqual(['p:RUNNING', 'b:SUCCESS', 'c:RUNNING', 'b1:SUCCESS', 'c1:SUCCESS', 'b2:SUCCESS', 'a:RUNNING', 'c2:CREATED', 'a1:CREATED']); // prettier-ignore
    for (const id of ['a1', 'a2', 'c2']) it.end(id);
    expect(it.state).toBe('SUCCESS');
    expect(it.taskRuns.filter(({ parentId }) => parentId === 'r-1')).toHaveLength(3);
  });

  it.each(['forEach', 'eachParallel'] as const)('begins an item of a %s that was not done, and none twice', (kind) => {
    const values = ['v', 'w', 'x', 'y', 'z'];
    const original = world([control(kind, 'each', [run('a')], { properties: { values, concurrencyLimit: 0 } })]);
    for (const value of ['w', 'x', 'y']) original.end('a', 'SUCCESS', undefined, value);
    const it = replayOf(original, 'a', 'y');
    expect(it.summary).toEqual(['each:RUNNING', 'a[w]:SUCCESS', 'a[x]:SUCCESS', 'a[v]:CREATED', 'a[y]:CREATED', 'a[z]:CREATED']); // prettier-ignore
    const again = replayOf(it, 'a', 'z');
    expect(again.summary).toEqual(['each:RUNNING', 'a[w]:SUCCESS', 'a[x]:SUCCESS', 'a[v]:CREATED', 'a[y]:CREATED', 'a[z]:CREATED']); // prettier-ignore
  });

  it('counts every task of every item where each is a strand', () => {
    const each = control('eachParallel', 'each', [run('a'), run('b')], { properties: { values: ['x', 'y'] } });
    const original = world([each]);
    for (const [id, value] of [['b', 'x'], ['a', 'y']] as const) original.end(id, 'SUCCESS', undefined, value); // prettier-ignore
    expect(replayOf(original, 'b', 'y').summary).toEqual(['each:RUNNING', 'b[x]:SUCCESS', 'a[y]:SUCCESS', 'a[x]:CREATED', 'b[y]:CREATED']); // prettier-ignore
  });
});

describe('a replay runs again', () => {
  it('what depends on it among other tasks of a Dag', () => {
    const dag = control('dag', 'd', [run('a'), run('b'), run('c', { dependsOn: ['a', 'b'] })]);
    const original = world([dag]);
    for (const id of ['a', 'b', 'c']) original.end(id);
    expect(replayOf(original, 'b').summary).toEqual(['d:RUNNING', 'a:SUCCESS', 'b:CREATED']);
  });

  it.each([
    ['LoopUntil', control('loopUntil', 'w', [run('a'), run('b')], { properties: { condition: 'true' } })],
    ['Pause', control('pause', 'w', { onPause: [run('a'), run('b')] })],
  ])('a whole %s', (_kind, whole) => {
    const original = world([run('first'), whole]);
    for (const id of ['first', 'a', 'b']) original.end(id);
    expect(replayOf(original, 'b').summary).toEqual(['first:SUCCESS', 'w:RUNNING', 'a:CREATED']);
  });

  it.each(['FAILED', 'KILLED'] as const)('a branch beside it that is %s', (state) => {
    const original = world([control('parallel', 'p', [run('bad'), run('good'), run('chosen')])]);
    original.end('good');
    original.end('chosen');
    original.end('bad', state);
    expect(replayOf(original, 'chosen').summary).toEqual(['p:RUNNING', 'good:SUCCESS', 'bad:CREATED', 'chosen:CREATED']); // prettier-ignore
  });

  it('a branch beside it that still runs', () => {
    const original = world([control('parallel', 'p', [run('slow'), run('good'), run('chosen')])]);
    original.end('good');
    expect(replayOf(original, 'chosen').summary).toEqual(['p:RUNNING', 'good:SUCCESS', 'slow:CREATED', 'chosen:CREATED']); // prettier-ignore
  });

  it('the handlers of what it runs again', () => {
    const group = control('sequential', 'g', { tasks: [run('a'), run('b')], finally: [say('f', 'x')] });
    const original = world([group], { errors: [say('e', 'x')] });
    original.end('a');
    original.end('b', 'FAILED');
    const it = replayOf(original, 'b');
    expect(it.summary).toEqual(['g:RUNNING', 'a:SUCCESS', 'b:CREATED']);
    it.end('b');
    expect(it.summary).toEqual(['g:SUCCESS', 'a:SUCCESS', 'b:SUCCESS', 'f:SUCCESS']);
  });
});
