import { TaskError } from '@tutti/plugin-sdk';
import { isUserError } from '@tutti/service-kit';

/** Throws what another service answered as an error of the task; any other fault as it is. */
export function asTaskError(error: unknown): never {
  if (!isUserError(error)) throw error;
  throw new TaskError(error.code, error.message, { retryable: false, cause: error, ...(error.hint && { hint: error.hint }) }); // prettier-ignore
}
