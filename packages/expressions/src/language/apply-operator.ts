import type { Evaluation } from '../evaluation.ts';
import { valueError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { add, compute, concatenate, negate, positive, subtract } from '../values/arithmetic.ts';
import { compares, contains, equal, isIn } from '../values/equality.ts';
import { joinedText } from '../values/print.ts';
import { range } from '../values/range.ts';
import { truth } from '../values/truth.ts';

type Binary = (left: Value, right: Value, evaluation: Evaluation) => Value;

const BINARY: Readonly<Record<string, Binary>> = {
  '==': (left, right, { budget }) => equal(left, right, budget),
  equals: (left, right, { budget }) => equal(left, right, budget),
  '!=': (left, right, { budget }) => !equal(left, right, budget),
  '+': (left, right, { budget }) => add(left, right, budget),
  '-': (left, right, { budget }) => subtract(left, right, budget),
  '~': (left, right, { budget }) =>
    concatenate(left === null ? '' : joinedText(left, budget), right === null ? '' : joinedText(right, budget), budget),
  '..': (left, right, { budget }) => range(left, right, 1, budget),
  contains: (left, right, { budget }) => contains(left, right, budget),
  isIn: (left, right, { budget }) => isIn(left, right, budget),
};

/** What an operator between two evaluated operands does. */
export function binaryOperation(operator: string): Binary {
  const known = BINARY[operator];
  if (known) return known;
  if (operator === '*' || operator === '/' || operator === '%') return (left, right) => compute(operator, left, right);
  return (left, right, { budget }) => compares(operator, left, right, budget);
}

/** What an operator before one evaluated operand does. */
export function unaryOperation(operator: string): (value: Value) => Value {
  if (operator === '-') return negate;
  if (operator === '+') return positive;
  return (value) => {
    if (value === null)
      throw valueError('"not" needs a boolean, found null', { hint: 'Give a default: not (x ?? false).' });
    return !truth(value, '"not"');
  };
}
