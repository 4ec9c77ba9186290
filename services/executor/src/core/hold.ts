import { drain } from './advance.ts';
import { controlOf } from './control/index.ts';
import type { Draft } from './draft.ts';
import type { Input } from './messages.ts';
import { showState } from './show-state.ts';
import type { TaskRun } from './state.ts';

const PAUSABLE: ReadonlySet<string> = new Set(['RUNNING', 'RETRYING', 'PAUSED']);

/** A user holds the execution: what runs is finished, nothing new begins. */
export function pauseExecution(draft: Draft): void {
  const { state, note } = draft.execution;
  if (note.held) return;
  if (!PAUSABLE.has(state) || note.goal)
    return draft.refuse('EXECUTION_NOT_RUNNING', `An execution that is ${state} cannot be paused.`);
  draft.noteExecution({ held: true });
  showState(draft);
}

/** A user goes on with a paused task, or with an execution that was held. */
export function resumeExecution(draft: Draft, input: Extract<Input, { type: 'ResumeExecution' }>): void {
  if (draft.execution.note.held && input.taskRunId === undefined) return release(draft);
  const paused = pausedTaskRuns(draft).filter(({ id }) => input.taskRunId === undefined || id === input.taskRunId);
  const [taskRun] = paused;
  if (!taskRun) return draft.refuse('EXECUTION_NOT_PAUSED', 'Nothing of the execution waits to be resumed.');
  if (paused.length > 1)
    return draft.refuse(
      'PAUSE_AMBIGUOUS',
      `Several tasks are paused; name one: ${paused.map(({ id }) => id).join(', ')}.`,
    );
  controlOf(draft.node(taskRun).control!).resume!(draft, taskRun, { inputs: input.inputs, by: input.by });
  drain(draft);
}

/** Task runs that wait for somebody. */
function pausedTaskRuns(draft: Draft): TaskRun[] {
  return [...draft.execution.taskRuns.values()].filter((taskRun) => {
    const { control } = draft.node(taskRun);
    return taskRun.state === 'PAUSED' && control !== undefined && controlOf(control).resume !== undefined;
  });
}

function release(draft: Draft): void {
  draft.noteExecution({ held: null });
  draft.moveExecution('RESTARTED');
  draft.moveExecution('RUNNING');
  draft.followPending();
  drain(draft);
}
