import { BusError } from '@tutti/bus';
import { isUserError } from '@tutti/service-kit';

/** Kinds of faults that the API tells apart; `ErrorCode` of the schema. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'COST_LIMIT_EXCEEDED'
  | 'TOO_LARGE'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'INTERNAL';

const BY_REASON: Readonly<Record<string, ErrorCode>> = {
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  HOST_FORBIDDEN: 'FORBIDDEN',
  ORIGIN_FORBIDDEN: 'FORBIDDEN',
  RATE_LIMITED: 'RATE_LIMITED',
  FLOW_UNKNOWN: 'NOT_FOUND',
  EXECUTION_UNKNOWN: 'NOT_FOUND',
  TASK_RUN_UNKNOWN: 'NOT_FOUND',
  TRIGGER_UNKNOWN: 'NOT_FOUND',
  REVISION_UNKNOWN: 'NOT_FOUND',
  NAMESPACE_UNKNOWN: 'NOT_FOUND',
  QUERY_TOO_COSTLY: 'COST_LIMIT_EXCEEDED',
  BUS_TIMEOUT: 'TIMEOUT',
  WAIT_TIMEOUT: 'TIMEOUT',
  NO_RESPONDERS: 'UNAVAILABLE',
  BUS_CLOSED: 'UNAVAILABLE',
  BUS_UNREACHABLE: 'UNAVAILABLE',
  DATABASE_UNREACHABLE: 'UNAVAILABLE',
};

/** Endings that codes of all services share. */
const BY_ENDING: readonly (readonly [RegExp, ErrorCode])[] = [
  [/_NOT_FOUND$/, 'NOT_FOUND'],
  [/_TOO_LARGE$/, 'TOO_LARGE'],
  [/_(EXISTS|CONFLICT|DISABLED|ENDED|LOCKED|NOT_[A-Z]*(PAUSED|RUNNING|WAITING|QUEUED|LOCKED))$/, 'CONFLICT'],
  [/_UNREACHABLE$/, 'UNAVAILABLE'],
];

/** The kind of a fault. What is meant for users and fits nothing else is wrong input; what is not, is a bug. */
export function errorCodeOf(error: unknown): ErrorCode {
  if (error instanceof BusError) return BY_REASON[error.code] ?? 'INTERNAL';
  return isUserError(error) ? errorCodeOfReason(error.code) : 'INTERNAL';
}

/** The kind of the fault that a `UserError` with this code tells of. */
export function errorCodeOfReason(reason: string): ErrorCode {
  return BY_REASON[reason] ?? BY_ENDING.find(([ending]) => ending.test(reason))?.[1] ?? 'BAD_USER_INPUT';
}
