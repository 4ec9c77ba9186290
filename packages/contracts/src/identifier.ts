const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 22;
const TIME_LENGTH = 8;

/**
 * An id for an execution: 22 characters of base 62, the first eight the time in ms, the rest chance (83 bits).
 * Later ids sort after earlier ones, so they land at the end of an index.
 */
export function newExecutionId(nowMs: number, randomBytes: (size: number) => Uint8Array): string {
  let time = '';
  for (let rest = nowMs; time.length < TIME_LENGTH; rest = Math.floor(rest / 62)) time = ALPHABET[rest % 62]! + time;
  let chance = '';
  for (const byte of randomBytes(LENGTH - TIME_LENGTH)) chance += ALPHABET[byte % 62]!;
  return time + chance;
}

/** The n-th task run of an execution (from 1). */
export const taskRunIdOf = (executionId: string, n: number): string => `${executionId}-${n}`;

/** Names one attempt of a task run to the outside world, the same however often it is asked for. */
export const attemptIdOf = (taskRunId: string, attempt: number): string => `${taskRunId}-${attempt}`;
