import type { Json, JsonMap } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import { FLOW, nodeOf, parentOf } from './derived.ts';
import { outputsVariable } from './outputs-variable.ts';
import type { Execution, OutputsTree, TaskRun } from './state.ts';

/** Variables by name; members may be getters, so that a part is made only when a template asks for it. */
export type Variables = Readonly<Record<string, Json | undefined>>;

/**
 * The variables templates may refer to, under the names of the flow language. Cheap to make: nothing is copied,
 * and what costs (`tasks`, `parents`, `error`) is worked out when first read.
 * @param extras variables of the installation, such as `envs` and `globals`
 */
export function contextOf(execution: Execution, taskRun?: TaskRun, extras?: JsonMap): Variables {
  const { plan, trigger } = execution;
  const variables: Record<string, Json | undefined> = {
    ...extras,
    flow: { id: execution.flowId, namespace: execution.namespace, revision: execution.flowRevision },
    get execution() {
      return executionVariable(execution);
    },
    vars: execution.variables,
    get labels() {
      return labelsVariable(execution);
    },
    get outputs() {
      return outputsVariable(execution, taskRun) as JsonMap;
    },
    get tasks() {
      return tasksVariable(execution);
    },
    get error() {
      return errorVariable(execution, taskRun);
    },
  };
  if (plan.flow.inputs.length > 0) variables.inputs = execution.inputs;
  if (trigger) variables.trigger = trigger.variables;
  if (taskRun) addTaskRun(variables, execution, taskRun);
  return variables;
}

function addTaskRun(variables: Record<string, Json | undefined>, execution: Execution, taskRun: TaskRun): void {
  const node = nodeOf(execution.plan, taskRun.taskId);
  variables.task = { id: node.id, type: node.task.typeAsWritten ?? node.task.type };
  variables.taskrun = taskRunVariable(taskRun, node);
  const parents = parentsVariable(execution, taskRun);
  if (parents.length > 0) Object.assign(variables, { parents, parent: parents[0] });
  const item = itemVariable(execution, taskRun);
  if (item) variables.item = item;
}

function executionVariable({ id, createdAtMs, originalId, state }: Execution): JsonMap {
  return { id, startDate: new Date(createdAtMs).toISOString(), state, originalId };
}

function taskRunVariable(taskRun: TaskRun, node: PlanNode): JsonMap {
  const { id, histories, attempt, parentId, value, iteration } = taskRun;
  return {
    id,
    get startDate() {
      return new Date(histories[0]!.atMs).toISOString();
    },
    attemptsCount: attempt - 1,
    ...(parentId !== undefined && { parentId }),
    ...(value !== undefined && { value }),
    ...(iteration !== undefined && { iteration }),
    ...(value !== undefined && node.parent?.control === 'batches' && { items: value }),
  };
}

/** Labels as a map; a dot in a key nests: `labels.system.correlationId`. */
function labelsVariable({ labels }: Execution): JsonMap {
  const tree = Object.create(null) as OutputsTree;
  for (const { key, value } of labels) {
    const path = key.split('.');
    const last = path.pop()!;
    let place = tree;
    for (const step of path) {
      const next = place[step];
      place = (typeof next === 'object' ? next : (place[step] = Object.create(null) as OutputsTree)) as OutputsTree; // prettier-ignore
    }
    place[last] = value;
  }
  return tree;
}

/** The control tasks around a task run that have a value or outputs, the nearest first. */
function parentsVariable(execution: Execution, taskRun: TaskRun): JsonMap[] {
  const parents: JsonMap[] = [];
  for (let at = parentOf(execution, taskRun); at; at = parentOf(execution, at)) {
    const { value, outputs } = at;
    if (value === undefined && !outputs) continue;
    parents.push({ ...(outputs && { outputs }), ...(value !== undefined && { taskrun: { value } }) });
  }
  return parents;
}

/** `item` of the nearest loop, with those of the loops around it. */
function itemVariable(execution: Execution, taskRun: TaskRun): JsonMap | undefined {
  const items: JsonMap[] = [];
  for (let at: TaskRun | undefined = taskRun; at; at = parentOf(execution, at)) {
    if (at.iteration === undefined || at.value === undefined) continue;
    const key = parentOf(execution, at)?.note.keys?.[at.iteration];
    items.push({ value: at.value, index: at.iteration, ...(key !== undefined && { key }) });
  }
  const [item, ...parents] = items;
  return item && (parents.length === 0 ? item : { ...item, parent: parents[0]!, parents });
}

/** `tasks.<id>.state`, within loops `tasks.<id>[value].state`; the latest run of a task counts. */
function tasksVariable(execution: Execution): JsonMap {
  const tasks = Object.create(null) as OutputsTree;
  for (const { taskId, value, state } of execution.taskRuns.values()) {
    const task = (tasks[taskId] ??= Object.create(null) as OutputsTree) as OutputsTree;
    if (value === undefined) task.state = state;
    else task[value] = { state };
  }
  return tasks;
}

/** The first failure of the part that a task of `errors` or `finally` looks after. */
function errorVariable(execution: Execution, taskRun: TaskRun | undefined): Json {
  const within = handledBy(execution, taskRun);
  for (const failed of execution.taskRuns.values()) {
    if (!failed.error || !isWithin(execution, failed, within)) continue;
    return { taskId: failed.taskId, taskRunId: failed.id, message: failed.error.message, code: failed.error.code };
  }
  return null;
}

/** The control task whose `errors` or `finally` a task run belongs to; the flow otherwise. */
function handledBy(execution: Execution, taskRun: TaskRun | undefined): string {
  for (let at = taskRun; at; at = parentOf(execution, at))
    if (phaseOf(execution, at) !== 'tasks') return at.parentId ?? FLOW;
  return FLOW;
}

const phaseOf = (execution: Execution, { taskId }: TaskRun): PlanNode['phase'] => nodeOf(execution.plan, taskId).phase;

/** Whether its failure is one of the ancestor's: none between them made something else of it. */
function isWithin(execution: Execution, taskRun: TaskRun, ancestorId: string): boolean {
  for (let at: TaskRun | undefined = taskRun; at?.state === 'FAILED'; at = parentOf(execution, at))
    if ((at.parentId ?? FLOW) === ancestorId) return true;
  return false;
}
