import { UserError, isUserError } from '@tutti/service-kit';
import type { UserErrorData } from '@tutti/service-kit';
import { BusError } from './bus-error.ts';
import type { BusErrorCode } from './bus-error.ts';

/** Longest body, bytes. What is longer goes to internal storage and travels as a reference. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/**
 * A body as it travels: JSON, `null` for nothing.
 * @throws {UserError} MESSAGE_TOO_LARGE.
 */
export function encode(subject: string, body: unknown): Uint8Array {
  const data = Buffer.from(JSON.stringify(body) ?? 'null');
  if (data.byteLength > MAX_MESSAGE_BYTES)
    throw new UserError(
      'MESSAGE_TOO_LARGE',
      `A message for "${subject}" would be ${data.byteLength} bytes long; ${MAX_MESSAGE_BYTES} are allowed.`,
      { hint: 'Store large values as a file in internal storage and pass its URI.' },
    );
  return data;
}

/** Whether a body did not fit into a message. */
export const isTooLarge = (error: unknown): boolean => isUserError(error) && error.code === 'MESSAGE_TOO_LARGE';

/**
 * The body that was encoded.
 * @throws {BusError} BAD_MESSAGE when it is no JSON.
 */
export function decode<T>(subject: string, data: Uint8Array): T {
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')) as T;
  } catch (cause) {
    throw new BusError('BAD_MESSAGE', `A message on "${subject}" is not JSON.`, { cause });
  }
}

/** An error as the body of an answer. */
export type ErrorData = (UserErrorData & { readonly kind: 'user' }) | BusErrorData;

interface BusErrorData {
  readonly kind: 'bus';
  readonly code: BusErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** What the other side may know of an error: all of one meant for users, of a bug nothing but that there was one. */
export function encodeError(subject: string, error: unknown): ErrorData {
  if (isUserError(error)) return { kind: 'user', ...error.toJSON() };
  if (error instanceof BusError)
    return { kind: 'bus', code: error.code, message: error.message, ...(error.hint && { hint: error.hint }) };
  return { kind: 'bus', code: 'REMOTE_FAILED', message: `The responder to "${subject}" failed; its log says why.` };
}

/** The error that `encodeError` described. */
export function decodeError(data: ErrorData): UserError | BusError {
  return data.kind === 'user' ? UserError.from(data) : new BusError(data.code, data.message, data);
}
