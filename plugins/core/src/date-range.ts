import { TaskError, s } from '@tutti/plugin-sdk';

/** A moment, as ISO-8601 text; the task makes ms of it by `rangeMs`. */
export const moment = () => s.nonEmpty();

/** The range between two rendered moments, either of which may be open, as queries take it. @throws {TaskError} PROPERTY_INVALID */
export function rangeMs(startDate: string | undefined, endDate: string | undefined) {
  return {
    ...(startDate !== undefined && { fromMs: momentMs('startDate', startDate) }),
    ...(endDate !== undefined && { beforeMs: momentMs('endDate', endDate) }),
  };
}

/** A rendered moment as Unix ms. @throws {TaskError} PROPERTY_INVALID */
export function momentMs(name: string, text: string): number {
  const atMs = /^\d{4}-\d\d-\d\d/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new TaskError('PROPERTY_INVALID', `The property "${name}": "${text.slice(0, 100)}" is no date.`, {
    retryable: false,
    hint: `Write it as 2030-12-31T20:00:00Z, or render it: "{{ now() | dateAdd(-1, 'MONTHS') }}".`,
  });
}
