/** What can go wrong between two services; a repetition may succeed, except for BAD_MESSAGE. */
export type BusErrorCode =
  | 'BUS_UNREACHABLE'
  | 'BUS_CLOSED'
  | 'BUS_TIMEOUT'
  | 'NO_RESPONDERS'
  | 'REMOTE_FAILED'
  | 'BAD_MESSAGE'
  | 'NO_STREAM'
  | 'STREAM_FULL'
  | 'STREAM_CONFLICT'
  | 'STREAM_FAILED';

/** A fault of the transport or of the other side, not of the user. */
export class BusError extends Error {
  override readonly name = 'BusError';
  readonly code: BusErrorCode;
  readonly hint?: string;

  constructor(code: BusErrorCode, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.hint) this.hint = options.hint;
  }
}
