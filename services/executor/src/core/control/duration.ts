import type { Json } from '@tutti/contracts';
import { parseDuration } from '@tutti/flow-model';
import { EvaluationError, textOf } from '../evaluate.ts';

/**
 * A rendered ISO-8601 duration in ms (numbers are seconds, as they print in the language); nothing when it is absent.
 * @throws {EvaluationError} when it is none
 */
export function durationMs(property: string, value: Json | undefined): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const ms = typeof value === 'number' ? value * 1000 : parseDuration(textOf(value));
  if (ms === undefined)
    throw new EvaluationError(`"${property}" must be an ISO-8601 duration such as PT30S, not ${textOf(value)}.`, 'DURATION_INVALID'); // prettier-ignore
  return ms;
}
