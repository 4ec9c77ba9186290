import type { TaskFailure } from '@tutti/contracts';
import { TaskError, parseDuration } from '@tutti/plugin-sdk';
import type { Rendering } from '../context/rendering.ts';

/**
 * How long an attempt of a task may take, ms; for ever when it has no timeout.
 * @throws {TaskError} TIMEOUT_INVALID.
 */
export async function timeoutMsOf(rendering: Rendering, timeout: string | undefined): Promise<number | undefined> {
  if (timeout === undefined) return undefined;
  const rendered = await rendering.text(timeout);
  const ms = typeof rendered === 'string' ? parseDuration(rendered) : undefined;
  if (ms !== undefined && ms > 0) return ms;
  throw new TaskError('TIMEOUT_INVALID', `The timeout "${JSON.stringify(rendered)}" is no duration.`, {
    hint: 'Write it as ISO-8601, for example PT30S.',
    retryable: false,
  });
}

/** What a timeout says. */
export const timeoutFailure = (timeoutMs: number): TaskFailure => ({
  code: 'TASK_TIMEOUT',
  message: `Timeout after ${clockTime(timeoutMs)}`,
  retryable: true,
});

/** `00:00:00.500` */
function clockTime(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  return `${String(hours).padStart(2, '0')}:${new Date(ms % 3_600_000).toISOString().slice(14, 23)}`;
}
