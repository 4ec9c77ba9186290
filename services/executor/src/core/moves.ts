import type { ExecutionState, TaskRunState } from '@tutti/contracts';

/**
 * Every move an execution may make; any other is a bug, and folding it throws.
 * `docs/reference/states.md` is generated from these tables.
 */
export const EXECUTION_MOVES = {
  CREATED: ['QUEUED', 'RUNNING', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  QUEUED: ['RUNNING', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  RUNNING: ['PAUSED', 'RETRYING', 'KILLING', 'RETRIED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  PAUSED: ['RUNNING', 'RESTARTED', 'RETRYING', 'KILLING', 'RETRIED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'], // prettier-ignore
  RETRYING: ['RUNNING', 'PAUSED', 'KILLING', 'RETRIED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  RESTARTED: ['RUNNING', 'PAUSED', 'RETRYING', 'KILLING', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  KILLING: ['KILLED', 'CANCELLED', 'FAILED'],
  RETRIED: [],
  KILLED: ['RESTARTED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  CANCELLED: ['RESTARTED', 'KILLED', 'SUCCESS', 'WARNING', 'FAILED'],
  SUCCESS: ['RESTARTED', 'KILLED', 'CANCELLED', 'WARNING', 'FAILED'],
  WARNING: ['RESTARTED', 'KILLED', 'CANCELLED', 'SUCCESS', 'FAILED'],
  FAILED: ['RESTARTED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING'],
} as const satisfies Record<ExecutionState, readonly ExecutionState[]>;

/** The same for task runs. To CREATED, RESTARTED or RUNNING from an ended state only when the execution is restarted. */
export const TASK_RUN_MOVES = {
  CREATED: ['SUBMITTED', 'RUNNING', 'PAUSED', 'RETRYING', 'RETRIED', 'KILLING', 'KILLED', 'CANCELLED', 'SKIPPED', 'SUCCESS', 'WARNING', 'FAILED'], // prettier-ignore
  SUBMITTED: ['RUNNING', 'KILLING', 'KILLED', 'SUCCESS', 'WARNING', 'FAILED'],
  RUNNING: ['CREATED', 'PAUSED', 'RETRYING', 'RETRIED', 'KILLING', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'], // prettier-ignore
  PAUSED: ['RUNNING', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  RETRYING: ['CREATED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  RESTARTED: ['RUNNING', 'PAUSED', 'RETRYING', 'RETRIED', 'KILLING', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'], // prettier-ignore
  KILLING: ['KILLED', 'SUCCESS', 'WARNING', 'FAILED'],
  RETRIED: [],
  SKIPPED: ['RESTARTED', 'SUCCESS', 'WARNING', 'FAILED'],
  KILLED: ['RESTARTED', 'SUCCESS', 'WARNING', 'FAILED'],
  CANCELLED: ['RESTARTED', 'SUCCESS', 'WARNING', 'FAILED'],
  SUCCESS: ['RESTARTED', 'WARNING', 'FAILED'],
  WARNING: ['RESTARTED', 'SUCCESS', 'FAILED'],
  FAILED: ['RESTARTED', 'SUCCESS', 'WARNING'],
} as const satisfies Record<TaskRunState, readonly TaskRunState[]>;

const ENDED: ReadonlySet<string> = new Set(['RETRIED', 'SKIPPED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED']); // prettier-ignore

/** Whether an execution or a task run in this state is over, unless somebody restarts it. */
export const isEnded = (state: ExecutionState | TaskRunState): boolean => ENDED.has(state);

/** @throws {Error} when the table has no such move; that is a bug of ours, never a user's fault. */
export function checkMove<State extends string>(
  moves: Readonly<Record<State, readonly State[]>>,
  from: State,
  to: State,
): void {
  if (!moves[from].includes(to)) throw new Error(`Not a move: ${from} to ${to}.`);
}
