import { keysOf, parentOf } from './derived.ts';
import type { PlanNode } from '@tutti/flow-model';
import type { Execution, OutputsTree, TaskRun } from './state.ts';

/**
 * `outputs` as a task run sees it. Within iterations that their values do not name (any of a Loop, or one of a value
 * that came before) the tasks of the loop stand for their runs in that very iteration; so do those of the loops around.
 */
export function outputsVariable(execution: Execution, taskRun: TaskRun | undefined): OutputsTree {
  const outputs = withEmptyOnes(execution);
  const iterations = taskRun ? unnamedIterations(execution, taskRun) : [];
  if (iterations.length === 0) return outputs;
  const seen: OutputsTree = Object.assign(Object.create(null) as OutputsTree, outputs);
  for (const iteration of iterations) showIteration(seen, execution, iteration);
  return seen;
}

/** The outputs by task; a task that has run and has none shows as an empty map, so that asking for it is no error. */
function withEmptyOnes({ derived: { outputs, reported } }: Execution): OutputsTree {
  const empty = [...reported.keys()].filter((id) => outputs[id] === undefined);
  if (empty.length === 0) return outputs;
  const all: OutputsTree = Object.assign(Object.create(null) as OutputsTree, outputs);
  for (const id of empty) all[id] = {};
  return all;
}

/** Lets the tasks of a loop stand for their runs in one iteration. */
function showIteration(seen: OutputsTree, execution: Execution, iteration: TaskRun): void {
  const { outputs } = execution.derived;
  const keys = keysOf(execution, iteration);
  const body = execution.plan.nodes.get(parentOf(execution, iteration)!.taskId)!;
  for (const id of tasksWithin(body)) {
    const own = keys.reduce<OutputsTree | undefined>((tree, key) => tree?.[key] as OutputsTree | undefined, outputs[id] as OutputsTree | undefined); // prettier-ignore
    if (own === undefined) delete seen[id];
    else seen[id] = body.control === 'loop' ? own : named(execution, iteration, own);
  }
}

/** The iterations around a task run that go by a key of their own, the outermost first. */
function unnamedIterations(execution: Execution, taskRun: TaskRun): TaskRun[] {
  const iterations: TaskRun[] = [];
  for (let at: TaskRun | undefined = taskRun; at; at = parentOf(execution, at)) {
    const key = parentOf(execution, at)?.note.outputKeys?.[at.iteration ?? -1];
    if (key !== undefined && (key !== at.value || isLoop(execution, at))) iterations.unshift(at);
  }
  return iterations;
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
