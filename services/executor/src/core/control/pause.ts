import type { Draft } from '../draft.ts';
import type { TaskRun } from '../state.ts';
import type { Control, Outcome, Strand } from './control.ts';
import { durationMs } from './duration.ts';
import { beginWait, endWait, resumedOutputs } from './resume.ts';
import { listOf, sequential } from './sequential.ts';

/** What the end of `pauseDuration` makes of the task run. */
const ON_EXPIRY = { RESUME: 'SUCCESS', WARN: 'WARNING', FAIL: 'FAILED', CANCEL: 'CANCELLED' } as const;

/**
 * Waits to be resumed, or for a time to pass. `onPause` runs before the wait, the deprecated `tasks` after it;
 * which of them is at hand is the note's `branch`.
 */
export const pause: Control = {
  ...sequential,
  beginsAnew: true,
  wants: ({ task: { properties, timeout } }) => ({
    templates: {
      pauseDuration: properties.pauseDuration ?? properties.delay,
      behavior: properties.behavior ?? 'RESUME',
      timeout: properties.timeout ?? timeout,
    },
  }),
  begin(draft, taskRun, values) {
    const timeout = durationMs('timeout', values.timeout);
    const duration = durationMs('pauseDuration', values.pauseDuration);
    const fails = timeout !== undefined && (duration === undefined || timeout < duration);
    const dueInMs = fails ? timeout : duration;
    draft.move(taskRun, 'RUNNING');
    draft.note(taskRun, {
      branch: 'onPause',
      behavior: fails ? 'FAIL' : String(values.behavior as string),
      ...(dueInMs !== undefined && { waitMs: dueInMs }),
    });
  },
  next: (draft, taskRun) => firstUnbegun(draft, taskRun),
  settle(draft, taskRun, outcome) {
    if (taskRun.note.branch !== 'onPause') return worse(outcome, taskRun.note.result);
    if (outcome === 'FAILED' || outcome === 'KILLED') return outcome;
    beginWait(draft, taskRun, taskRun.note.waitMs);
    return undefined;
  },
  timerFired(draft, taskRun) {
    const to = ON_EXPIRY[taskRun.note.behavior as keyof typeof ON_EXPIRY] ?? 'SUCCESS';
    if (to === 'CANCELLED') {
      draft.note(taskRun, {}, resumedOutputs(draft, to));
      draft.askStop({ execution: 'CANCELLED', taskRuns: 'CANCELLED' }, 'CASCADE');
      draft.move(taskRun, 'CANCELLED');
    } else goOn(draft, taskRun, to, resumedOutputs(draft, to));
  },
  resume(draft, taskRun, { inputs, by }) {
    goOn(draft, taskRun, 'SUCCESS', { ...resumedOutputs(draft, 'SUCCESS', by), onResume: inputs });
  },
};

function goOn(
  draft: Draft,
  taskRun: TaskRun,
  result: 'SUCCESS' | 'WARNING' | 'FAILED',
  outputs: TaskRun['outputs'] & object,
): void {
  endWait(draft, taskRun);
  draft.note(taskRun, { branch: result === 'FAILED' ? 'none' : 'tasks', result }, outputs);
  draft.follow(taskRun.id);
}

/** The first task of the list at hand, unless it has begun. */
export function firstUnbegun(draft: Draft, taskRun: TaskRun): Strand | undefined {
  const [node] = listOf(draft, taskRun);
  if (!node) return undefined;
  const children = draft.execution.derived.children.get(taskRun.id) ?? [];
  return children.some((id) => draft.find(id)!.taskId === node.id) ? undefined : { node };
}

const WORST_FIRST = ['KILLED', 'FAILED', 'WARNING'] as const;

/** The worse of what the children came to and what the task itself did. */
export const worse = (outcome: Outcome, own: string | null | undefined): Outcome =>
  WORST_FIRST.find((state) => state === outcome || state === own) ?? 'SUCCESS';
