import type { JsonMap, TaskFailure, TaskRunState } from '@tutti/contracts';
import type { Retry, TaskDefinition } from '@tutti/flow-model';
import type { Draft } from './draft.ts';
import type { Command } from './messages.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { ExecutionNote, TaskRun } from './state.ts';

export interface AttemptResult {
  readonly state: TaskRunState;
  readonly outputs?: JsonMap | undefined;
  readonly error?: TaskFailure | undefined;
}

/** Ends one attempt: the task run is tried again where its retry says so, or ends with it. */
export function attemptEnded(draft: Draft, taskRun: TaskRun, result: AttemptResult): void {
  const { retry, kind, control } = draft.node(taskRun);
  const isRetried = kind !== 'control' || control === 'subflow';
  const delayMs = retry && isRetried && result.state === 'FAILED' ? delayBefore(draft, taskRun, retry) : undefined;
  if (delayMs === undefined)
    return finish(draft, taskRun, afterRetries(taskRun, retry, result.state), result, result.state);
  if (retry!.behavior === 'CREATE_NEW_EXECUTION') return retryExecution(draft, taskRun, delayMs, result);
  const dueAtMs = draft.nowMs + delayMs;
  draft.move(taskRun, 'RETRYING', details(result));
  draft.command({ type: 'StartTimer', id: `${taskRun.id}/retry/${taskRun.attempt}`, dueAtMs });
}

/** Wait until the next attempt, ms; nothing when there is to be none. */
function delayBefore(draft: Draft, taskRun: TaskRun, retry: Retry): number | undefined {
  if (draft.isStopping) return undefined;
  const tries = retry.behavior === 'CREATE_NEW_EXECUTION' ? draft.execution.attemptNumber : triesOf(taskRun);
  if (retry.maxAttempts !== undefined && tries >= retry.maxAttempts) return undefined;
  const delayMs = retryDelayMs(retry, tries, draft.context.random);
  const sinceMs = taskRun.attempts[0]?.startedAtMs ?? taskRun.histories[0]!.atMs;
  const tooLate = retry.maxDurationMs !== undefined && draft.nowMs + delayMs - sinceMs > retry.maxDurationMs;
  return tooLate ? undefined : delayMs;
}

/** Attempts made for the task's own sake, since it was last restarted; a lost runner does not use one up. */
function triesOf({ attempts }: TaskRun): number {
  const restarted = attempts.findLastIndex(({ cause }) => cause === 'RESTART');
  return attempts.slice(Math.max(restarted, 0)).filter(({ cause }) => cause !== 'WORKER_LOST').length;
}

const afterRetries = ({ attempts }: TaskRun, retry: Retry | undefined, state: TaskRunState): TaskRunState =>
  state === 'SUCCESS' && retry?.warningOnRetry && attempts.some(({ cause }) => cause === 'RETRY') ? 'WARNING' : state;

/** `CREATE_NEW_EXECUTION`: this execution ends as RETRIED once nothing of it runs, and another takes its place. */
function retryExecution(draft: Draft, taskRun: TaskRun, delayMs: number, result: AttemptResult): void {
  const successor = {
    commandId: `${draft.execution.id}/retry/${draft.execution.attemptNumber}`,
    dueAtMs: draft.nowMs + delayMs,
  };
  draft.noteExecution({ successor });
  draft.command(makeSuccessor(successor));
  draft.move(taskRun, 'RETRIED', details(result));
  draft.askStop({ execution: 'RETRIED', taskRuns: 'RETRIED' }, 'WAIT');
}

export const makeSuccessor = ({ commandId, dueAtMs }: NonNullable<ExecutionNote['successor']>): Command => ({
  type: 'RetryExecution',
  id: commandId,
  dueAtMs,
});

/** The execution that takes this one's place is there. */
export function successorCreated(draft: Draft, commandId: string): void {
  if (draft.execution.note.successor?.commandId === commandId) draft.noteExecution({ successor: null });
}

/** Ends a task run; `allowFailure` and `allowWarning` soften how. */
export function finish(
  draft: Draft,
  taskRun: TaskRun,
  state: TaskRunState,
  result: Partial<AttemptResult> = {},
  attemptState: TaskRunState = state,
): void {
  const softened = soften(state, draft.node(taskRun).task);
  draft.undefer(taskRun.id);
  draft.move(taskRun, softened, { ...details(result), ...(softened !== attemptState && { attemptState }) });
  draft.follow(taskRun.id);
}

function soften(state: TaskRunState, { allowFailure, allowWarning }: TaskDefinition): TaskRunState {
  const allowed = state === 'FAILED' && allowFailure ? 'WARNING' : state;
  return allowed === 'WARNING' && allowWarning ? 'SUCCESS' : allowed;
}

const details = ({ outputs, error }: Partial<AttemptResult>) => ({
  ...(outputs && { outputs }),
  ...(error && { error }),
});
