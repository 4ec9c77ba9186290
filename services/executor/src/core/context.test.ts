import { describe, expect, it } from 'vitest';
import { contextOf } from './context.ts';
import { control, failing, ifElse, planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const variablesOf = (it: World, taskId: string, value?: string) => contextOf(it.execution, it.taskRun(taskId, value));

describe('contextOf', () => {
  it('names the flow, the execution, variables and labels', () => {
    const it = world([run('a')], { variables: { v: 1 }, labels: { team: 'x', 'a.b': 'y' } });
    expect(contextOf(it.execution, undefined, { globals: { g: 1 } })).toMatchObject({
      globals: { g: 1 },
      flow: { id: 'f', namespace: 'n', revision: 1 },
      execution: { id: 'e', state: 'RUNNING', startDate: '2025-01-31T00:00:00.000Z', originalId: 'e' },
      vars: { v: 1 },
      labels: { team: 'x', a: { b: 'y' }, system: { correlationId: 'e' } },
      outputs: {},
      tasks: { a: { state: 'CREATED' } },
    });
  });

  it('leaves out inputs where none are declared, and a trigger where there was none', () => {
    expect(Object.keys(contextOf(world([run('a')]).execution))).not.toEqual(expect.arrayContaining(['inputs']));
    const triggered = new World(planOf([run('a')]), { trigger: { id: 't', type: 's', variables: { date: 'd' } } });
    expect(contextOf(triggered.execution)['trigger']).toEqual({ date: 'd' });
    expect(contextOf(world([run('a')]).execution)).not.toHaveProperty('trigger');
  });

  it('names parents only within something that has a value or outputs', () => {
    const plain = world([control('sequential', 's', [run('a')])]);
    for (const name of ['parent', 'parents', 'item']) expect(Object.keys(variablesOf(plain, 'a'))).not.toContain(name);
    const loop = control('forEach', 'each', [ifElse('i', 'true', [run('a')])], { properties: { values: ['x'] } });
    const it = world([control('forEach', 'outer', [loop], { properties: { values: ['o'] } })]);
    expect(variablesOf(it, 'a')).toMatchObject({
      parent: { taskrun: { value: 'x' }, outputs: { evaluationResult: true } },
      parents: [{ taskrun: { value: 'x' }, outputs: { evaluationResult: true } }, { taskrun: { value: 'o' } }],
      item: { value: 'x', index: 0, parent: { value: 'o', index: 0 }, parents: [{ value: 'o', index: 0 }] },
    });
  });

  it('tells a task its type as written, and where it stands', () => {
    const written = run('b', { typeAsWritten: 'io.kestra.plugin.run' });
    const it = world([control('sequential', 's', [run('a'), written])]);
    it.end('a');
    expect(variablesOf(it, 'a')).toMatchObject({ task: { id: 'a', type: 'run' }, taskrun: { parentId: 'e-1' } });
    expect(variablesOf(it, 'b')).toMatchObject({ task: { id: 'b', type: 'io.kestra.plugin.run' } });
    expect(Object.keys(variablesOf(world([run('a')]), 'a')['taskrun'] as object)).not.toContain('parentId');
  });

  it('nests labels by the dots of their keys', () => {
    const it = world([run('a')], { labels: { 'a.b': '1', 'a.c.d': '2', e: 'text', 'e.f': '3' } });
    expect(contextOf(it.execution)['labels']).toMatchObject({ a: { b: '1', c: { d: '2' } }, e: { f: '3' } });
  });

  it('names as item that of the loop around, not the round of a LoopUntil', () => {
    const until = control('loopUntil', 'u', [run('a')], { properties: { condition: 'true' } });
    const it = world([control('forEach', 'each', [until], { properties: { values: ['x'] } })]);
    expect(variablesOf(it, 'a')['item']).toEqual({ value: 'x', index: 0 });
  });

  it('shows tasks that have run and have no outputs as empty maps, control tasks from their beginning', () => {
    const it = new World(
      planOf([run('a'), run('b', { runIf: 'false' }), control('sequential', 's', [run('c')])]),
    ).start();
    it.end('a');
    it.claim('c');
    const outputs = () => contextOf(it.execution).outputs;
    expect(outputs()).toEqual({ a: {}, s: {} });
    expect(it.reloaded()).toEqual(it.execution);
    it.end('c', 'SUCCESS', { n: 1 });
    expect(outputs()).toEqual({ a: {}, s: {}, c: { n: 1 } });
  });

  it('hides from an iteration what only others have put out', () => {
    const loop = control('forEach', 'each', [run('a'), run('b')], { properties: { values: ['x', 'x'] } });
    const it = world([loop]);
    it.end('a', 'SUCCESS', { n: 1 });
    expect(Object.keys(variablesOf(it, 'b')['outputs'] as object)).toEqual(['a', 'each']);
    it.end('b', 'SUCCESS', { n: 1 });
    expect(Object.keys(variablesOf(it, 'a')['outputs'] as object)).toEqual(['each']);
  });

  it('tells the states of tasks, within loops by value', () => {
    const it = world([say('a', ''), control('forEach', 'each', [run('b')], { properties: { values: ['x'] } })]);
    expect(contextOf(it.execution)['tasks']).toEqual({ a: { state: 'SUCCESS' }, each: { state: 'RUNNING' }, b: { x: { state: 'CREATED' } } }); // prettier-ignore
  });

  it('tells handlers what failed, each its own', () => {
    const group = control('sequential', 'g', { tasks: [failing('x', { properties: { message: 'inner' } })], errors: [say('h', '{{ error.taskId }} {{ error.message }}')] }, { allowFailure: true }); // prettier-ignore
    const it = world([group, failing('y', { properties: { message: 'outer' } })], { errors: [say('top', '{{ error.taskId }} {{ error.message }}')] }); // prettier-ignore
    expect(it.taskRun('h').outputs).toEqual({ value: 'x inner' });
    expect(it.taskRun('top').outputs).toEqual({ value: 'y outer' });
    expect(contextOf(world([run('a')]).execution)['error']).toBeNull();
    expect(contextOf(it.execution)['error']).toMatchObject({ taskId: 'y', message: 'outer' });
  });

  it('tells handlers what failed from within a group of theirs, too', () => {
    const it = world([failing('x')], { errors: [control('sequential', 'g', [say('h', '{{ error.taskId }}')])] });
    expect(it.taskRun('h').outputs).toEqual({ value: 'x' });
  });
});
