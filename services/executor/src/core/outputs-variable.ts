import { keysOf, parentOf } from './derived.ts';
import type { PlanNode } from '@tutti/flow-model';
import type { Execution, OutputsTree, TaskRun } from './state.ts';

/**
 * `outputs` as a task run sees it. Within an iteration that its value does not name (any of a Loop, or one of a value
 * that came before) the tasks of the loop stand for their runs in that very iteration.
 */
export function outputsVariable(execution: Execution, taskRun: TaskRun | undefined): OutputsTree {
  const { outputs } = execution.derived;
  const iteration = taskRun && unnamedIteration(execution, taskRun);
  if (!iteration) return outputs;
  const loop = parentOf(execution, iteration)!;
  const keys = keysOf(execution, iteration);
  const body = execution.plan.nodes.get(loop.taskId)!;
  const seen: OutputsTree = Object.assign(Object.create(null) as OutputsTree, outputs);
  for (const id of tasksWithin(body)) {
    const own = keys.reduce<OutputsTree | undefined>((tree, key) => tree?.[key] as OutputsTree | undefined, outputs[id] as OutputsTree | undefined); // prettier-ignore
    if (own === undefined) delete seen[id];
    else seen[id] = body.control === 'loop' ? own : named(execution, iteration, own);
  }
  return seen;
}

/** The nearest iteration around a task run that goes by a key of its own. */
function unnamedIteration(execution: Execution, taskRun: TaskRun): TaskRun | undefined {
  for (let at: TaskRun | undefined = taskRun; at; at = parentOf(execution, at)) {
    const key = parentOf(execution, at)?.note.outputKeys?.[at.iteration ?? -1];
    if (key !== undefined && (key !== at.value || isLoop(execution, at))) return at;
  }
  return undefined;
}

const isLoop = (execution: Execution, iteration: TaskRun): boolean =>
  execution.plan.nodes.get(iteration.taskId)?.parent?.control === 'loop';

/** Outputs of a repeated value, addressed as always: by the values around it. */
function named(execution: Execution, iteration: TaskRun, own: OutputsTree): OutputsTree {
  let tree = own;
  for (let at: TaskRun | undefined = iteration; at; at = parentOf(execution, at))
    if (at.value !== undefined) tree = Object.assign(Object.create(null) as OutputsTree, { [at.value]: tree });
  return tree;
}

function* tasksWithin(node: PlanNode): Iterable<string> {
  for (const list of Object.values(node.lists))
    for (const child of list) {
      yield child.id;
      yield* tasksWithin(child);
    }
}
