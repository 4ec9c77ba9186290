import type { AttemptSnapshot, TaskRunState } from '@tutti/contracts';
import {
  adopt,
  FLOW,
  latestPhase,
  NO_CHILDREN,
  placeOutputs,
  put,
  removeOutputs,
  retally,
  type Undo,
} from './derived.ts';
import type { Event } from './messages.ts';
import { checkMove, EXECUTION_MOVES, isEnded, TASK_RUN_MOVES } from './moves.ts';
import type { Execution, ExecutionNote, TaskRun, TaskRunNote } from './state.ts';

/**
 * Folds one journal event into an execution, in place and in constant time. Takes no decision: replaying a journal
 * gives the state it gave then. `undo`, when given, receives how to take back what the rows and indexes underwent;
 * whoever wants to go back keeps the execution's own fields himself.
 * @throws {Error} for a move that is not in the tables.
 */
export function apply(execution: Execution, event: Event, undo?: Undo): void {
  execution.version += 1;
  switch (event.type) {
    case 'ExecutionMoved':
      checkMove(EXECUTION_MOVES, execution.state, event.to);
      execution.state = event.to;
      execution.histories = [...execution.histories, { state: event.to, atMs: event.atMs }];
      if (event.error !== undefined) execution.error = event.error;
      else delete execution.error;
      return;
    case 'TaskRunCreated':
      create(execution, event, undo);
      return;
    case 'TaskRunMoved':
      move(execution, event, undo);
      return;
    case 'TaskRunNoted': {
      const taskRun = known(execution, event.taskRunId);
      const note = patched<TaskRunNote>(taskRun.note, event.note);
      put(execution, { ...taskRun, note, ...(event.outputs && { outputs: event.outputs }) }, undo);
      if (event.outputs) placeOutputs(execution, taskRun, event.outputs, undo);
      return;
    }
    case 'TaskRunsDropped':
      drop(execution, event.taskRunIds, undo);
      return;
    case 'LabelsSet':
      execution.labels = event.labels;
      return;
    case 'VariablesSet':
      execution.variables = event.variables;
      return;
    case 'OutputsSet':
      execution.outputs = event.outputs;
      return;
    case 'ExecutionNoted':
      execution.note = patched<ExecutionNote>(execution.note, event.note);
      return;
    default:
      event satisfies never;
  }
}

type EventOf<Type extends Event['type']> = Extract<Event, { type: Type }>;

function create(execution: Execution, event: EventOf<'TaskRunCreated'>, undo: Undo | undefined): void {
  const { parentId, value, iteration } = event;
  const taskRun: TaskRun = {
    id: event.taskRunId,
    taskId: event.taskId,
    ...(parentId !== undefined && { parentId }),
    ...(value !== undefined && { value }),
    ...(iteration !== undefined && { iteration }),
    attempt: 1,
    state: 'CREATED',
    histories: [{ state: 'CREATED', atMs: event.atMs }],
    attempts: [],
    note: {},
    tally: NO_CHILDREN,
  };
  execution.taskRunCount += 1;
  put(execution, taskRun, undo);
  adopt(execution, taskRun, undo);
  retally(execution, taskRun, undefined, 'CREATED', undo);
}

function move(execution: Execution, event: EventOf<'TaskRunMoved'>, undo: Undo | undefined): void {
  const taskRun = known(execution, event.taskRunId);
  const { to, outputs, error } = event;
  checkMove(TASK_RUN_MOVES, taskRun.state, to);
  const { error: _, ...rest } = taskRun;
  const moved: TaskRun = {
    ...rest,
    state: to,
    attempt: event.attempt,
    histories: [...taskRun.histories, { state: to, atMs: event.atMs }],
    attempts: attemptsAfter(taskRun.attempts, event),
    ...(outputs && { outputs }),
    ...(error && { error }),
  };
  put(execution, moved, undo);
  retally(execution, moved, taskRun.state, to, undo);
  if (outputs) placeOutputs(execution, moved, outputs, undo);
}

/** The attempts after a move: one more when it begins one, the last closed when it ends one. */
function attemptsAfter(
  attempts: readonly AttemptSnapshot[],
  event: EventOf<'TaskRunMoved'>,
): readonly AttemptSnapshot[] {
  const { attempt, to, atMs, cause = 'FIRST', workerId } = event;
  const last = attempts.at(-1);
  if (attempt !== (last?.attempt ?? 1)) return [...closed(attempts, 'FAILED', atMs), { attempt, cause, state: to }];
  if (to === 'RUNNING') {
    const begun = { startedAtMs: atMs, ...(workerId !== undefined && { workerId }) };
    if (!last) return [{ attempt, cause, state: to, ...begun }];
    return [...attempts.slice(0, -1), { ...begun, ...last, state: to }];
  }
  if (isEnded(to) || to === 'RETRYING') return closed(attempts, event.attemptState ?? attemptState(to), atMs);
  return last ? [...attempts.slice(0, -1), { ...last, state: to }] : attempts;
}

const attemptState = (to: TaskRunState): TaskRunState => (to === 'RETRYING' || to === 'RETRIED' ? 'FAILED' : to);

function closed(
  attempts: readonly AttemptSnapshot[],
  state: TaskRunState,
  endedAtMs: number,
): readonly AttemptSnapshot[] {
  const last = attempts.at(-1);
  if (!last || last.endedAtMs !== undefined) return attempts;
  return [...attempts.slice(0, -1), { ...last, state, endedAtMs }];
}

function drop(execution: Execution, ids: readonly string[], undo: Undo | undefined): void {
  const { taskRuns, derived } = execution;
  const rows = [...taskRuns];
  const children = new Map(derived.children);
  const reported = new Map(derived.reported);
  undo?.push(() => {
    restore(taskRuns, rows);
    restore(derived.reported, reported);
    restore(derived.children, children);
  });
  const dropped = new Set(ids);
  const parents = new Set<string>();
  for (const id of ids.toReversed()) {
    const taskRun = known(execution, id);
    removeOutputs(execution, taskRun, undo);
    retally(execution, taskRun, taskRun.state, undefined);
    parents.add(taskRun.parentId ?? FLOW);
    taskRuns.delete(id);
  }
  for (const parentId of parents) forgetChildren(execution, parentId, dropped);
}

function forgetChildren(execution: Execution, parentId: string, dropped: ReadonlySet<string>): void {
  const { children } = execution.derived;
  const left = (children.get(parentId) ?? []).filter((id) => !dropped.has(id));
  if (left.length > 0) children.set(parentId, left);
  else children.delete(parentId);
  const phase = latestPhase(execution, parentId);
  const parent = execution.taskRuns.get(parentId);
  if (parent) execution.taskRuns.set(parentId, { ...parent, tally: { ...parent.tally, phase } });
  else if (parentId === FLOW) execution.tally = { ...execution.tally, phase };
}

function restore<Key, Value>(map: Map<Key, Value>, entries: Iterable<readonly [Key, Value]>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

function known(execution: Execution, id: string): TaskRun {
  const taskRun = execution.taskRuns.get(id);
  if (!taskRun) throw new Error(`Execution ${execution.id} has no task run ${id}.`);
  return taskRun;
}

/** The note with a patch applied; `null` removes a key. */
function patched<Note extends object>(note: Note, patch: Partial<Note>): Note {
  const next = { ...note, ...patch };
  for (const [key, value] of Object.entries(patch)) if (value === null) delete next[key as keyof Note];
  return next;
}
