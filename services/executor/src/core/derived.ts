import type { Json, JsonMap, TaskRunState } from '@tutti/contracts';
import type { Phase, Plan, PlanNode } from '@tutti/flow-model';
import type { TemplateReferences } from './decision-context.ts';
import { isEnded } from './moves.ts';
import type { Counts, Derived, Execution, OutputsTree, Tally, TaskRun } from './state.ts';

export const NO_CHILDREN: Tally = { phase: 'tasks', started: 0, open: 0, failed: 0, killed: 0, warned: 0 };
export const NOTHING_OPEN: Counts = { paused: 0, retrying: 0 };
/** Parent of the flow's own task runs in `Derived.children`. */
export const FLOW = '';

const PHASES: readonly Phase[] = ['tasks', 'errors', 'finally', 'afterExecution'];

const later = (left: Phase, right: Phase): Phase => PHASES[Math.max(PHASES.indexOf(left), PHASES.indexOf(right))]!;

/** How to take back one change of an execution. */
export type Undo = (() => void)[];

export const emptyDerived = (): Derived => ({
  outputs: emptyTree(),
  reported: new Map(),
  children: new Map(),
  stored: new Set(),
});

const emptyTree = (): OutputsTree => Object.create(null) as OutputsTree;

/** The tally of a control task after a child of it went from one state to another; `undefined`: there was, or is, none. */
export function tallied(
  tally: Tally,
  node: PlanNode,
  from: TaskRunState | undefined,
  to: TaskRunState | undefined,
): Tally {
  const main = node.phase === 'tasks';
  const step = (test: (state: TaskRunState) => boolean): number =>
    Number(to !== undefined && test(to)) - Number(from !== undefined && test(from));
  return {
    phase: later(tally.phase, node.phase),
    started: tally.started + (node.leads ? step(() => true) : 0),
    open: tally.open + step((state) => !isEnded(state)),
    failed: tally.failed + (main ? step((state) => state === 'FAILED') : 0),
    killed: tally.killed + (main ? step((state) => state === 'KILLED') : 0),
    warned: tally.warned + (main ? step((state) => state === 'WARNING') : 0),
  };
}

/** The counts after a task run went from one state to another. */
export function counted(counts: Counts, from: TaskRunState | undefined, to: TaskRunState | undefined): Counts {
  return {
    paused: counts.paused + Number(to === 'PAUSED') - Number(from === 'PAUSED'),
    retrying: counts.retrying + Number(to === 'RETRYING') - Number(from === 'RETRYING'),
  };
}

/** Whether somebody outside the core carries the task out; the other control tasks only wait for their children. */
export const isWork = ({ kind, control }: PlanNode): boolean =>
  kind !== 'control' || control === 'subflow' || control === 'workingDirectory';

/** Puts the outputs of a task run where templates look for them. */
export function placeOutputs(execution: Execution, taskRun: TaskRun, outputs: JsonMap, undo?: Undo): void {
  let place: OutputsTree = execution.derived.outputs;
  const path = pathOf(execution, taskRun);
  const last = path.pop()!;
  for (const key of path) place = (place[key] as OutputsTree | undefined) ?? set(place, key, emptyTree(), undo);
  set(place, last, outputs, undo);
  if (holdsStored(outputs)) noteStored(execution.derived.stored, taskRun.taskId, undo);
}

/** Whether some value lies in storage, because it was too large for a message. */
function holdsStored(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isStored(value) || Object.values(value).some(holdsStored);
}

/** Whether a value is the reference to a file that holds it. */
export const isStored = (value: Json): boolean =>
  typeof value === 'object' && value !== null && 'tutti:stored' in value;

function noteStored(stored: Set<string>, taskId: string, undo: Undo | undefined): void {
  if (stored.has(taskId)) return;
  stored.add(taskId);
  undo?.push(() => stored.delete(taskId));
}

/** Whether the templates of a task may read a value that lies in storage, where only a runner can fetch it. */
export function readsStored({ derived: { stored } }: Execution, { references }: PlanNode): boolean {
  if (stored.size === 0) return false;
  return references.outputs === 'all' || [...references.outputs].some((id) => stored.has(id));
}

/** The tasks among those that a template may read of which some output lies in storage, where the core cannot look. */
export function storedTasksIn({ derived: { stored } }: Execution, template: TemplateReferences): string[] {
  if (stored.size === 0) return [];
  const { rendersText, paths } = template;
  const readsAll = rendersText || paths.some(([root, first]) => root === 'outputs' && first === undefined);
  return [...stored].filter((id) => readsAll || paths.some(([root, first]) => root === 'outputs' && first === id));
}

/** Takes the outputs of a task run away, with the places that were there for them alone. */
export function removeOutputs(execution: Execution, taskRun: TaskRun, undo?: Undo): void {
  const path = pathOf(execution, taskRun);
  const places: OutputsTree[] = [execution.derived.outputs];
  for (const key of path.slice(0, -1)) {
    const next = places.at(-1)![key] as OutputsTree | undefined;
    if (next === undefined) return;
    places.push(next);
  }
  for (const [index, place] of [...places.entries()].toReversed()) {
    const inner = places[index + 1];
    if (inner && Object.keys(inner).length > 0) return;
    set(place, path[index]!, undefined, undo);
  }
}

function set<Value extends OutputsTree | JsonMap | undefined>(
  tree: OutputsTree,
  key: string,
  value: Value,
  undo: Undo | undefined,
): Value {
  const before = tree[key];
  undo?.push(() => {
    if (before === undefined) delete tree[key];
    else tree[key] = before;
  });
  if (value === undefined) delete tree[key];
  else tree[key] = value;
  return value;
}

/** The task's id and the keys of the loops it is in, outermost first. */
export function pathOf(execution: Execution, taskRun: TaskRun): string[] {
  return [taskRun.taskId, ...keysOf(execution, taskRun)];
}

/** Which iteration of each loop around it (and its own) a task run belongs to: mostly by value, outermost first. */
export function keysOf(execution: Execution, taskRun: TaskRun): string[] {
  const keys: string[] = [];
  for (let at: TaskRun | undefined = taskRun; at; at = parentOf(execution, at))
    if (at.value !== undefined) keys.push(keyOf(execution, at));
  return keys.reverse();
}

function keyOf(execution: Execution, taskRun: TaskRun): string {
  const keys = parentOf(execution, taskRun)?.note.outputKeys;
  return keys?.[taskRun.iteration ?? 0] ?? taskRun.value!;
}

export const parentOf = (execution: Execution, { parentId }: TaskRun): TaskRun | undefined =>
  parentId === undefined ? undefined : execution.taskRuns.get(parentId);

export function nodeOf(plan: Plan, taskId: string): PlanNode {
  const node = plan.nodes.get(taskId);
  if (!node) throw new Error(`The plan of ${plan.flow.namespace}.${plan.flow.id} has no task "${taskId}".`);
  return node;
}

/** Works out all that is not stored, after an execution was loaded from its rows (in order of creation). */
export function rebuild(execution: Execution): void {
  const { derived, taskRuns } = execution;
  for (const key of Object.keys(derived.outputs)) delete derived.outputs[key];
  derived.children.clear();
  derived.reported.clear();
  derived.stored.clear();
  execution.tally = NO_CHILDREN;
  execution.counts = NOTHING_OPEN;
  for (const taskRun of taskRuns.values()) taskRuns.set(taskRun.id, { ...taskRun, tally: NO_CHILDREN });
  for (const id of taskRuns.keys()) {
    const taskRun = taskRuns.get(id)!;
    adopt(execution, taskRun);
    retally(execution, taskRun, undefined, taskRun.state);
    if (taskRun.outputs) placeOutputs(execution, taskRun, taskRun.outputs);
  }
}

/** Enters a new task run among its parent's children. */
export function adopt(execution: Execution, { id, parentId = FLOW }: TaskRun, undo?: Undo): void {
  const { children } = execution.derived;
  const siblings = children.get(parentId) as string[] | undefined;
  if (siblings) siblings.push(id);
  else children.set(parentId, [id]);
  undo?.push(() => {
    if (siblings) siblings.pop();
    else children.delete(parentId);
  });
}

/** Keeps the tally of a task run's parent, and the counts of the execution. */
export function retally(
  execution: Execution,
  taskRun: TaskRun,
  from: TaskRunState | undefined,
  to: TaskRunState | undefined,
  undo?: Undo,
): void {
  const node = nodeOf(execution.plan, taskRun.taskId);
  const parent = parentOf(execution, taskRun);
  execution.counts = counted(execution.counts, from, to);
  countReported(execution.derived.reported, node, from, to, undo);
  if (parent) put(execution, { ...parent, tally: tallied(parent.tally, node, from, to) }, undo);
  else execution.tally = tallied(execution.tally, node, from, to);
}

/** Keeps the number of runs of a task that have outputs: those of a control task from its beginning, others when they end. */
function countReported(
  reported: Map<string, number>,
  node: PlanNode,
  from: TaskRunState | undefined,
  to: TaskRunState | undefined,
  undo: Undo | undefined,
): void {
  const change = Number(hasReported(node, to)) - Number(hasReported(node, from));
  if (change === 0) return;
  const before = reported.get(node.id) ?? 0;
  undo?.push(() => setOrDelete(reported, node.id, before));
  setOrDelete(reported, node.id, before + change);
}

function hasReported({ kind }: PlanNode, state: TaskRunState | undefined): boolean {
  if (state === undefined || state === 'SKIPPED') return false;
  return isEnded(state) || (kind === 'control' && state !== 'CREATED');
}

function setOrDelete(counts: Map<string, number>, key: string, count: number): void {
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}

/** The latest part of a control task (or of the flow) that has a child; for when children were dropped. */
export function latestPhase(execution: Execution, parentId: string): Phase {
  let latest: Phase = 'tasks';
  for (const id of execution.derived.children.get(parentId) ?? [])
    latest = later(latest, nodeOf(execution.plan, execution.taskRuns.get(id)!.taskId).phase);
  return latest;
}

export function put(execution: Execution, taskRun: TaskRun, undo: Undo | undefined): void {
  const { taskRuns } = execution;
  const before = taskRuns.get(taskRun.id);
  undo?.push(() => (before ? taskRuns.set(before.id, before) : taskRuns.delete(taskRun.id)));
  taskRuns.set(taskRun.id, taskRun);
}
