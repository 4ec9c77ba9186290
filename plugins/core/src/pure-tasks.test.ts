import { evaluateTask } from '@tutti/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { echo } from './debug/echo.ts';
import { returnTask } from './debug/return.ts';
import { assert } from './execution/assert.ts';
import { exit } from './execution/exit.ts';
import { fail } from './execution/fail.ts';
import { labels } from './execution/labels.ts';
import { setVariables } from './execution/set-variables.ts';
import { unsetVariables } from './execution/unset-variables.ts';
import { log } from './log/log.ts';
import { outputValues } from './output/output-values.ts';
import { isTruthy } from './truth.ts';

describe('Log', () => {
  it('writes one line, or one for each of a list', () => {
    expect(evaluateTask(log, { message: 'a' }).logs).toEqual([{ level: 'INFO', message: 'a' }]);
    expect(evaluateTask(log, { message: ['a', 1, { b: 2 }], level: 'WARN' }).logs).toEqual([
      { level: 'WARN', message: 'a' },
      { level: 'WARN', message: '1' },
      { level: 'WARN', message: '{"b":2}' },
    ]);
  });

  it('takes the text of a list as one line', () =>
    expect(evaluateTask(log, { message: '["a", "b"]' }).logs).toEqual([{ level: 'INFO', message: '["a", "b"]' }]));
});

it('Echo writes a line', () =>
  expect(evaluateTask(echo, { format: 'a', level: 'ERROR' }).logs).toEqual([{ level: 'ERROR', message: 'a' }]));

it('Return gives what it was given, and measures it', () => {
  expect(evaluateTask(returnTask, { format: 'abc' })).toMatchObject({
    outputs: { value: 'abc' },
    metrics: [{ name: 'length', value: 3 }, { name: 'duration' }],
  });
  expect(evaluateTask(returnTask, {}).outputs).toBeUndefined();
});

it('OutputValues gives values as they are', () => {
  expect(evaluateTask(outputValues, { values: { a: '1', b: [{ c: true }] } }).outputs).toEqual({ values: { a: '1', b: [{ c: true }] } }); // prettier-ignore
  expect(evaluateTask(outputValues, {}).outputs).toEqual({});
});

describe('Fail', () => {
  it('fails always, or when its condition holds', () => {
    expect(() => evaluateTask(fail, {})).toThrow('Task failure');
    expect(() => evaluateTask(fail, { condition: 'true', errorMessage: 'no' })).toThrow('no');
    expect(evaluateTask(fail, { condition: 'false' })).toEqual({});
  });
});

describe('Labels', () => {
  it.each([
    [{ a: 1, b: 'x' }],
    [
      [
        { key: 'a', value: 1 },
        { key: 'b', value: 'x' },
      ],
    ],
    ['{"a": 1, "b": "x"}'],
  ])('takes %j', (given) => expect(evaluateTask(labels, { labels: given }).labels).toEqual({ a: '1', b: 'x' }));

  it('leaves those of the engine alone', () =>
    expect(() => evaluateTask(labels, { labels: { 'system.correlationId': 'x' } })).toThrow('system.correlationId'));

  it('refuses a label without a value', () =>
    expect(() => evaluateTask(labels, { labels: { a: null } })).toThrow('The property "labels'));
});

describe('variables', () => {
  it('are set, and only anew when they may be', () => {
    expect(evaluateTask(setVariables, { variables: { a: 1 } }).setVariables).toEqual({ a: 1 });
    const again = () =>
      evaluateTask(setVariables, { variables: { a: 2, b: 1 }, overwrite: false }, { variables: { a: 1 } });
    expect(again).toThrow('These variables exist already: a.');
  });

  it('are taken away, and may be missing only when that is said', () => {
    const unset = (ignoreMissing: boolean) =>
      evaluateTask(unsetVariables, { variables: ['a', 'b'], ignoreMissing }, { variables: { a: 1 } });
    expect(unset(true).unsetVariables).toEqual(['a', 'b']);
    expect(() => unset(false)).toThrow('These variables do not exist: b.');
  });
});

describe('Exit', () => {
  it.each([
    [{}, 'SUCCESS'],
    [{ state: 'FAILED' }, 'FAILED'],
    [{ state: 'CANCELED' }, 'CANCELLED'],
  ])('%j ends as %s', (properties, state) => expect(evaluateTask(exit, properties)).toEqual({ exit: state }));
});

describe('Assert', () => {
  const conditions = ['{{ vars.n > 0 }}', '{{ vars.n > 5 }}', '0'];

  it('counts what holds', () =>
    expect(evaluateTask(assert, { conditions: conditions.slice(0, 1) }, { variables: { n: 1 } })).toEqual({
      metrics: [
        { name: 'success', type: 'counter', value: 1 },
        { name: 'failed', type: 'counter', value: 0 },
      ],
    }));

  it('names what does not, as it is written', () =>
    expect(evaluateTask(assert, { conditions, errorMessage: 'Too few.' }, { variables: { n: 1 } })).toMatchObject({
      state: 'FAILED',
      logs: [
        { message: 'Assertion `{{ vars.n > 5 }}` failed!' },
        { message: 'Assertion `0` failed!' },
        { message: '2 assertions failed!\nToo few.' },
      ],
    }));
});

it.each([
  ['', false],
  [' false ', false],
  ['0', false],
  ['-0', false],
  [null, false],
  [0, false],
  ['False', true],
  ['0.0', true],
  ['no', true],
  [[], true],
])('%j counts as %s', (value, expected) => expect(isTruthy(value)).toBe(expected));
