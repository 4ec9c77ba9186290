import { BusError } from '@tutti/bus';
import { isUserError } from '@tutti/service-kit';
import type { UserError as UserErrorType } from '@tutti/service-kit';
import { errorCodeOf } from '../http/error-code.ts';
import type { ErrorCode } from '../http/error-code.ts';

/** `UserError` of the schema. */
export interface UserErrorPayload {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly path?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Runs an order: what it gives becomes the payload, a fault that the caller can mend or that may pass its `errors`. */
export async function payload<T extends object>(
  order: () => Promise<T>,
): Promise<(T | Record<never, never>) & { readonly errors: readonly UserErrorPayload[] }> {
  try {
    return { errors: [], ...(await order()) };
  } catch (error) {
    return { errors: [userErrorPayload(error)] };
  }
}

/** A fault as the schema shows it. @throws the error itself when it is a bug. */
export function userErrorPayload(error: unknown): UserErrorPayload {
  const code = errorCodeOf(error);
  if (isUserError(error)) {
    const { message, hint, at, details, code: reason } = error as UserErrorType;
    const path = typeof details?.['path'] === 'string' ? details['path'] : undefined;
    return { code, reason, message, hint, path, line: at?.line, column: at?.column };
  }
  if (error instanceof BusError && code !== 'INTERNAL')
    return { code, reason: error.code, message: error.message, hint: error.hint };
  throw error;
}
