import type { JsonMap } from '@tutti/contracts';
import type { Draft } from '../draft.ts';
import type { TaskRun } from '../state.ts';

/** Somebody who resumes a paused task run: what he filled in, and who he is. */
export interface Resumption {
  readonly inputs: JsonMap;
  readonly by?: string | undefined;
}

/** Outputs of a pause that is over. */
export const resumedOutputs = (draft: Draft, to: string, by?: string): JsonMap => ({
  resumed: { ...(by !== undefined && { by }), on: new Date(draft.nowMs).toISOString(), to },
});

/** Takes a task run out of its wait: the execution shows RESTARTED, and its timer is not needed any more. */
export function endWait(draft: Draft, taskRun: TaskRun): void {
  const { timer } = taskRun.note;
  if (timer) {
    draft.command({ type: 'CancelTimer', id: timer });
    draft.note(taskRun, { timer: null });
  }
  draft.move(taskRun, 'RUNNING');
  if (draft.execution.state !== 'PAUSED') return;
  draft.moveExecution('RESTARTED');
  draft.moveExecution('RUNNING');
}

/** Begins to wait, until somebody resumes it or `durationMs` have passed. */
export function beginWait(draft: Draft, taskRun: TaskRun, durationMs: number | undefined): void {
  if (durationMs !== undefined) {
    const id = `${taskRun.id}/wait/${taskRun.attempt}`;
    draft.command({ type: 'StartTimer', id, dueAtMs: draft.nowMs + durationMs });
    draft.note(taskRun, { timer: id });
  }
  draft.move(taskRun, 'PAUSED');
}
