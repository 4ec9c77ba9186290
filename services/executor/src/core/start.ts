import { taskRunIdOf } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import { controlOf } from './control/index.ts';
import { readsStored } from './derived.ts';
import type { Draft } from './draft.ts';
import { evaluate, EvaluationError, orEvaluationError } from './evaluate.ts';
import { attemptEnded, finish } from './finish.ts';
import { isEnded } from './moves.ts';
import { showState } from './show-state.ts';
import type { TaskRun } from './state.ts';
import { runPure } from './pure-task.ts';

interface Place {
  readonly parentId?: string | undefined;
  readonly value?: string | undefined;
  readonly iteration?: number | undefined;
}

/** Creates a task run and begins it as far as nothing has to be waited for. */
export function startNode(draft: Draft, node: PlanNode, place: Place): void {
  prepare(draft, createTaskRun(draft, node, place));
}

export function createTaskRun(draft: Draft, node: PlanNode, { parentId, value, iteration }: Place): TaskRun {
  const { execution } = draft;
  markRunning(draft);
  draft.countStart();
  const taskRunId = taskRunIdOf(execution.id, execution.taskRunCount + 1);
  draft.record({
    type: 'TaskRunCreated',
    taskRunId,
    taskId: node.id,
    ...(parentId !== undefined && { parentId }),
    ...(value !== undefined && { value }),
    ...(iteration !== undefined && { iteration }),
    atMs: draft.nowMs,
  });
  return draft.find(taskRunId)!;
}

function markRunning(draft: Draft): void {
  const { state } = draft.execution;
  if (state === 'CREATED' || state === 'QUEUED') draft.moveExecution('RUNNING');
}

/** Asks whether the task is to run at all, then launches it. */
export function prepare(draft: Draft, taskRun: TaskRun): void {
  const { runIf } = draft.node(taskRun).task;
  if (runIf === undefined) {
    launch(draft, taskRun);
    return;
  }
  orFail(draft, taskRun, () => {
    const stage = `runIf/${taskRun.attempt}`;
    const values = evaluate(draft, taskRun, stage, { templates: { runIf }, conditions: ['runIf'] });
    if (values) launchIf(draft, taskRun, values.runIf === true);
  });
}

/** Continues once it is known whether the task is to run. */
export function launchIf(draft: Draft, taskRun: TaskRun, runs: boolean): void {
  if (runs) launch(draft, taskRun);
  else finish(draft, taskRun, 'SKIPPED');
}

/** Begins the attempt of a task run: in the executor itself, on a runner, or as a control task. */
export function launch(draft: Draft, taskRun: TaskRun): void {
  const node = draft.node(taskRun);
  if (node.kind === 'control' && node.control !== 'workingDirectory') launchControl(draft, taskRun);
  else if (node.kind !== 'pure' || node.references.needsIo) submit(draft, taskRun);
  else draft.runLater(taskRun.id);
}

/** Begins the next attempt of a task run that has waited for it. */
export function retry(draft: Draft, taskRun: TaskRun): void {
  draft.move(taskRun, 'CREATED', { attempt: taskRun.attempt + 1, cause: 'RETRY' });
  showState(draft);
  launch(draft, draft.current(taskRun));
}

/** Hands the attempt to whatever runner of the task's group is free. */
export function submit(draft: Draft, { id, attempt, taskId }: TaskRun): void {
  const { task } = draft.execution.plan.nodes.get(taskId)!;
  draft.command({
    type: 'RunTask',
    id: `${id}/run/${attempt}`,
    taskRunId: id,
    attempt,
    workerGroup: task.workerGroup ?? 'default',
  });
}

/** Runs a pure task whose turn has come; one that needs I/O, or reads an output that lies in storage, goes to a runner. */
export function launchPure(draft: Draft, taskRun: TaskRun): void {
  if (isEnded(taskRun.state)) return;
  if (readsStored(draft.execution, draft.node(taskRun)) || !runPure(draft, taskRun)) submit(draft, taskRun);
}

function launchControl(draft: Draft, taskRun: TaskRun): void {
  const node = draft.node(taskRun);
  const wanted = controlOf(node.control!).wants?.(node);
  orFail(draft, taskRun, () => {
    const values = wanted ? evaluate(draft, taskRun, `begin/${taskRun.attempt}`, wanted) : {};
    if (values) beginControl(draft, taskRun, values);
  });
}

/** Begins a control task whose properties are rendered. */
export function beginControl(
  draft: Draft,
  taskRun: TaskRun,
  values: Parameters<ReturnType<typeof controlOf>['begin']>[2],
): void {
  orFail(draft, taskRun, () => {
    controlOf(draft.node(taskRun).control!).begin(draft, taskRun, values);
    draft.follow(taskRun.id);
  });
}

/** What cannot be rendered, or makes no sense once it is, fails the task run. */
export function orFail(draft: Draft, taskRun: TaskRun, step: () => void): void {
  const error = orEvaluationError(step);
  if (error instanceof EvaluationError) fail(draft, draft.current(taskRun), error);
}

/** Fails a task run that cannot be rendered. */
export function fail(draft: Draft, taskRun: TaskRun, { code, message }: EvaluationError): void {
  draft.log('ERROR', message, taskRun);
  if (taskRun.state === 'CREATED' || taskRun.state === 'RESTARTED') draft.move(taskRun, 'RUNNING');
  attemptEnded(draft, draft.current(taskRun), { state: 'FAILED', error: { code, message, retryable: false } });
}
