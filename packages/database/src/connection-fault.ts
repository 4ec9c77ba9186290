import { setTimeout } from 'node:timers/promises';
import { UserError } from '@tutti/service-kit';

/** Codes of the operating system and of PostgreSQL (classes 08 and 57P) for "there is no connection". */
const LOST =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|08...|57P0[1-3])$/;
const LOST_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Whether this error says that the connection is gone; the statement may have been executed or not. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && LOST.test(String(error.code))) || LOST_MESSAGE.test(error.message);
}

/** How long to go on trying. */
export interface RetryOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Told before each pause. */
  readonly onRetry?: (error: unknown, pauseMs: number) => void;
}

/**
 * Does the work again, with growing pauses, while the connection to the database is lost.
 * For work that may be done twice: a statement whose confirmation was lost may have been executed.
 * @throws {UserError} DATABASE_UNREACHABLE when the time is over.
 */
export async function retryOnConnectionLoss<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const deadlineMs = Date.now() + options.timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionLoss(error) || options.signal?.aborted) throw error;
      if (Date.now() + pauseMs > deadlineMs) throw unreachable(error, options.timeoutMs);
      options.onRetry?.(error, pauseMs);
      await setTimeout(pauseMs);
    }
  }
}

function unreachable(cause: unknown, timeoutMs: number): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError('DATABASE_UNREACHABLE', `PostgreSQL could not be reached for ${timeoutMs} ms: ${reason}`, {
    hint: 'Is the server running, and does TUTTI_DATABASE_URL name it?',
    cause,
  });
}
