import type { TaskRunState } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import { conclude } from './conclude.ts';
import type { Control, Outcome, Strand } from './control/control.ts';
import { controlOf } from './control/index.ts';
import { FLOW, isWork } from './derived.ts';
import type { Draft } from './draft.ts';
import { EvaluationError, orEvaluationError } from './evaluate.ts';
import { finish } from './finish.ts';
import { isEnded } from './moves.ts';
import { showState } from './show-state.ts';
import { createTaskRun, launchPure, prepare, retry, startNode } from './start.ts';
import { stop } from './stop.ts';
import type { TaskRun } from './state.ts';

/**
 * Draws the consequences of all that is on the agenda, and of what comes of them, until nothing more happens.
 * Pure tasks run when all that can begin has begun: as if each took a moment.
 */
export function drain(draft: Draft): void {
  while (takeStep(draft));
  showState(draft);
  keepPending(draft);
}

function takeStep(draft: Draft): boolean {
  const asked = draft.takeStop();
  if (asked) stop(draft, asked.goal, asked.how);
  const id = draft.take();
  if (id !== undefined) {
    followUp(draft, id);
    return true;
  }
  const ready = draft.takeReady();
  if (ready) launchPure(draft, ready);
  return asked !== undefined || ready !== undefined;
}

function followUp(draft: Draft, id: string): void {
  const taskRun = draft.find(id);
  if (id !== FLOW && !taskRun) return;
  if (draft.execution.note.held) draft.defer(id);
  else if (taskRun?.state === 'RETRYING') retry(draft, taskRun);
  else if (taskRun && isEnded(taskRun.state)) followEnd(draft, taskRun);
  else advance(draft, id);
}

function followEnd(draft: Draft, taskRun: TaskRun): void {
  const next = successorOf(draft, taskRun);
  if (next && !draft.mayStart()) {
    draft.defer(taskRun.id);
    return;
  }
  if (next) startNode(draft, next, taskRun);
  advance(draft, taskRun.parentId ?? FLOW);
}

/** What comes after an ended task run in its strand. A failure ends a strand of the main part, and of no other. */
function successorOf(draft: Draft, taskRun: TaskRun): PlanNode | undefined {
  const node = draft.node(taskRun);
  if (draft.isStopping || (isEnded(draft.execution.state) && node.phase !== 'afterExecution')) return undefined;
  const { lists } = node.parent ?? draft.execution.plan;
  if (node.phase === 'tasks') {
    if (node.parent?.lists[node.list]?.[node.index + 1]?.leads) return undefined;
    if (isBlocked(draft, taskRun.parentId ?? FLOW)) return undefined;
  }
  return lists[node.list]?.[node.index + 1];
}

/** Looks at a control task (or the flow): begins what may begin, goes on to its next part, or closes it. */
export function advance(draft: Draft, id: string): void {
  const scope = scopeOf(draft, id);
  if (!scope) return;
  if (draft.isStopping) {
    if (draft.isDrained(id)) close(draft, scope, draft.execution.note.goal!.taskRuns);
    return;
  }
  if (draft.tally(id).phase === 'tasks') {
    if (!isBlocked(draft, id) && !fill(draft, scope)) return;
    if (draft.isDrained(id)) endMain(draft, scope);
  } else if (draft.isDrained(id)) endPart(draft, scope);
}

/** A control task that has begun and not ended, or the flow itself: whatever has children. */
interface Scope {
  readonly id: string;
  readonly taskRun?: TaskRun;
  readonly control?: Control;
}

function scopeOf(draft: Draft, id: string): Scope | undefined {
  if (id === FLOW) return isEnded(draft.execution.state) ? undefined : { id };
  const taskRun = draft.find(id)!;
  const node = draft.node(taskRun);
  const { control } = node;
  const begun = taskRun.state === 'RUNNING' || taskRun.state === 'KILLING';
  const isElsewhere = taskRun.note.awaiting || (isWork(node) && !taskRun.note.result);
  return begun && control && !isElsewhere ? { id, taskRun, control: controlOf(control) } : undefined;
}

/** After a failure nothing new begins, neither here nor in whatever runs beside the one that failed. */
function isBlocked(draft: Draft, id: string): boolean {
  const { phase, failed, killed } = draft.tally(id);
  return (phase === 'tasks' && failed + killed > 0 && !goesOn(draft, id)) || isBlockedAbove(draft, id);
}

/** Whether something beside it has failed. What belongs to `errors` or `finally` runs all the same. */
function isBlockedAbove(draft: Draft, id: string): boolean {
  const taskRun = draft.find(id);
  if (!taskRun || draft.node(taskRun).phase !== 'tasks') return false;
  return isBlocked(draft, taskRun.parentId ?? FLOW);
}

function goesOn(draft: Draft, id: string): boolean {
  const taskRun = draft.find(id);
  const control = taskRun && draft.node(taskRun).control;
  return control !== undefined && controlOf(control).goesOn?.(taskRun!) === true;
}

/**
 * Begins as many strands as may begin now. False when some had to be left to a later decision. All are created before
 * the first of them runs, so that what a quick one comes to does not decide whether the others begin.
 */
function fill(draft: Draft, { id }: Scope): boolean {
  const created: string[] = [];
  let strand = nextStrand(draft, id);
  for (; strand && draft.mayStart(); strand = nextStrand(draft, id))
    created.push(createTaskRun(draft, strand.node, { ...strand, parentId: id === FLOW ? undefined : id }).id);
  for (const taskRunId of created) prepare(draft, draft.find(taskRunId)!);
  if (strand) draft.defer(id);
  else draft.undefer(id);
  return strand === undefined;
}

function nextStrand(draft: Draft, id: string): Strand | undefined {
  const taskRun = draft.find(id);
  if (taskRun) return controlOf(draft.node(taskRun).control!).next(draft, taskRun);
  const [node] = draft.execution.plan.lists.tasks ?? [];
  return draft.execution.tally.started === 0 && node ? { node } : undefined;
}

/**
 * The main part is over: `errors` follow a failure, then `finally`, then the end. Where something beside it has failed
 * it may have been cut off, which is a failure too, but not one to be handled here.
 */
function endMain(draft: Draft, scope: Scope): void {
  const { failed, killed, warned } = draft.tally(scope.id);
  const isBeside = isBlockedAbove(draft, scope.id);
  const cutOff = failed + killed === 0 && isBeside && isIncomplete(draft, scope);
  const natural: Outcome = killed > 0 ? 'KILLED' : failed > 0 || cutOff ? 'FAILED' : warned > 0 ? 'WARNING' : 'SUCCESS';
  const outcome = cutOff ? natural : settle(draft, scope, natural);
  if (outcome === undefined) return;
  const handled = !isBeside && (natural === 'FAILED' || outcome === 'FAILED');
  const part = [...(handled ? ['errors'] : []), 'finally'].find((list) => listsOf(draft, scope)[list]?.length);
  if (!part) {
    close(draft, scope, outcome);
    return;
  }
  noteOutcome(draft, scope, outcome);
  startPart(draft, scope, part);
}

/** What the control task makes of it; nothing when it goes on. */
function settle(draft: Draft, { taskRun, control }: Scope, natural: Outcome): TaskRunState | undefined {
  if (!control?.settle) return natural;
  const outcome = orEvaluationError(() => control.settle!(draft, draft.current(taskRun!), natural));
  if (!(outcome instanceof EvaluationError)) return outcome;
  draft.log('ERROR', outcome.message, taskRun);
  return 'FAILED';
}

function isIncomplete(draft: Draft, { taskRun, control, id }: Scope): boolean {
  const children = draft.execution.derived.children.get(id) ?? [];
  const done = children.filter((child) => draft.node(draft.find(child)!).phase === 'tasks').length;
  return taskRun !== undefined && done < control!.total(draft, draft.current(taskRun));
}

/** `errors` or `finally` are over. */
function endPart(draft: Draft, scope: Scope): void {
  const { phase } = draft.tally(scope.id);
  if (phase === 'errors' && listsOf(draft, scope).finally?.length) startPart(draft, scope, 'finally');
  else close(draft, scope, notedOutcome(draft, scope));
}

function startPart(draft: Draft, scope: Scope, list: string): void {
  startNode(draft, listsOf(draft, scope)[list]![0]!, { parentId: scope.taskRun?.id });
}

const listsOf = (draft: Draft, { taskRun }: Scope) => (taskRun ? draft.node(taskRun) : draft.execution.plan).lists;

function noteOutcome(draft: Draft, { taskRun }: Scope, outcome: TaskRunState): void {
  if (taskRun) draft.note(taskRun, { result: outcome });
  else draft.noteExecution({ outcome: outcome as Outcome });
}

function notedOutcome(draft: Draft, { taskRun }: Scope): TaskRunState {
  return (taskRun ? draft.current(taskRun).note.result : (draft.execution.note.outcome as Outcome)) ?? 'SUCCESS';
}

function close(draft: Draft, { taskRun }: Scope, outcome: TaskRunState): void {
  if (taskRun) finish(draft, draft.current(taskRun), outcome);
  else conclude(draft, outcome);
}

/** Remembers what was left, and asks to be woken for it at once; on hold, the resume wakes it. */
function keepPending(draft: Draft): void {
  const { id, note } = draft.execution;
  const left = draft.pending;
  const known = note.pending ?? [];
  if (left.join() !== known.join()) draft.noteExecution({ pending: left.length > 0 ? left : null });
  if (draft.hasDeferred && left.length > 0 && !note.held)
    draft.command({ type: 'StartTimer', id: `${id}/continue/${draft.execution.version}`, dueAtMs: draft.nowMs });
}
