import { describe, expect, it } from 'vitest';
import {
  CATALOGUE,
  control,
  effect,
  EXPRESSIONS,
  failing,
  flowOf,
  ifElse,
  planOf,
  run,
  say,
  World,
} from './testing.ts';
import { compile, type PureContext } from '@tutti/flow-model';
import { createExecution } from './create.ts';
import { decide } from './decide.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();

describe('what cannot be rendered', () => {
  it('fails its task for good, and says why in the log', () => {
    const it = world([ifElse('i', '{{ outputs.none.x }}', [run('a')])]);
    const { error } = it.taskRun('i');
    expect(error).toMatchObject({ code: 'EXPRESSION_FAILED', retryable: false });
    expect(it.decisions[0]!.logs).toMatchObject([{ level: 'ERROR', taskId: 'i', message: error!.message }]);
  });
});

describe('a pure task', () => {
  it('runs no more when another has ended the execution', () => {
    const it = world([control('parallel', 'p', [effect('leave', { exit: 'KILLED' }), say('other', 'x')])]);
    expect(it.summary).toEqual(['p:KILLED', 'leave:KILLED', 'other:KILLED']);
  });

  it.each([
    ['a pure task', say('a', '{{ render(vars.t) }}'), 'RunTask'],
    ['a control task', ifElse('a', '{{ render(vars.t) }}', [run('b')]), 'Evaluate'],
  ])('%s is left to others when text that is made while rendering must wait', (_what, task, type) => {
    for (const t of ["{{ later('x') }}", "{{ later('never') }}"])
      expect(world([task], { variables: { t } }).commands).toMatchObject([{ type }]);
  });

  it('sees the labels of its execution', () => {
    const evaluate = (_properties: object, { execution }: PureContext) => ({ outputs: { labels: execution.labels } });
    const plan = compile(flowOf([say('a', 'x')], { labels: { l: 'm' } }), { ...CATALOGUE, task: (type) => ({ ...CATALOGUE.task(type)!, evaluate }) }, EXPRESSIONS); // prettier-ignore
    expect(new World(plan).start().taskRun('a').outputs).toMatchObject({ labels: { l: 'm' } });
  });
});

describe('a pure task that fails', () => {
  it('says why in the log, and may be tried again', () => {
    const it = world([failing('a', { properties: { message: 'no luck' } })]);
    expect(it.taskRun('a').error).toEqual({ code: 'TASK_FAILED', message: 'no luck', retryable: true });
    expect(it.decisions[0]!.logs).toMatchObject([{ level: 'ERROR', taskId: 'a', attempt: 1, message: 'no luck' }]);
  });

  it('keeps the code of its error', () => {
    const plan = compile(flowOf([say('a', 'x')]), { ...CATALOGUE, task: (type) => ({ ...CATALOGUE.task(type)!, evaluate: throwCoded }) }, EXPRESSIONS); // prettier-ignore
    expect(new World(plan).start().taskRun('a').error).toMatchObject({ code: 'TOO_LONG', message: 'too long' });
  });
});

function throwCoded(): never {
  throw Object.assign(new Error('too long'), { code: 'TOO_LONG' });
}

it('begins no I/O within a decision', () => {
  let calls = 0;
  const call = () => Promise.resolve(String((calls += 1)));
  const expressions = EXPRESSIONS.add({
    functions: { read: { description: 'd', params: [], example: { template: '', result: '' }, waits: true, call } },
  });
  const plan = compile(flowOf([control('sequential', 's', [run('b')], { runIf: '{{ read() }}' }), say('a', '{{ read() }}')]), CATALOGUE, expressions); // prettier-ignore
  const execution = createExecution(plan, { id: 'e', inputs: {}, createdAtMs: 0 });
  const { commands } = decide(execution, { type: 'StartExecution' }, { nowMs: 0, expressions, random: () => 0 });
  expect(commands).toMatchObject([{ type: 'Evaluate' }]);
  expect(calls).toBe(0);
});
