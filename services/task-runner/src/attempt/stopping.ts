import type { TaskFailure } from '@tutti/contracts';
import type { Attempt } from './attempt.ts';
import type { TaskOutcome } from './run-task.ts';

/** How long a task that was told to stop may take, ms; then it is left to itself. */
const STOP_PATIENCE_MS = 10_000;

/** The outcome of the task, or none to speak of when it was told to stop and does not. */
export async function orStopped(attempt: Attempt, running: Promise<TaskOutcome>): Promise<TaskOutcome> {
  const { signal } = attempt;
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<TaskOutcome>((resolve) => {
    const giveUp = (): void => {
      timer = setTimeout(() => resolve({ state: 'FAILED', outputs: {} }), STOP_PATIENCE_MS);
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([running, givenUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a timeout says. */
export function stoppedFailure(timeoutMs: number): TaskFailure {
  return { code: 'TASK_TIMEOUT', message: `Timeout after ${clockTime(timeoutMs)}`, retryable: true };
}

/** `00:00:00.500` */
function clockTime(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  return `${String(hours).padStart(2, '0')}:${new Date(ms % 3_600_000).toISOString().slice(14, 23)}`;
}
