import type { JsonMap } from '@tutti/contracts';
import { isWaitingForRunner } from './attempt.ts';
import { controlOf } from './control/index.ts';
import { HAND_OUT, handOutWanted } from './control/loop.ts';
import { conditionWanted } from './control/loop-until.ts';
import { CHILD_OUTPUTS, childOutputsWanted, killSubflow, startSubflow } from './control/subflow.ts';
import type { Wanted } from './evaluate.ts';
import { makeSuccessor } from './finish.ts';
import type { Command } from './messages.ts';
import { isEnded } from './moves.ts';
import type { Execution, TaskRun } from './state.ts';

/** Whether nothing more can happen to an execution unless somebody restarts it: it has ended, `afterExecution` too. */
export const isSettled = ({ state, tally }: Execution): boolean => isEnded(state) && tally.open === 0;

/** Settled, and no other execution is still to be made in its place: nobody need look at it again. */
export const isDone = (execution: Execution): boolean => isSettled(execution) && !execution.note.successor;

/**
 * The commands that the state says are still to be obeyed, for whoever takes an execution over: they may have been
 * lost on the way. Each has the id it had the first time, so obeying it twice is harmless. Timers are not among them:
 * they are rows, written with the decision.
 */
export function owed(execution: Execution): Command[] {
  const open = [...execution.taskRuns.values()].filter(({ state }) => !isEnded(state));
  const { successor } = execution.note;
  return [
    ...owedOutputs(execution),
    ...(successor ? [makeSuccessor(successor)] : []),
    ...open.flatMap((taskRun) => owedTo(execution, taskRun)),
  ];
}

/** The flow's outputs are being worked out elsewhere. */
function owedOutputs({ note, plan }: Execution): Command[] {
  if (!note.awaiting) return [];
  const templates = Object.fromEntries(plan.flow.outputs.map(({ id, value }) => [id, value]));
  return [{ type: 'Evaluate', id: note.awaiting, templates }];
}

function owedTo(execution: Execution, taskRun: TaskRun): Command[] {
  const { id, attempt, state, note } = taskRun;
  const node = execution.plan.nodes.get(taskRun.taskId)!;
  if (note.awaiting) return [{ type: 'Evaluate', id: note.awaiting, taskRunId: id, ...wantedBy(execution, taskRun) }];
  if (node.control === 'subflow') return owedToSubflow(execution, taskRun);
  if (isWaitingForRunner(node, taskRun))
    return [{ type: 'RunTask', id: `${id}/run/${attempt}`, taskRunId: id, attempt, workerGroup: node.task.workerGroup ?? 'default' }]; // prettier-ignore
  return state === 'KILLING' ? [{ type: 'KillTasks', id: `${id}/kill/${attempt}`, taskRunIds: [id] }] : [];
}

function owedToSubflow(execution: Execution, taskRun: TaskRun): Command[] {
  const { state, note } = taskRun;
  if (state === 'KILLING' && note.child) return [killSubflow(taskRun, note.child)];
  if (state === 'RUNNING' && note.child && note.wait) return [askSubflow(taskRun, note.child)];
  const isMissing = (state === 'RUNNING' || state === 'KILLING') && !note.child;
  return isMissing && note.values ? [startSubflow(execution, taskRun, note.values)] : [];
}

const askSubflow = ({ id, attempt, iteration = 0 }: TaskRun, executionId: string): Command => ({
  type: 'AskSubflow',
  id: `${id}/ask-subflow/${attempt}`,
  executionId,
  taskRunId: id,
  attempt,
  index: iteration,
});

/** What a task run has asked to be rendered; the stage stands in the id of its command. */
function wantedBy({ plan }: Execution, taskRun: TaskRun): Wanted {
  const { taskId, note } = taskRun;
  const node = plan.nodes.get(taskId)!;
  const nothing: { templates: JsonMap } = { templates: {} };
  switch (note.awaiting?.split('/')[2]) {
    case 'runIf':
      return { templates: { runIf: node.task.runIf! }, conditions: ['runIf'] };
    case 'begin':
      return controlOf(node.control!).wants?.(node) ?? nothing;
    case CHILD_OUTPUTS:
      return childOutputsWanted(node, taskRun);
    case HAND_OUT:
      return handOutWanted(node, taskRun);
    case 'condition':
      return conditionWanted(node);
    default:
      return note.linesOf ? { ...nothing, linesOf: note.linesOf } : nothing;
  }
}
