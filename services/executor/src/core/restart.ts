import type { ExecutionState, TaskRunState } from '@tutti/contracts';
import { drain } from './advance.ts';
import { controlOf } from './control/index.ts';
import { dropChildren } from './control/working-directory.ts';
import { FLOW, parentOf } from './derived.ts';
import type { Draft } from './draft.ts';
import type { Input } from './messages.ts';
import { isEnded } from './moves.ts';
import { startDurations } from './sla.ts';
import { prepare } from './start.ts';
import { followUnfinished } from './unfinished.ts';
import type { TaskRun } from './state.ts';

type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>;

const RESTARTABLE: ReadonlySet<ExecutionState> = new Set(['FAILED', 'KILLED', 'CANCELLED']);
const UNSUCCESSFUL: ReadonlySet<TaskRunState> = new Set(['FAILED', 'KILLED', 'CANCELLED']);

/** Runs what failed (or was killed) again, in place; what succeeded stays. */
export function restartExecution(draft: Draft): void {
  const { state } = draft.execution;
  if (!RESTARTABLE.has(state))
    return draft.refuse('NOTHING_TO_RESTART', `An execution that is ${state} cannot be restarted.`);
  if (!isQuiet(draft)) return;
  const again = unsuccessful(draft);
  reopen(
    draft,
    again.filter((taskRun) => isReopened(draft, taskRun)),
  );
  for (const taskRun of again) if (!isReopened(draft, taskRun)) runAgain(draft, draft.current(taskRun));
  startDurations(draft, draft.nowMs);
  drain(draft);
}

/** Whether all has come to rest; otherwise the wish is refused. */
function isQuiet(draft: Draft): boolean {
  const { state, tally } = draft.execution;
  if (isEnded(state) && tally.open === 0) return true;
  draft.refuse('EXECUTION_NOT_ENDED', `The execution is ${state} and has tasks that run; wait for its end or kill it.`);
  return false;
}

/** Failed or killed task runs of the main parts, parents before children; below one that succeeded nothing counts. */
function unsuccessful(draft: Draft): TaskRun[] {
  const found = new Set<string>();
  return [...draft.execution.taskRuns.values()].filter((taskRun) => {
    const parent = taskRun.parentId;
    const counts =
      UNSUCCESSFUL.has(taskRun.state) &&
      draft.node(taskRun).phase === 'tasks' &&
      (parent === undefined || (found.has(parent) && isReopened(draft, draft.find(parent)!)));
    if (counts) found.add(taskRun.id);
    return counts;
  });
}

/** A control task goes on with its children, unless it has none yet or its kind begins anew. */
function isReopened(draft: Draft, taskRun: TaskRun): boolean {
  const { control } = draft.node(taskRun);
  if (!control || controlOf(control).beginsAnew) return false;
  return childrenOf(draft, taskRun.id).some((child) => draft.node(child).phase === 'tasks');
}

/** Re-opens control tasks, and the flow: their `errors` and `finally` are forgotten, as is how they ended. */
function reopen(draft: Draft, taskRuns: readonly TaskRun[]): void {
  const scopes = [FLOW, ...taskRuns.map(({ id }) => id)];
  const handlers = scopes.flatMap((id) => childrenOf(draft, id).filter((child) => draft.node(child).phase !== 'tasks'));
  const dropped = handlers.flatMap(({ id }) => [id, ...draft.descendants(id)]);
  if (dropped.length > 0) draft.record({ type: 'TaskRunsDropped', taskRunIds: dropped });
  draft.noteExecution({ goal: null, outcome: null, concluded: null, awaiting: null, violated: null });
  draft.moveExecution('RESTARTED');
  for (const taskRun of taskRuns) {
    draft.move(taskRun, 'RESTARTED');
    draft.note(taskRun, { result: null, awaiting: null, timer: null, handedOut: null });
    draft.move(draft.current(taskRun), 'RUNNING');
  }
  draft.moveExecution('RUNNING');
  for (const id of scopes) followUnfinished(draft, id);
}

function runAgain(draft: Draft, taskRun: TaskRun): void {
  const { control, task } = draft.node(taskRun);
  const { child } = taskRun.note;
  draft.note(taskRun, { awaiting: null, timer: null, result: null, met: null, values: null, childState: null });
  if (control === 'subflow' && child && task.properties.restartBehavior !== 'NEW_EXECUTION') {
    const { id, attempt } = taskRun;
    draft.move(taskRun, 'RESTARTED');
    draft.move(draft.current(taskRun), 'RUNNING');
    draft.command({ type: 'RestartSubflow', id: `${id}/restart/${draft.execution.version}`, executionId: child, taskRunId: id, attempt }); // prettier-ignore
    return;
  }
  dropChildren(draft, taskRun);
  draft.move(taskRun, 'RESTARTED', { attempt: taskRun.attempt + 1, cause: 'RESTART' });
  prepare(draft, draft.current(taskRun));
}

/** A user says how a task run ended; the execution goes on from there. */
export function setTaskRunState(draft: Draft, { taskRunId, state }: InputOf<'SetTaskRunState'>): void {
  const taskRun = draft.find(taskRunId);
  if (!taskRun) return draft.refuse('TASK_RUN_UNKNOWN', `The execution has no task run ${taskRunId}.`);
  if (state !== 'SUCCESS' && state !== 'WARNING' && state !== 'FAILED')
    return draft.refuse('STATE_INVALID', `A task run can be set to SUCCESS, WARNING or FAILED, not to ${state}.`);
  const lineage = [...ancestorsOf(draft, taskRun), taskRun];
  if (lineage.some((at) => draft.node(at).phase !== 'tasks'))
    return draft.refuse('STATE_INVALID', 'A task of `errors`, `finally` or `afterExecution` keeps its state; restart or replay what it looks after.'); // prettier-ignore
  if (!isQuiet(draft)) return;
  if (taskRun.state === state || taskRun.state === 'RETRIED')
    return draft.refuse('STATE_UNCHANGED', `The task run is ${taskRun.state} already, or cannot change.`);
  if (draft.execution.state === 'RETRIED') return draft.refuse('STATE_INVALID', 'A RETRIED execution does not change.');
  reopen(draft, ancestorsOf(draft, taskRun));
  draft.move(draft.current(taskRun), state);
  draft.follow(taskRunId);
  drain(draft);
}

function ancestorsOf(draft: Draft, taskRun: TaskRun): TaskRun[] {
  const ancestors: TaskRun[] = [];
  for (let at = parentOf(draft.execution, taskRun); at; at = parentOf(draft.execution, at)) ancestors.unshift(at);
  return ancestors;
}

/** A user corrects the state an execution ended in; nothing runs. */
export function setState(draft: Draft, { state: to }: InputOf<'SetState'>): void {
  const { state } = draft.execution;
  if (!isEnded(to) || to === 'RETRIED') return draft.refuse('STATE_INVALID', `An execution cannot be set to ${to}.`);
  if (!isQuiet(draft)) return;
  if (state === to || state === 'RETRIED') return draft.refuse('STATE_UNCHANGED', `The execution is ${state}.`);
  draft.moveExecution(to);
}

const childrenOf = (draft: Draft, id: string): TaskRun[] =>
  (draft.execution.derived.children.get(id) ?? []).map((child) => draft.find(child)!);
