import type { TaskOutcome } from './run-task.ts';

/** How long a task that was told to stop may take, ms; then it is left to itself. */
const STOP_PATIENCE_MS = 10_000;

/** The outcome of the task, or none to speak of when it was told to stop and does not. */
export async function orStopped(signal: AbortSignal, running: Promise<TaskOutcome>): Promise<TaskOutcome> {
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
