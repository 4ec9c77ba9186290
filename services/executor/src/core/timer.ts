import { drain } from './advance.ts';
import { retryDue } from './attempt.ts';
import { controlOf } from './control/index.ts';
import type { Draft } from './draft.ts';
import type { Input } from './messages.ts';
import { isEnded } from './moves.ts';
import { showState } from './show-state.ts';
import { durationExceeded } from './sla.ts';

/** A due time has come. The id says whose: `<task run>/retry/<attempt>`, `<execution>/continue/<version>` … */
export function fireTimer(draft: Draft, { timerId }: Extract<Input, { type: 'TimerFired' }>): void {
  const [owner = '', name = '', rest = ''] = timerId.split('/');
  if (owner === draft.execution.id) return name === 'continue' ? proceed(draft) : durationExceeded(draft, rest);
  const taskRun = draft.find(owner);
  if (!taskRun || isEnded(taskRun.state)) return;
  if (name === 'retry') return retryDue(draft, taskRun, Number(rest));
  if (taskRun.note.timer !== timerId) return;
  draft.note(taskRun, { timer: null });
  const { control } = draft.node(taskRun);
  controlOf(control!).timerFired?.(draft, draft.current(taskRun), name);
  showState(draft);
  drain(draft);
}

/** Takes up what earlier decisions left. */
function proceed(draft: Draft): void {
  draft.followPending();
  drain(draft);
}
