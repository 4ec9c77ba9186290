import type { Json, JsonMap } from '@tutti/contracts';
import { parseDuration, type PlanNode } from '@tutti/flow-model';
import { contextOf } from './context.ts';
import { keysOf, nodeOf } from './derived.ts';
import { outputsVariable } from './outputs-variable.ts';
import type { Execution, OutputsTree, TaskRun } from './state.ts';

/**
 * The variables a runner needs to render a task, as plain JSON: of the outputs only those the task's templates refer to,
 * of the costly variables only those they name.
 */
export function workContext(execution: Execution, taskRun: TaskRun, extras?: JsonMap): JsonMap {
  const node = nodeOf(execution.plan, taskRun.taskId);
  const variables = contextOf(execution, taskRun, extras);
  const context: Record<string, Json> = {};
  for (const name of Object.keys(variables)) {
    if (name === 'outputs') context.outputs = outputsFor(execution, taskRun, node);
    else if (!COSTLY.has(name) || isNamed(node, name)) context[name] = variables[name]!;
  }
  return context;
}

/** Variables that are worked out from all task runs. */
const COSTLY: ReadonlySet<string> = new Set(['tasks', 'error']);

const isNamed = ({ references }: PlanNode, name: string): boolean =>
  references.names === 'all' || references.names.has(name);

function outputsFor(execution: Execution, taskRun: TaskRun, { references }: PlanNode): JsonMap {
  const outputs = outputsVariable(execution, taskRun);
  if (references.outputs === 'all') return outputs;
  const named: Record<string, Json | undefined> = {};
  for (const id of references.outputs) {
    const tree = outputs[id] as OutputsTree | undefined;
    if (tree !== undefined) named[id] = references.own.has(id) ? branchOf(tree, keysOf(execution, taskRun)) : tree;
  }
  return named;
}

/** Of the outputs of a task in a loop, only those of one iteration: a loop of 10,000 must not hand over 10,000 each time. */
function branchOf(tree: OutputsTree, keys: readonly string[]): JsonMap {
  const [key, ...rest] = keys;
  const inner = key === undefined ? undefined : (tree[key] as OutputsTree | undefined);
  return inner === undefined ? tree : { [key!]: branchOf(inner, rest) };
}

/** The timeout of a task where it needs no rendering, ms; a template is for whoever renders the task. */
export function fixedTimeoutMs({ timeout }: PlanNode['task']): number | undefined {
  return timeout === undefined ? undefined : parseDuration(timeout);
}
