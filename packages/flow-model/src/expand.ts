import type { ControlKind } from './catalogue.ts';
import type { TaskDefinition } from './flow.ts';
import type { JsonMap } from './json.ts';
import type { NodeControl } from './plan.ts';

type Children = Readonly<Record<string, readonly TaskDefinition[]>>;

/** Tasks that nobody writes: what the engine makes of a Loop or a ForEachItem. */
const INTERNAL_CONTROLS: Readonly<Record<string, NodeControl>> = {
  'tutti.Iteration': 'sequential',
  'tutti.Batches': 'batches',
  'tutti.Batch': 'subflow',
};
/** Done by a task-runner: cut a stored file into batches; put the outputs of many executions into one file. */
const SPLIT_TYPE = 'core.flow.SplitItems';
const MERGE_TYPE = 'core.flow.MergeOutputs';

export const internalControl = (type: string): NodeControl | undefined => INTERNAL_CONTROLS[type];

/** The children that a control task comes to. Those of most kinds are the ones that were written. */
export function expandChildren(task: TaskDefinition, kind: ControlKind | undefined): Children {
  if (kind === 'loop') return expandLoop(task);
  if (kind === 'forEachItem') return expandForEachItem(task);
  return task.children ?? {};
}

/** Each iteration of a Loop is a sequence of its own, with its own `errors` and `finally`. */
function expandLoop({ id, children = {} }: TaskDefinition): Children {
  return { tasks: [{ id: `${id}_iteration`, type: 'tutti.Iteration', properties: {}, children }] };
}

/** ForEachItem: `<id>_split` cuts the file, `<id>_items` runs a subflow for each batch, `<id>_merge` collects outputs. */
function expandForEachItem({ id, properties, retry, children = {} }: TaskDefinition): Children {
  const { items, batch, ...subflow } = properties;
  const inherited = retry ? { retry } : {};
  const split = { id: `${id}_split`, type: SPLIT_TYPE, properties: { from: items, batch: batch ?? {} }, ...inherited };
  const batchRun: TaskDefinition = { id: `${id}_batch`, type: 'tutti.Batch', properties: subflow, ...inherited };
  const batches: TaskDefinition = {
    id: `${id}_items`,
    type: 'tutti.Batches',
    properties: { splits: `{{ outputs['${id}_split'].splits }}`, transmitFailed: subflow.transmitFailed ?? true },
    children: { tasks: [batchRun] },
  };
  const merge = { id: `${id}_merge`, type: MERGE_TYPE, properties: mergeProperties(id), ...inherited };
  return { ...children, tasks: [split, batches, merge] };
}

const mergeProperties = (id: string): JsonMap => ({ executions: `{{ outputs['${id}_batch'] ?? {} }}` });
