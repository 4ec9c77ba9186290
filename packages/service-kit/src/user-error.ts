/** A place in a text the user wrote; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** The file or document, when more than one can be meant. */
  readonly source?: string;
}

/** What a `UserError` may carry beside its code and message. */
export interface UserErrorOptions {
  readonly at?: Place;
  /** The way out, as a sentence. */
  readonly hint?: string;
  /** Plain data for programs: survives the bus and reaches the API. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A `UserError` as plain data, as it crosses the bus. */
export interface UserErrorData {
  readonly code: string;
  readonly message: string;
  readonly at?: Place;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A fault that the reader can mend: a stable code, what is wrong, where, and the way out. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly code: string;
  readonly at?: Place;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: UserErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.at) this.at = options.at;
    if (options.hint) this.hint = options.hint;
    if (options.details) this.details = options.details;
  }

  /** The parts that may be shown and sent; never the cause, which may hold internals. */
  toJSON(): UserErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.at && { at: this.at }),
      ...(this.hint && { hint: this.hint }),
      ...(this.details && { details: this.details }),
    };
  }

  /** The error that `toJSON` described. */
  static from({ code, message, ...options }: UserErrorData): UserError {
    return new UserError(code, message, options);
  }
}

/** Whether this is meant for the user, also when it came from another copy of this module in the same process. */
export function isUserError(error: unknown): error is UserError {
  return error instanceof UserError || (error instanceof Error && error.name === 'UserError' && 'code' in error);
}
