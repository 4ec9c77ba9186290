import { expect, it } from 'vitest';
import { EvaluationError, orEvaluationError } from './evaluate.ts';

it('hands on the fault of a flow, and throws a bug of ours as it is', () => {
  const fault = new EvaluationError('no such variable');
  const bug = new TypeError('a bug');
  const failing = (error: Error) => () => {
    throw error;
  };
  expect(orEvaluationError(() => 1)).toBe(1);
  expect(orEvaluationError(failing(fault))).toBe(fault);
  expect(() => orEvaluationError(failing(bug))).toThrow(bug);
});
