import type { TaskFailure } from '@tutti/contracts';
import { ExpressionError } from '@tutti/expressions';
import { TaskError } from '@tutti/plugin-sdk';
import { isUserError } from '@tutti/service-kit';

/** An error as the log and the journal say it. */
export interface ExplainedFailure extends TaskFailure {
  /** What to do about it. */
  readonly hint?: string;
}

/** Says what went wrong in a task. Whatever is not made for the reader is told by its message. */
export function explainFailure(error: unknown): ExplainedFailure {
  if (error instanceof TaskError) {
    const { code, message, retryable, hint } = error;
    return { code, message, retryable, ...(hint !== undefined && { hint }) };
  }
  if (error instanceof ExpressionError) {
    // What it asked for may be there by the time of a retry: a key, a file.
    const { code, message, hint } = error;
    return { code, message, retryable: true, ...(hint !== undefined && { hint }) };
  }
  if (isUserError(error))
    return { code: error.code, message: error.message, retryable: false, ...(error.hint && { hint: error.hint }) };
  if (isDiskFull(error))
    return { code: 'DISK_FULL', message: messageOf(error), retryable: true, hint: 'The disk of the runner is full.' };
  return { code: 'TASK_FAILED', message: messageOf(error), retryable: true };
}

const isDiskFull = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOSPC';

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  const cause = error.cause instanceof Error && !error.message.includes(error.cause.message) ? error.cause : undefined;
  return `${error.message || error.name}${cause ? `: ${messageOf(cause)}` : ''}`;
}
