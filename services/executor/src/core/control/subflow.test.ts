import { describe, expect, it } from 'vitest';
import type { Input } from '../messages.ts';
import { planOf, World } from '../testing.ts';

const call = (properties: object = {}) => ({ id: 'c', type: 'subflow', properties: { namespace: 'n', flowId: 'g', ...properties } }); // prettier-ignore
const world = (properties: object = {}, flow: Parameters<typeof planOf>[1] = {}) => new World(planOf([call(properties)], flow)).start(); // prettier-ignore
const NEWS = { type: 'SubflowMoved', taskRunId: 'e-1', attempt: 1, index: 0, executionId: 'x' } as const;

describe('what a subflow is started with', () => {
  it.each([
    [{ revision: 3 }, { revision: 3 }],
    [{ revision: '3' }, { revision: 3 }],
    [{ inputs: { a: 1 } }, { inputs: { a: 1 } }],
    [{ labels: [{ key: 'k', value: 1 }] }, { labels: [{ key: 'system.correlationId', value: 'e' }, { key: 'k', value: '1' }] }], // prettier-ignore
  ])('of %j is %j', (properties, started) => {
    expect(world(properties).commands).toMatchObject([{ type: 'StartSubflow', ...started }]);
  });

  it('leaves out what there is not', () => {
    for (const nothing of [undefined, null, '']) {
      const [command] = world({ scheduleDate: nothing }).commands;
      expect(command).toMatchObject({ inputs: {}, wait: true });
      expect(Object.keys(command!)).not.toEqual(expect.arrayContaining(['scheduleAtMs']));
    }
    for (const nothing of [undefined, null]) {
      const [command] = world({ revision: nothing, inputs: nothing, labels: nothing, wait: nothing }).commands;
      for (const name of ['revision', 'inheritedLabels']) expect(Object.keys(command!)).not.toContain(name);
    }
  });

  it('is remembered as it was rendered, and no more', () => {
    expect(world({ flowId: "{{ 'g' }}" }).taskRun('c').note.values).toStrictEqual({ namespace: 'n', flowId: 'g' });
  });

  it('hands on the labels of the execution when asked to', () => {
    const labels = { team: 'a' };
    const inherited = [{ key: 'system.correlationId', value: 'e' }, { key: 'team', value: 'a' }]; // prettier-ignore
    expect(world({ inheritLabels: true }, { labels }).commands).toMatchObject([{ inheritedLabels: inherited }]);
    expect(world({}, { labels }).commands[0]).not.toHaveProperty('inheritedLabels');
  });

  it.each([[[]], ['text'], [['a']], [1]])('is no map when it is %j', (inputs) => {
    expect(world({ inputs }).taskRun('c').error).toMatchObject({ code: 'SUBFLOW_INVALID' });
  });
});

describe('the log of a subflow', () => {
  const logsOf = (state: 'CREATED' | 'SUCCESS' | 'WARNING' | 'FAILED') => {
    const it = world();
    if (state !== 'CREATED') it.send({ ...NEWS, state: 'CREATED' });
    return it.send({ ...NEWS, state }).logs.map(({ level, message, taskId }) => `${taskId} ${level} ${message}`);
  };

  it('says what was created, and how it ended when not well', () => {
    expect(logsOf('CREATED')).toEqual(['c INFO Created new execution x']);
    expect(logsOf('SUCCESS')).toEqual([]);
    expect(logsOf('WARNING')).toEqual(['c WARN Subflow execution x ends in WARNING state']);
    expect(logsOf('FAILED')).toEqual(['c ERROR The execution x of the subflow ended as FAILED.']);
  });

  it('says why there is no child', () => {
    const news: Input = { ...NEWS, state: 'FAILED', error: 'no such flow' };
    expect(world().send(news).logs).toMatchObject([{ level: 'ERROR', message: 'no such flow', taskId: 'c' }]);
  });
});

it('a kill that cascades kills the child', () => {
  const it = world();
  it.send({ ...NEWS, state: 'RUNNING' });
  const { commands } = it.send({ type: 'KillExecution', cascade: true });
  expect(commands).toEqual([{ type: 'KillSubflows', id: 'e-1/kill-subflow/1', executionIds: ['x'] }]);
});

describe('the end of a subflow', () => {
  it('that failed may be tried again', () => {
    const failed = world();
    failed.send({ ...NEWS, state: 'FAILED' });
    expect(failed.taskRun('c').error).toMatchObject({ code: 'SUBFLOW_FAILED', retryable: true });
    const missing = world();
    missing.send({ ...NEWS, state: 'FAILED', error: 'not now' });
    expect(missing.taskRun('c').error).toMatchObject({ code: 'SUBFLOW_NOT_CREATED', retryable: true });
  });

  it('that went well leaves no error, and no outputs where there are none', () => {
    const it = world();
    it.send({ ...NEWS, state: 'SUCCESS', outputs: {} });
    expect(it.taskRun('c').outputs).toEqual({ executionId: 'x', state: 'SUCCESS' });
    expect(it.taskRun('c')).not.toHaveProperty('error');
    expect(it.taskRun('c').outputs).not.toHaveProperty('outputs');
  });
});
