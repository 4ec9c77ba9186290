import type { TaskRunState } from '@tutti/contracts';
import type { Draft } from '../draft.ts';
import { evaluate, textOf } from '../evaluate.ts';
import type { TaskRun } from '../state.ts';
import type { Control } from './control.ts';
import { forEach } from './for-each.ts';

/** The middle part of a ForEachItem: a subflow for every batch, all of them whatever becomes of the others. */
export const batches: Control = {
  ...forEach,
  wants: ({ task: { properties } }) => ({ templates: { splits: properties.splits } }),
  begin(draft, taskRun, { splits }) {
    draft.move(taskRun, 'RUNNING');
    evaluate(draft, taskRun, `lines/${taskRun.attempt}`, { templates: {}, linesOf: textOf(splits) });
  },
  answered(draft, taskRun, _stage, { lines }) {
    const items = (lines as readonly string[]).filter((line) => line !== '');
    draft.note(taskRun, { items, limit: 0 }, { numberOfBatches: items.length });
    draft.follow(taskRun.id);
  },
  goesOn: () => true,
  settle(draft, taskRun, outcome) {
    draft.note(taskRun, {}, { ...taskRun.outputs, iterations: iterationsOf(draft, taskRun) });
    return outcome;
  },
};

/** Number of executions by the state their task run came to. */
function iterationsOf(draft: Draft, { id }: TaskRun): Record<string, number> {
  const counts: Partial<Record<TaskRunState, number>> = { CREATED: 0, RUNNING: 0 };
  for (const child of draft.execution.derived.children.get(id) ?? []) {
    const { state } = draft.find(child)!;
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts as Record<string, number>;
}
