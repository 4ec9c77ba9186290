import type { JsonMap } from '@tutti/contracts';
import { taskRunIdOf } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import { controlOf } from './control/index.ts';
import { FLOW, nodeOf, parentOf } from './derived.ts';
import type { Event } from './messages.ts';
import { isEnded } from './moves.ts';
import type { Execution, TaskRun, TaskRunNote } from './state.ts';

export interface ReplayOptions {
  /** The first task run to be run again; all that came before it is taken over. */
  readonly taskRunId: string;
  /** Outputs edited by the user, by task run id of the original. */
  readonly outputs?: JsonMap;
  readonly nowMs: number;
}

/**
 * The journal with which a new execution takes over what came before a task run of another. Later branches of a
 * Parallel and later items of a loop are run again. The new execution begins with `StartExecution` as any other.
 */
export function replayEvents(original: Execution, replacementId: string, options: ReplayOptions): Event[] {
  const chosen = firstAgain(original, options.taskRunId);
  if (!chosen) return [];
  const open = new Set(ancestorsOf(original, chosen).map(({ id }) => id));
  const again = new Set<string>();
  for (const taskRun of [chosen, ...ancestorsOf(original, chosen)])
    for (const sibling of siblingsFrom(original, taskRun, taskRun === chosen)) again.add(sibling.id);
  const copier = new Copier(replacementId, options);
  for (const taskRun of original.taskRuns.values()) {
    if (taskRun.parentId !== undefined && again.has(taskRun.parentId)) again.add(taskRun.id);
    if (again.has(taskRun.id)) continue;
    if (open.has(taskRun.id)) copier.copyOpen(taskRun, strandsOf(original, taskRun, again));
    else copier.copyEnded(taskRun);
  }
  return copier.events;
}

/** The task run to begin with. What a restart begins anew is run again as a whole. */
function firstAgain(original: Execution, taskRunId: string): TaskRun | undefined {
  const taskRun = original.taskRuns.get(taskRunId);
  if (!taskRun) return undefined;
  const isWhole = ({ taskId }: TaskRun) => controlOf(nodeOf(original.plan, taskId).control!).beginsAnew;
  return ancestorsOf(original, taskRun).findLast(isWhole) ?? taskRun;
}

/** The strands of a control task that are taken over, then those before the last of them that are not, if there are such. */
function strandsOf(original: Execution, { id, taskId }: TaskRun, again: ReadonlySet<string>): TaskRunNote {
  const leads = (nodeOf(original.plan, taskId).lists.tasks ?? []).filter(({ leads: does }) => does).length;
  const taken = new Set<number>();
  for (const childId of original.derived.children.get(id) ?? []) {
    const { taskId: childTaskId, iteration = 0 } = original.taskRuns.get(childId)!;
    const node = nodeOf(original.plan, childTaskId);
    if (node.leads && !again.has(childId)) taken.add(iteration * leads + node.index);
  }
  const length = [...taken].reduce((most, number) => Math.max(most, number + 1), 0);
  const gaps = Array.from({ length }, (_, number) => number).filter((number) => !taken.has(number));
  return gaps.length > 0 ? { strands: [...taken, ...gaps] } : {};
}

/** Nearest first. */
function ancestorsOf(execution: Execution, taskRun: TaskRun): TaskRun[] {
  const ancestors: TaskRun[] = [];
  for (let at = parentOf(execution, taskRun); at; at = parentOf(execution, at)) ancestors.push(at);
  return ancestors;
}

/**
 * The children of the same control task (or the flow) that are run again because one of them is: those that come after
 * it, those that were not done, and those of other parts, as handlers and what they handle belong together.
 */
function siblingsFrom(execution: Execution, taskRun: TaskRun, inclusive: boolean): TaskRun[] {
  const node = nodeOf(execution.plan, taskRun.taskId);
  const ids = execution.derived.children.get(taskRun.parentId ?? FLOW) ?? [];
  const siblings = ids.map((id) => execution.taskRuns.get(id)!);
  const dependants = node.parent?.control === 'dag' ? dependantsOf(node) : undefined;
  return siblings.filter((sibling) => {
    if (sibling === taskRun) return inclusive;
    const other = nodeOf(execution.plan, sibling.taskId);
    if (other.phase !== node.phase) return true;
    if (dependants) return dependants.has(other.id) || !isDone(sibling);
    return isAfter(sibling, other, taskRun, node) || !isDone(sibling);
  });
}

const isDone = ({ state }: TaskRun): boolean => isEnded(state) && state !== 'FAILED' && state !== 'KILLED';

function isAfter(sibling: TaskRun, other: PlanNode, taskRun: TaskRun, node: PlanNode): boolean {
  const iteration = (sibling.iteration ?? 0) - (taskRun.iteration ?? 0);
  return iteration > 0 || (iteration === 0 && other.index > node.index);
}

function dependantsOf({ id, parent, list }: PlanNode): ReadonlySet<string> {
  const found = new Set([id]);
  const siblings = parent?.lists[list] ?? [];
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const other of siblings) if (other.task.dependsOn?.some((name) => found.has(name))) found.add(other.id);
  }
  return found;
}

class Copier {
  readonly events: Event[] = [];
  readonly #ids = new Map<string, string>();
  readonly #replacementId: string;
  readonly #options: ReplayOptions;

  constructor(replacementId: string, options: ReplayOptions) {
    this.#replacementId = replacementId;
    this.#options = options;
  }

  copyEnded(taskRun: TaskRun): void {
    const { state, note, error } = taskRun;
    const about = this.#create(taskRun);
    if (state !== 'SKIPPED') this.events.push({ type: 'TaskRunMoved', to: 'RUNNING', ...about });
    this.#note(about.taskRunId, lasting(note));
    this.events.push({ type: 'TaskRunMoved', to: state, ...about, ...(error && { error }) });
  }

  /** Takes over a control task that goes on. */
  copyOpen(taskRun: TaskRun, more: TaskRunNote): void {
    const about = this.#create(taskRun);
    this.events.push({ type: 'TaskRunMoved', to: 'RUNNING', ...about });
    this.#note(about.taskRunId, { ...lasting(taskRun.note), ...more });
  }

  #create({ id, taskId, parentId, value, iteration, outputs: original }: TaskRun) {
    const taskRunId = taskRunIdOf(this.#replacementId, this.#ids.size + 1);
    this.#ids.set(id, taskRunId);
    const { nowMs: atMs, outputs: edited } = this.#options;
    this.events.push({
      type: 'TaskRunCreated',
      taskRunId,
      taskId,
      ...(parentId !== undefined && { parentId: this.#ids.get(parentId)! }),
      ...(value !== undefined && { value }),
      ...(iteration !== undefined && { iteration }),
      atMs,
    });
    const outputs = (edited?.[id] as JsonMap | undefined) ?? original;
    return { taskRunId, attempt: 1, atMs, cause: 'REPLAY', ...(outputs && { outputs }) } as const;
  }

  #note(taskRunId: string, note: TaskRunNote): void {
    if (Object.keys(note).length > 0) this.events.push({ type: 'TaskRunNoted', taskRunId, note });
  }
}

/** What of a note is true in another execution too. */
function lasting(note: TaskRunNote): TaskRunNote {
  const { awaiting: _awaiting, timer: _timer, result: _result, met: _met, linesOf: _lines, strands: _strands, ...rest } = note; // prettier-ignore
  return rest;
}
