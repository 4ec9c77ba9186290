import type { ExecutionState, TaskRunState } from '@tutti/contracts';

/**
 * Every move an execution may make; any other is a bug, and folding it throws.
 * `docs/reference/states.md` is generated from these tables.
 */
export const EXECUTION_MOVES = {
  CREATED: ['QUEUED', 'RUNNING', 'KILLED', 'CANCELLED', 'SUCCESS', 'FAILED'],
  QUEUED: ['RUNNING', 'KILLED', 'CANCELLED', 'SUCCESS', 'FAILED'],
  RUNNING: ['PAUSED', 'RETRYING', 'KILLING', 'RETRIED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  PAUSED: ['RUNNING', 'RESTARTED', 'RETRYING', 'KILLING', 'RETRIED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'], // prettier-ignore
  RETRYING: ['RUNNING', 'PAUSED', 'KILLING', 'RETRIED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  RESTARTED: ['RUNNING'],
  KILLING: ['KILLED'],
  RETRIED: [],
  KILLED: ['RESTARTED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'],
  CANCELLED: ['RESTARTED', 'KILLED', 'SUCCESS', 'WARNING', 'FAILED'],
  SUCCESS: ['RESTARTED', 'KILLED', 'CANCELLED', 'WARNING', 'FAILED'],
  WARNING: ['RESTARTED', 'KILLED', 'CANCELLED', 'SUCCESS', 'FAILED'],
  FAILED: ['RESTARTED', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING'],
} as const satisfies Record<ExecutionState, readonly ExecutionState[]>;

/**
 * The same for task runs. From an ended state only when the execution is restarted, or by a user's hand.
 * SUBMITTED is a word of the contract that the core has no use for: a task run waits for its runner as CREATED.
 */
export const TASK_RUN_MOVES = {
  CREATED: ['RUNNING', 'KILLED', 'SKIPPED'],
  SUBMITTED: [],
  RUNNING: ['CREATED', 'PAUSED', 'RETRYING', 'RETRIED', 'KILLING', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED'], // prettier-ignore
  PAUSED: ['RUNNING', 'KILLED', 'CANCELLED'],
  RETRYING: ['CREATED', 'KILLED'],
  RESTARTED: ['RUNNING', 'KILLED', 'SKIPPED'],
  KILLING: ['KILLED', 'SUCCESS', 'WARNING', 'FAILED'],
  RETRIED: [],
  SKIPPED: ['SUCCESS', 'WARNING', 'FAILED'],
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
