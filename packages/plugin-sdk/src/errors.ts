/** What went wrong in a task, said to the person who wrote the flow. */
export interface TaskErrorOptions {
  /** What to do about it. */
  readonly hint?: string;
  /** False when trying again cannot help; true when absent. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The error a task throws when the reader of the log can mend it. `code` is stable and documented. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: TaskErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? true;
  }
}
