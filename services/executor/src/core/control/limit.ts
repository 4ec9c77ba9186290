import type { Json } from '@tutti/contracts';
import { EvaluationError } from '../evaluate.ts';
import type { TaskRun } from '../state.ts';

/**
 * How many strands may run at the same time, from a rendered property; 0 is any number.
 * @throws {EvaluationError} when it is no whole number from 0
 */
export function limitOf(property: string, value: Json | undefined): number {
  const limit = Number(value);
  if (value === null || value === '' || !Number.isInteger(limit) || limit < 0)
    throw new EvaluationError(
      `"${property}" must be a whole number from 0, not ${JSON.stringify(value)}.`,
      'LIMIT_INVALID',
    );
  return limit;
}

/** Whether one more strand may begin beside those that run. */
export const hasRoom = ({ note: { limit = 0 }, tally }: TaskRun): boolean => limit === 0 || tally.open < limit;
