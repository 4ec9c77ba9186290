import { drain } from './advance.ts';
import type { Draft } from './draft.ts';
import { mergeLabels } from './effects.ts';
import type { Input } from './messages.ts';
import { isEnded } from './moves.ts';
import { startDurations } from './sla.ts';
import { followAllUnfinished } from './unfinished.ts';

type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>;

/** Begins an execution that has its slot. */
export function startExecution(draft: Draft): void {
  const { state, createdAtMs } = draft.execution;
  if (state !== 'CREATED' && state !== 'QUEUED') return;
  startDurations(draft, createdAtMs);
  followAllUnfinished(draft);
  drain(draft);
}

/** The flow's concurrency limit is reached. */
export function refuseSlot(draft: Draft, { behavior }: InputOf<'RefuseSlot'>): void {
  if (draft.execution.state !== 'CREATED') return;
  if (behavior === 'QUEUE') return draft.moveExecution('QUEUED');
  const to = behavior === 'CANCEL' ? 'CANCELLED' : 'FAILED';
  const message = `Execution is ${to} due to concurrency limit exceeded`;
  draft.log('ERROR', message);
  draft.moveExecution(to, message);
}

export function killExecution(draft: Draft, { cascade }: InputOf<'KillExecution'>): void {
  const { state, tally } = draft.execution;
  if (state === 'KILLING') return;
  if (isEnded(state) && tally.open === 0)
    return draft.refuse('EXECUTION_ENDED', `The execution has already ended as ${state}.`);
  if (!isEnded(state) && state !== 'CREATED' && state !== 'QUEUED') draft.moveExecution('KILLING');
  draft.askStop({ execution: 'KILLED', taskRuns: 'KILLED' }, cascade ? 'CASCADE' : 'KILL');
  drain(draft);
}

export function setLabels(draft: Draft, { labels }: InputOf<'SetLabels'>): void {
  const merged = mergeLabels(draft.execution.labels, Object.fromEntries(labels.map(({ key, value }) => [key, value])));
  draft.record({ type: 'LabelsSet', labels: merged });
}
