import type { ControlKind } from '../../catalogue.ts';
import { around, type SourceTask } from './source-task.ts';

/** The loops of 1.x and before: their values go by `taskrun.value`. */
const OLD_LOOPS: ReadonlySet<ControlKind | undefined> = new Set(['forEach', 'eachSequential', 'eachParallel']);
/** Control tasks that `parents` passes over unless they stand directly in a loop: they have no outputs. */
export const SILENT: ReadonlySet<ControlKind | undefined> = new Set([
  'sequential',
  'parallel',
  'dag',
  'allowFailure',
  ...OLD_LOOPS,
]);

export const isOldLoop = ({ control }: SourceTask): boolean => OLD_LOOPS.has(control);

/** The old loops around a task, the nearest first. */
export const loopsAround = (task: SourceTask): SourceTask[] => [...around(task)].filter(isOldLoop);

/** The loop whose value is the task's own `taskrun.value`. */
export const loopOf = ({ parent, list }: SourceTask): SourceTask | undefined =>
  parent && isOldLoop(parent) && list === 'tasks' ? parent : undefined;

/** The loop whose value is `parents[index].taskrun.value`; `undefined` where that is not certain. */
export function loopOfParent(task: SourceTask, index: number): SourceTask | undefined {
  let left = index;
  for (const parent of around(task)) {
    const loop = loopOf(parent);
    if (loop && left-- === 0) return loop;
    if (!loop && !SILENT.has(parent.control)) return undefined;
  }
  return undefined;
}

/** The value of a loop, as a task within calls it in the 2.0 language. */
export function itemOf(loop: SourceTask, task: SourceTask): string | undefined {
  const level = loopsAround(task).indexOf(loop);
  if (level < 0) return undefined;
  if (level < 2) return ['item.value', 'item.parent.value'][level];
  return `item.parents[${level - 1}].value`;
}
