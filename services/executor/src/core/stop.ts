import { controlOf } from './control/index.ts';
import { FLOW, isWork } from './derived.ts';
import type { Draft, Stop } from './draft.ts';
import { finish } from './finish.ts';
import { isEnded } from './moves.ts';
import type { Goal, TaskRun } from './state.ts';

/** Leads the execution to an end: nothing new begins, and when nothing runs any more it ends as `goal` says. */
export function stop(draft: Draft, goal: Goal, how: Stop): void {
  draft.noteExecution({ goal, pending: null, held: null, awaiting: null, concluded: null });
  draft.forgetPending();
  const open = [...draft.execution.taskRuns.values()].filter(({ state }) => !isEnded(state));
  if (how !== 'WAIT') {
    const killed = open.filter((taskRun) => stopTaskRun(draft, taskRun, how === 'CASCADE')).map(({ id }) => id);
    const id = `${draft.execution.id}/kill/${draft.execution.version}`;
    if (killed.length > 0) draft.command({ type: 'KillTasks', id, taskRunIds: killed });
  }
  for (const { id } of open) draft.follow(id);
  draft.follow(FLOW);
}

/** Ends what has not begun or only waits. Tells whether a runner must stop its attempt. */
function stopTaskRun(draft: Draft, taskRun: TaskRun, cascade: boolean): boolean {
  const node = draft.node(taskRun);
  const control = node.control && controlOf(node.control);
  if (taskRun.state === 'KILLING') return isWork(node) && !control?.stop;
  if (taskRun.state !== 'RUNNING') {
    endWait(draft, taskRun);
    return false;
  }
  if (control?.stop) {
    control.stop(draft, taskRun, cascade);
    return false;
  }
  if (!isWork(node)) return false;
  draft.move(taskRun, 'KILLING');
  return true;
}

function endWait(draft: Draft, taskRun: TaskRun): void {
  if (taskRun.state === 'RETRYING')
    draft.command({ type: 'CancelTimer', id: `${taskRun.id}/retry/${taskRun.attempt}` });
  const { timer } = taskRun.note;
  if (timer) draft.command({ type: 'CancelTimer', id: timer });
  finish(draft, taskRun, 'KILLED');
}
