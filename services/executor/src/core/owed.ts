import type { Command } from './messages.ts';
import { isEnded } from './moves.ts';
import type { Execution, TaskRun } from './state.ts';

/** Whether nothing more can happen to an execution unless somebody restarts it: it has ended, `afterExecution` too. */
export const isSettled = ({ state, tally }: Execution): boolean => isEnded(state) && tally.open === 0;

/**
 * The commands that the state says are still to be obeyed, for whoever takes an execution over: they may have been
 * lost on the way. Each has the id it had the first time, so obeying it twice is harmless.
 */
export function owed(execution: Execution): Command[] {
  return [...execution.taskRuns.values()]
    .filter(({ state }) => !isEnded(state))
    .flatMap((taskRun) => owedTo(execution, taskRun));
}

function owedTo(execution: Execution, taskRun: TaskRun): Command[] {
  const { id, attempt, taskId, state } = taskRun;
  const node = execution.plan.nodes.get(taskId);
  if (!node) return [];
  const isWork = node.kind !== 'control' || node.control === 'workingDirectory';
  if (!isWork) return [];
  if (state === 'KILLING') return [{ type: 'KillTasks', id: `${id}/kill/${attempt}`, taskRunIds: [id] }];
  const waits = state === 'CREATED' || state === 'SUBMITTED' || state === 'RESTARTED';
  if (!waits || taskRun.note.awaiting) return [];
  return [
    {
      type: 'RunTask',
      id: `${id}/run/${attempt}`,
      taskRunId: id,
      attempt,
      workerGroup: node.task.workerGroup ?? 'default',
    },
  ];
}
