import type { References } from '@tutti/expressions';
import { loopOf, loopOfParent } from './loop-scope.ts';
import type { SourceTask } from './source-task.ts';

/** A part of a template to be written in other words, if the loops it speaks of are rewritten. */
export interface Replacement {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
  readonly of: readonly SourceTask[];
}

/** A reference that has no certain counterpart. */
export interface Obstacle {
  readonly offset: number;
  readonly why: string;
  /** What to do by hand. */
  readonly instead: string;
  /** The loops it stands in the way of; all where absent. */
  readonly of?: readonly SourceTask[];
}

/** A template, with what it asks for and the task it stands in; none for those of the flow itself. */
export interface Site {
  readonly template: string;
  readonly references: References;
  readonly task: SourceTask | undefined;
  /** Whether what a loop hands out is surely there: the template is rendered when all before it went well. */
  readonly isBehind: boolean;
}

/** `taskrun.value`, `parent.taskrun.value` or `parents[n].taskrun.value`. */
export interface ValueReference {
  readonly end: number;
  /** Which of the parents; the task run itself where absent. */
  readonly parent?: number;
}

/** The value of a loop at an offset of a template. */
export function valueAt(template: string, offset: number): ValueReference | undefined {
  const pattern = /(?:(parent)\s*\.\s*|parents\s*\[\s*(\d+)\s*\]\s*\.\s*)?taskrun\s*\.\s*value(?![\w$])/y;
  pattern.lastIndex = offset;
  const match = pattern.exec(template);
  if (!match) return undefined;
  const [, first, index] = match;
  const end = pattern.lastIndex;
  return first === undefined && index === undefined ? { end } : { end, parent: Number(index ?? 0) };
}

/** The loop whose value a reference is, from where a task stands. */
export const loopOfValue = ({ parent }: ValueReference, task: SourceTask): SourceTask | undefined =>
  parent === undefined ? loopOf(task) : loopOfParent(task, parent);
