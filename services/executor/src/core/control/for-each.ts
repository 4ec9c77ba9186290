import type { JsonMap } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import type { Draft } from '../draft.ts';
import type { TaskRun } from '../state.ts';
import type { Control } from './control.ts';
import { hasRoom, limitOf, nextNumber } from './limit.ts';
import { itemsOf } from './loop-items.ts';

/** All children in sequence for each value; `concurrencyLimit` values at the same time. */
export const forEach: Control = {
  wants: ({ task }) => ({
    templates: { values: task.properties.values ?? [], concurrencyLimit: task.properties.concurrencyLimit ?? 1 },
  }),
  begin: (draft, taskRun, values) =>
    beginLoop(draft, taskRun, values, limitOf('concurrencyLimit', values.concurrencyLimit)),
  total: (draft, taskRun) => itemsIn(taskRun).length * tasksOf(draft, taskRun).length,
  next(draft, taskRun) {
    const iteration = nextNumber(taskRun);
    const value = itemsIn(taskRun)[iteration];
    const [node] = tasksOf(draft, taskRun);
    return node && value !== undefined && hasRoom(draft, taskRun) ? { node, value, iteration } : undefined;
  },
};

/** The older form of a loop with limit 1. */
export const eachSequential: Control = {
  ...forEach,
  wants: wantsValue,
  begin: (draft, taskRun, values) => beginLoop(draft, taskRun, values, 1),
};

/** The older form in which every child of every value is a strand of its own. */
export const eachParallel: Control = {
  ...forEach,
  wants: wantsValue,
  begin: (draft, taskRun, values) => beginLoop(draft, taskRun, values, limitOf('concurrent', values.concurrent)),
  next(draft, taskRun) {
    const tasks = tasksOf(draft, taskRun);
    const number = nextNumber(taskRun);
    const iteration = Math.floor(number / tasks.length);
    const value = itemsIn(taskRun)[iteration];
    const node = tasks[number % tasks.length];
    return node && value !== undefined && hasRoom(draft, taskRun) ? { node, value, iteration } : undefined;
  },
};

function wantsValue({ task: { properties } }: PlanNode) {
  return { templates: { values: properties.value ?? properties.values ?? [], concurrent: properties.concurrent ?? 0 } };
}

function beginLoop(draft: Draft, taskRun: TaskRun, { values }: JsonMap, limit: number): void {
  const items = itemsOf(values, { maps: false });
  draft.move(taskRun, 'RUNNING');
  draft.note(taskRun, { ...items, limit, ...outputKeysOf(items.items) });
}

/** Outputs are kept by value; those of a value that came before by the number of the iteration. */
function outputKeysOf(items: readonly string[]): { readonly outputKeys?: readonly string[] } {
  const values = new Set(items);
  if (values.size === items.length) return {};
  const seen = new Set<string>();
  return {
    outputKeys: items.map((value, index) => (seen.has(value) || !seen.add(value) ? freeKey(values, index) : value)),
  };
}

const freeKey = (taken: ReadonlySet<string>, index: number): string =>
  taken.has(String(index)) ? `#${index}` : String(index);

export const tasksOf = (draft: Draft, taskRun: TaskRun) => draft.node(taskRun).lists.tasks ?? [];
export const itemsIn = ({ note }: TaskRun): readonly string[] => note.items ?? [];
