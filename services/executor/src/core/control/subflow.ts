import type { ExecutionState, Json, JsonMap, Label, TaskRunState } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import { nodeOf, parentOf } from '../derived.ts';
import type { Draft } from '../draft.ts';
import { ask, EvaluationError, textOf, type Wanted } from '../evaluate.ts';
import { attemptEnded, finish } from '../finish.ts';
import type { Command, Input } from '../messages.ts';
import { isEnded } from '../moves.ts';
import type { Execution, TaskRun } from '../state.ts';
import type { Control } from './control.ts';
import { sequential } from './sequential.ts';

type SubflowMoved = Extract<Input, { type: 'SubflowMoved' }>;

const PROPERTIES = ['namespace', 'flowId', 'revision', 'inputs', 'labels', 'wait', 'transmitFailed', 'inheritLabels', 'scheduleDate']; // prettier-ignore

/** Stage in which the shell works out what the task makes of the execution it started. */
export const CHILD_OUTPUTS = 'childOutputs';

/** Starts an execution of another flow and waits for it, unless `wait: false`. */
export const subflow: Control = {
  ...sequential,
  wants: ({ task: { properties } }) => ({
    templates: Object.fromEntries(PROPERTIES.map((name) => [name, properties[name]])),
  }),
  begin(draft, taskRun, values) {
    const command = startSubflow(draft.execution, taskRun, values);
    const { wait } = command;
    draft.move(taskRun, 'RUNNING');
    draft.note(taskRun, {
      child: null,
      childState: null,
      wait,
      transmitFailed: isYes(values.transmitFailed, true),
      values,
    });
    draft.command(command);
  },
  answered(draft, taskRun, _stage, outputs) {
    const { child, childState } = taskRun.note;
    ended(draft, taskRun, child!, childState!, outputs);
  },
  stop(draft, taskRun, cascade) {
    const { child } = taskRun.note;
    if (!cascade) return finish(draft, taskRun, 'KILLED');
    draft.move(taskRun, 'KILLING');
    if (child) draft.command(killSubflow(taskRun, child));
  },
};

/**
 * The command that starts the execution of a subflow, from the rendered properties of the task.
 * @throws {EvaluationError} for values that make no sense
 */
export function startSubflow(
  execution: Execution,
  taskRun: TaskRun,
  values: JsonMap,
): Extract<Command, { type: 'StartSubflow' }> {
  const scheduleAtMs = dateMs(values.scheduleDate);
  const { id, attempt, iteration = 0 } = taskRun;
  return {
    type: 'StartSubflow',
    id: `${id}/subflow/${attempt}`,
    taskRunId: id,
    attempt,
    index: iteration,
    namespace: textOf(values.namespace),
    flowId: textOf(values.flowId),
    ...(values.revision !== undefined && values.revision !== null && { revision: Number(values.revision) }),
    inputs: mapOf('inputs', values.inputs),
    labels: [...correlation(execution), ...labelsOf(values.labels)],
    ...(isYes(values.inheritLabels, false) && { inheritedLabels: execution.labels }),
    trigger: triggerOf(execution, taskRun),
    ...(scheduleAtMs !== undefined && { scheduleAtMs }),
    wait: isYes(values.wait, true),
  };
}

/** News of the execution that a task run started. Those that come twice, late or for another attempt change nothing. */
export function subflowMoved(draft: Draft, input: SubflowMoved): void {
  const taskRun = draft.attempt(input);
  if (!taskRun || draft.node(taskRun).control !== 'subflow') return;
  if (taskRun.state !== 'RUNNING' && taskRun.state !== 'KILLING') return;
  if (input.error !== undefined) return notCreated(draft, taskRun, input.error);
  meet(draft, taskRun, input);
  if (taskRun.note.wait === false)
    finish(draft, draft.current(taskRun), 'SUCCESS', { outputs: { executionId: input.executionId, state: 'CREATED' } });
  else if (isEnded(input.state) && input.state !== 'RETRIED') childEnded(draft, draft.current(taskRun), input);
}

function notCreated(draft: Draft, taskRun: TaskRun, message: string): void {
  draft.log('ERROR', message, taskRun);
  const state = taskRun.state === 'KILLING' ? 'KILLED' : 'FAILED';
  attemptEnded(draft, taskRun, { state, error: { code: 'SUBFLOW_NOT_CREATED', message, retryable: true } });
}

/** The child is there: its id is remembered, and it is killed at once if this execution is. */
function meet(draft: Draft, taskRun: TaskRun, { executionId, state }: SubflowMoved): void {
  if (taskRun.note.child === executionId) return;
  draft.log('INFO', `Created new execution ${executionId}`, taskRun);
  draft.note(taskRun, { child: executionId, values: null }, { executionId, state });
  if (taskRun.state === 'KILLING' && !isEnded(state)) draft.command(killSubflow(taskRun, executionId));
}

/** The outputs that the other flow declares count; without any, those that this task makes of its execution. */
function childEnded(draft: Draft, taskRun: TaskRun, { executionId, state, outputs = {} }: SubflowMoved): void {
  if (taskRun.note.childState) return;
  const isWanted = taskRun.state === 'RUNNING' && Object.keys(madeOutputs(draft.node(taskRun))).length > 0;
  if (!isWanted || Object.keys(outputs).length > 0) {
    ended(draft, taskRun, executionId, state, outputs);
    return;
  }
  draft.note(taskRun, { childState: state });
  ask(draft, taskRun, `${CHILD_OUTPUTS}/${taskRun.attempt}`, childOutputsWanted(draft.node(taskRun), draft.current(taskRun))); // prettier-ignore
}

/** What the shell is to render over the execution that a task run started. */
export const childOutputsWanted = (node: PlanNode, { note }: TaskRun): Wanted => ({
  templates: madeOutputs(node),
  of: note.child!,
});

/** The deprecated property `outputs`. */
const madeOutputs = ({ task: { properties } }: PlanNode): JsonMap => mapOf('outputs', properties.outputs);

function ended(draft: Draft, taskRun: TaskRun, executionId: string, state: ExecutionState, outputs: JsonMap): void {
  const transmits = taskRun.note.transmitFailed !== false;
  const outcome = taskRun.state === 'KILLING' ? 'KILLED' : transmits ? transmitted(state) : 'SUCCESS';
  if (outcome === 'WARNING') draft.log('WARN', `Subflow execution ${executionId} ends in WARNING state`, taskRun);
  const message = `The execution ${executionId} of the subflow ended as ${state}.`;
  if (outcome === 'FAILED') draft.log('ERROR', message, taskRun);
  attemptEnded(draft, taskRun, {
    state: outcome,
    outputs: { executionId, state, ...(Object.keys(outputs).length > 0 && { outputs }) },
    ...(outcome === 'FAILED' && { error: { code: 'SUBFLOW_FAILED', message, retryable: true } }),
  });
}

const transmitted = (state: ExecutionState): TaskRunState =>
  state === 'SUCCESS' || state === 'WARNING' ? state : 'FAILED';

export const killSubflow = ({ id, attempt }: TaskRun, child: string) =>
  ({ type: 'KillSubflows', id: `${id}/kill-subflow/${attempt}`, executionIds: [child] }) as const;

function correlation({ labels }: Execution): Label[] {
  return labels.filter(({ key }) => key === 'system.correlationId');
}

/** `trigger` of the child: who started it. A batch of a ForEachItem speaks for the whole. */
function triggerOf(execution: Execution, taskRun: TaskRun): JsonMap {
  const { id, namespace, flowId, flowRevision } = execution;
  const inBatches = nodeOf(execution.plan, taskRun.taskId).parent?.control === 'batches';
  const whole = inBatches ? parentOf(execution, taskRun)! : taskRun;
  const caller = { executionId: id, namespace, flowId, flowRevision, taskRunId: whole.id, taskId: whole.taskId };
  return whole === taskRun ? caller : { ...caller, taskRunIteration: taskRun.iteration ?? 0 };
}

function labelsOf(labels: Json | undefined): Label[] {
  if (Array.isArray(labels))
    return (labels as JsonMap[]).map(({ key, value }) => ({ key: textOf(key), value: textOf(value) }));
  return Object.entries(mapOf('labels', labels)).map(([key, value]) => ({ key, value: textOf(value) }));
}

function mapOf(property: string, value: Json | undefined): JsonMap {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonMap;
  throw new EvaluationError(`"${property}" must be a map, not ${textOf(value)}.`, 'SUBFLOW_INVALID');
}

function dateMs(value: Json | undefined): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const ms = Date.parse(textOf(value));
  if (Number.isNaN(ms))
    throw new EvaluationError(`"scheduleDate" is no ISO-8601 date: ${textOf(value)}.`, 'DATE_INVALID');
  return ms;
}

const isYes = (value: Json | undefined, otherwise: boolean): boolean =>
  value === undefined || value === null ? otherwise : textOf(value) === 'true';
