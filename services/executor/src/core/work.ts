import type { Json, JsonMap } from '@tutti/contracts';
import { parseDuration, type PlanNode } from '@tutti/flow-model';
import { contextOf } from './context.ts';
import { nodeOf } from './derived.ts';
import type { Execution, TaskRun } from './state.ts';

/**
 * The variables a runner needs to render a task, as plain JSON: of the outputs only those the task's templates refer to,
 * of the costly variables only those they name.
 */
export function workContext(execution: Execution, taskRun: TaskRun, extras?: JsonMap): JsonMap {
  const node = nodeOf(execution.plan, taskRun.taskId);
  const variables = contextOf(execution, taskRun, extras);
  const context: Record<string, Json> = {};
  for (const name of Object.keys(variables)) {
    if (name === 'outputs') context.outputs = outputsFor(execution, node);
    else if (!COSTLY.has(name) || isNamed(node, name)) {
      const value = variables[name];
      if (value !== undefined) context[name] = value;
    }
  }
  return context;
}

/** Variables that are worked out from all task runs. */
const COSTLY: ReadonlySet<string> = new Set(['tasks', 'error']);

const isNamed = ({ references }: PlanNode, name: string): boolean =>
  references.names === 'all' || references.names.has(name);

function outputsFor(execution: Execution, { references }: PlanNode): JsonMap {
  const { outputs } = execution.derived;
  if (references.outputs === 'all') return outputs;
  const named: Record<string, Json | undefined> = {};
  for (const id of references.outputs) if (outputs[id] !== undefined) named[id] = outputs[id];
  return named;
}

/** The timeout of a task where it needs no rendering, ms; a template is for whoever renders the task. */
export function fixedTimeoutMs({ timeout }: PlanNode['task']): number | undefined {
  return timeout === undefined ? undefined : parseDuration(timeout);
}
