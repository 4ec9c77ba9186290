import type { Json } from '@tutti/contracts';
import type { Draft } from '../draft.ts';
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

/** The number of the strand that begins next, from 0. */
export const nextNumber = ({ note: { strands }, tally: { started } }: TaskRun): number => strands?.[started] ?? started;

/** Whether one more strand may begin beside those that run. One between two of its tasks counts as running. */
export function hasRoom(draft: Draft, { id, note: { limit = 0 } }: TaskRun): boolean {
  return limit === 0 || draft.openStrands(id) < limit;
}
