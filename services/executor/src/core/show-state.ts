import type { Draft } from './draft.ts';

/** Running, paused or waiting for a retry: what its open task runs make of the execution. */
export function showState(draft: Draft): void {
  const { state, counts, note } = draft.execution;
  if (draft.isLeaving) return;
  if (state !== 'RUNNING' && state !== 'PAUSED' && state !== 'RETRYING') return;
  const shown = note.held || counts.paused > 0 ? 'PAUSED' : counts.retrying > 0 ? 'RETRYING' : 'RUNNING';
  if (shown !== state) draft.moveExecution(shown);
}
