import type { Draft } from '../draft.ts';
import type { TaskRun } from '../state.ts';
import type { Control } from './control.ts';
import { hasRoom, limitOf, nextNumber } from './limit.ts';
import { isEnded } from '../moves.ts';

/** All children, at most `concurrent` at a time; waits for every one, then takes the worst outcome. */
export const parallel: Control = {
  wants: ({ task }) => ({ templates: { concurrent: task.properties.concurrent ?? 0 } }),
  begin(draft, taskRun, { concurrent }) {
    draft.move(taskRun, 'RUNNING');
    draft.note(taskRun, { limit: limitOf('concurrent', concurrent) });
  },
  total: (draft, taskRun) => tasksOf(draft, taskRun).length,
  next(draft, taskRun) {
    const node = tasksOf(draft, taskRun)[nextNumber(taskRun)];
    return node && hasRoom(draft, taskRun) ? { node } : undefined;
  },
};

/** As Parallel, but a child begins only once all it depends on have ended. */
export const dag: Control = {
  ...parallel,
  next(draft, taskRun) {
    if (!hasRoom(draft, taskRun)) return undefined;
    const states = childStates(draft, taskRun);
    const enabled = new Set(tasksOf(draft, taskRun).map(({ id }) => id));
    const node = tasksOf(draft, taskRun).find(
      ({ id, task }) =>
        !states.has(id) &&
        (task.dependsOn ?? []).every((name) => !enabled.has(name) || (states.has(name) && isEnded(states.get(name)!))),
    );
    return node && { node };
  },
};

const tasksOf = (draft: Draft, taskRun: TaskRun) => draft.node(taskRun).lists.tasks ?? [];

function childStates(draft: Draft, { id }: TaskRun): ReadonlyMap<string, TaskRun['state']> {
  const children = draft.execution.derived.children.get(id) ?? [];
  return new Map(children.map((child) => draft.find(child)!).map(({ taskId, state }) => [taskId, state]));
}
