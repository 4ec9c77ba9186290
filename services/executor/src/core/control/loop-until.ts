import type { JsonMap } from '@tutti/contracts';
import type { Draft } from '../draft.ts';
import type { PlanNode } from '@tutti/flow-model';
import { evaluate, textOf, type Wanted } from '../evaluate.ts';
import type { TaskRun } from '../state.ts';
import type { Control } from './control.ts';
import { durationMs } from './duration.ts';
import { limitOf } from './limit.ts';
import { sequential } from './sequential.ts';

const DEFAULT_INTERVAL_MS = 1_000;
const DEFAULT_MAX_ITERATIONS = 100;
const DEFAULT_MAX_DURATION_MS = 3_600_000;

/** Runs its children round after round until the condition holds; only the last round's task runs stay. */
export const loopUntil: Control = {
  ...sequential,
  beginsAnew: true,
  wants: ({ task: { properties } }) => ({
    templates: {
      checkFrequency: properties.checkFrequency ?? {},
      failOnMaxReached: properties.failOnMaxReached ?? false,
    },
  }),
  begin(draft, taskRun, { checkFrequency, failOnMaxReached }) {
    const { interval, maxIterations = DEFAULT_MAX_ITERATIONS, maxDuration } = (checkFrequency ?? {}) as JsonMap;
    const bounds = {
      intervalMs: durationMs('interval', interval) ?? DEFAULT_INTERVAL_MS,
      maxIterations: limitOf('maxIterations', maxIterations),
      maxDurationMs: durationMs('maxDuration', maxDuration) ?? DEFAULT_MAX_DURATION_MS,
    };
    draft.move(taskRun, 'RUNNING');
    const failOnMax = textOf(failOnMaxReached) === 'true';
    const note = { ...bounds, failOnMaxReached: failOnMax, round: 1, sinceMs: draft.nowMs };
    draft.note(taskRun, note, { iterationCount: 1 });
  },
  next: (draft, taskRun) => {
    const first = sequential.next(draft, taskRun);
    return first && { ...first, iteration: roundOf(taskRun) - 1 };
  },
  settle(draft, taskRun, outcome) {
    if (outcome === 'FAILED' || outcome === 'KILLED') {
      draft.note(taskRun, {}, {}); // a round that was not finished does not count
      return outcome;
    }
    const met = taskRun.note.met ?? isMet(draft, taskRun);
    if (met === undefined) return undefined;
    const round = roundOf(taskRun);
    if (met) return outcome;
    if (isExhausted(draft, taskRun)) return giveUp(draft, taskRun, outcome);
    const id = `${taskRun.id}/wait/${round}`;
    draft.command({ type: 'StartTimer', id, dueAtMs: draft.nowMs + (taskRun.note.intervalMs ?? DEFAULT_INTERVAL_MS) });
    draft.note(taskRun, { timer: id });
    draft.move(taskRun, 'PAUSED');
    return undefined;
  },
  answered(draft, taskRun, _stage, { condition }) {
    draft.note(taskRun, { met: condition === true });
    draft.follow(taskRun.id);
  },
  timerFired(draft, taskRun) {
    const round = roundOf(taskRun) + 1;
    draft.record({ type: 'TaskRunsDropped', taskRunIds: draft.descendants(taskRun.id) });
    draft.note(taskRun, { round, met: null }, { iterationCount: round });
    draft.move(taskRun, 'RUNNING');
    draft.follow(taskRun.id);
  },
};

const roundOf = ({ note }: TaskRun): number => note.round ?? 1;

export const conditionWanted = ({ task }: PlanNode): Wanted => ({
  templates: { condition: task.properties.condition ?? false },
  conditions: ['condition'],
});

function isMet(draft: Draft, taskRun: TaskRun): boolean | undefined {
  const values = evaluate(draft, taskRun, `condition/${roundOf(taskRun)}`, conditionWanted(draft.node(taskRun)));
  return values && values.condition === true;
}

function isExhausted(draft: Draft, { note }: TaskRun): boolean {
  const { round = 1, maxIterations = 0, maxDurationMs = 0, sinceMs = draft.nowMs } = note;
  return (maxIterations > 0 && round >= maxIterations) || draft.nowMs - sinceMs >= maxDurationMs;
}

function giveUp(draft: Draft, taskRun: TaskRun, outcome: 'SUCCESS' | 'WARNING') {
  draft.log('WARN', 'Max iterations reached', taskRun);
  draft.note(taskRun, {}, { iterationCount: roundOf(taskRun) + 1 });
  return taskRun.note.failOnMaxReached ? 'FAILED' : outcome;
}
