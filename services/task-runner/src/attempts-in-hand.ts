import { attemptIdOf, type RunTask } from '@tutti/contracts';

/**
 * The attempts that this runner is claiming or carrying out. A message comes again when its acknowledgement is lost (a
 * crash of the bus), and the executor grants an attempt again to the runner that has it, for its reply may be what was
 * lost. So it is for the runner to know that it is at it already.
 */
export class AttemptsInHand {
  readonly #ids = new Set<string>();

  /** Whether the attempt was not in hand; from now on it is, until it is let go. */
  take(attempt: Pick<RunTask, 'taskRunId' | 'attempt'>): boolean {
    const id = idOf(attempt);
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    return true;
  }

  letGo(attempt: Pick<RunTask, 'taskRunId' | 'attempt'>): void {
    this.#ids.delete(idOf(attempt));
  }
}

const idOf = ({ taskRunId, attempt }: Pick<RunTask, 'taskRunId' | 'attempt'>): string =>
  attemptIdOf(taskRunId, attempt);
