import { describe, expect, it } from 'vitest';
import { control, planOf, run, World } from './testing.ts';
import { fixedTimeoutMs, workContext } from './work.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const outputsOf = (it: World, taskId: string) => workContext(it.execution, it.taskRun(taskId))['outputs'];

describe('workContext', () => {
  it('holds the outputs that are referred to, and no others', () => {
    const it = world([run('a'), run('b'), run('c', { properties: { x: ['{{ outputs.a.n }}'] } })]);
    for (const id of ['a', 'b']) it.end(id, 'SUCCESS', { n: 1 });
    expect(outputsOf(it, 'c')).toEqual({ a: { n: 1 } });
  });

  it('holds all of them where only rendering can tell', () => {
    const it = world([run('first'), run('c', { properties: { x: '{{ render(vars.t) }}' } })]);
    it.end('first', 'SUCCESS', { n: 1 });
    expect(outputsOf(it, 'c')).toEqual({ first: { n: 1 } });
  });

  it.each([
    ['{{ outputs.a[taskrun.value].n }}', { a: { y: { n: 'y' } } }],
    ["{{ outputs['a'][taskrun.value].n }}", { a: { y: { n: 'y' } } }],
    ['{{ outputs.a[taskrun.value].n }} {{ outputs.a | length }}', { a: { x: { n: 'x' }, y: { n: 'y' } } }],
    ["{{ outputs.a['x'].n }}", { a: { x: { n: 'x' }, y: { n: 'y' } } }],
  ])('within a loop narrows %s to what it can mean', (template, outputs) => {
    const loop = control('forEach', 'each', [run('a'), run('b', { properties: { t: template } })], { properties: { values: ['x', 'y'] } }); // prettier-ignore
    const it = world([loop]);
    for (const value of ['x', 'y']) {
      it.end('a', 'SUCCESS', { n: value }, value);
      if (value === 'x') it.end('b', 'SUCCESS', undefined, value);
    }
    expect(outputsOf(it, 'b')).toEqual(outputs);
  });

  it('is plain JSON', () => {
    const a = run('a', { properties: { x: '{{ outputs.none.x }}' } });
    const it = world([control('forEach', 'each', [a], { properties: { values: ['x'] } })], { inputs: [{ id: 'i', type: 'STRING', required: false, properties: {} }] }); // prettier-ignore
    const context = workContext(it.execution, it.taskRun('a'), { globals: { g: 1 } });
    expect(JSON.parse(JSON.stringify(context))).toMatchObject({
      globals: { g: 1 },
      flow: { id: 'f', namespace: 'n', revision: 1 },
      execution: { id: 'e', state: 'RUNNING' },
      task: { id: 'a' },
      taskrun: { id: 'e-2', value: 'x', iteration: 0, attemptsCount: 0, startDate: '2025-01-31T00:00:00.000Z' },
      inputs: {},
    });
    expect(Object.values(context)).not.toContain(undefined);
    expect(Object.keys(context['outputs'] as object)).toEqual([]);
    expect(Object.keys(context)).not.toContain('tasks');
  });
});

it('tells the timeout of a task where it needs no rendering', () => {
  const timeoutOf = (more: object) => fixedTimeoutMs(run('a', more));
  expect(timeoutOf({ timeout: 'PT2S' })).toBe(2_000);
  expect(timeoutOf({ timeout: '{{ inputs.t }}' })).toBeUndefined();
  expect(timeoutOf({})).toBeUndefined();
});
