import { TaskError, parseDuration } from '@tutti/plugin-sdk';

/**
 * How old what a cache holds may be, ms; any age when nothing is said.
 * @throws {TaskError} DURATION_INVALID.
 */
export function ttlMsOf(ttl: unknown): number {
  if (ttl === undefined) return Infinity;
  const ms = typeof ttl === 'string' ? parseDuration(ttl) : undefined;
  if (ms !== undefined) return ms;
  throw new TaskError('DURATION_INVALID', `The ttl ${JSON.stringify(ttl)} of the cache is no duration.`, {
    hint: 'Write it as ISO-8601, for example PT1H.',
    retryable: false,
  });
}
