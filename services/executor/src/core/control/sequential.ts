import type { Draft } from '../draft.ts';
import type { TaskRun } from '../state.ts';
import type { Control, Strand } from './control.ts';

/** One child after the other; the first failure ends it. */
export const sequential: Control = {
  begin: (draft, taskRun) => draft.move(taskRun, 'RUNNING'),
  total: (draft, taskRun) => listOf(draft, taskRun).length,
  next: (draft, taskRun) => firstOf(draft, taskRun),
};

/** The same, but a failure is only a warning. */
export const allowFailure: Control = {
  ...sequential,
  settle: (_draft, _taskRun, outcome) => (outcome === 'FAILED' ? 'WARNING' : outcome),
};

/** The one list of a sequence: the branch that was chosen, else `tasks`. */
export const listOf = (draft: Draft, taskRun: TaskRun) =>
  draft.node(taskRun).lists[taskRun.note.branch ?? 'tasks'] ?? [];

export function firstOf(draft: Draft, taskRun: TaskRun): Strand | undefined {
  const [node] = listOf(draft, taskRun);
  return taskRun.tally.started === 0 && node ? { node } : undefined;
}
