import type { PlanNode } from '@tutti/flow-model';
import { drain } from './advance.ts';
import { directoryEnded, dropChildren } from './control/working-directory.ts';
import type { Draft } from './draft.ts';
import { applyEffects } from './effects.ts';
import { attemptEnded } from './finish.ts';
import type { Input } from './messages.ts';
import { submit } from './start.ts';
import type { TaskRun } from './state.ts';

type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>;

/** Runners lost before the attempts of a task run are given up: a task that kills its runner must not kill them all. */
const MAX_LOST_ATTEMPTS = 5;

/** A runner was given the attempt. */
export function claimAttempt(draft: Draft, input: InputOf<'AttemptClaimed'>): void {
  const taskRun = draft.attempt(input);
  if (taskRun && isWaitingForRunner(draft.node(taskRun), taskRun))
    draft.move(taskRun, 'RUNNING', { workerId: input.workerId });
}

/** Whether an attempt is there for a runner to claim. */
export function isWaitingForRunner({ kind, control }: PlanNode, taskRun: TaskRun): boolean {
  const work = kind !== 'control' || control === 'workingDirectory';
  const waits = taskRun.state === 'CREATED' || taskRun.state === 'RESTARTED';
  return work && waits && taskRun.note.awaiting === undefined;
}

/** A runner reports how an attempt ended. One that comes twice, late or for another attempt changes nothing. */
export function endAttempt(draft: Draft, input: InputOf<'AttemptEnded'>): void {
  const taskRun = draft.attempt(input);
  if (!taskRun) return;
  if (isWaitingForRunner(draft.node(taskRun), taskRun)) draft.move(taskRun, 'RUNNING');
  else if (!isOnRunner(draft.node(taskRun), taskRun)) return;
  if (draft.node(taskRun).control) directoryEnded(draft, draft.current(taskRun), input);
  else attemptEnded(draft, draft.current(taskRun), input);
  if (input.effects && input.state !== 'KILLED') applyEffects(draft, input.effects);
  drain(draft);
}

/** Whether a runner carries the attempt out. */
function isOnRunner({ kind, control }: PlanNode, { state, note }: TaskRun): boolean {
  const work = kind !== 'control' || (control === 'workingDirectory' && !note.result);
  return work && (state === 'RUNNING' || state === 'KILLING');
}

/** The runner is gone: another attempt is made, or the task fails, as it says. */
export function loseAttempt(draft: Draft, input: InputOf<'AttemptLost'>): void {
  const taskRun = draft.attempt(input);
  if (!taskRun || !isOnRunner(draft.node(taskRun), taskRun)) return;
  const lost = taskRun.attempts.filter(({ cause }) => cause === 'WORKER_LOST').length;
  if (taskRun.state === 'KILLING') attemptEnded(draft, taskRun, { state: 'KILLED' });
  else if (draft.node(taskRun).task.onWorkerLost !== 'FAIL' && lost < MAX_LOST_ATTEMPTS) {
    draft.log('WARN', 'The task runner was lost; the task is run again.', taskRun);
    dropChildren(draft, taskRun);
    draft.move(taskRun, 'CREATED', { attempt: taskRun.attempt + 1, cause: 'WORKER_LOST' });
    submit(draft, draft.current(taskRun));
  } else {
    const message = 'The task runner was lost while it ran the task.';
    draft.log('ERROR', message, taskRun);
    attemptEnded(draft, taskRun, { state: 'FAILED', error: { code: 'WORKER_LOST', message, retryable: true } });
  }
  drain(draft);
}

/** The wait before a retry is over. */
export function retryDue(draft: Draft, taskRun: TaskRun, attempt: number): void {
  if (taskRun.state !== 'RETRYING' || taskRun.attempt !== attempt) return;
  draft.follow(taskRun.id);
  drain(draft);
}
