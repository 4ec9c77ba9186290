import type { JsonMap, TaskRunState } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import type { Draft } from '../draft.ts';
import type { Wanted } from '../evaluate.ts';
import type { TaskRun } from '../state.ts';
import type { Resumption } from './resume.ts';

/** What a control task decides. How its children are begun, counted and closed is the same for all (`advance.ts`). */
export interface Control {
  /** Properties to render before it begins. */
  wants?(node: PlanNode): Wanted;
  /**
   * Takes in its rendered properties. Moves the task run on (RUNNING, PAUSED); it may end it, too.
   * @throws {EvaluationError} for values it cannot work with
   */
  begin(draft: Draft, taskRun: TaskRun, values: JsonMap): void;
  /** Task runs its main part comes to when nothing goes wrong. */
  total(draft: Draft, taskRun: TaskRun): number;
  /** The next strand that may begin now. */
  next(draft: Draft, taskRun: TaskRun): Strand | undefined;
  /** Its main part is over with `outcome`: what that makes of the task run, or nothing when it goes on or waits. */
  settle?(draft: Draft, taskRun: TaskRun, outcome: Outcome): TaskRunState | undefined;
  /** An answer to an `Evaluate` command of its own. */
  answered?(draft: Draft, taskRun: TaskRun, stage: string, values: JsonMap): void;
  /** A timer of its own, `<task run>/<name>/<n>`, is due. */
  timerFired?(draft: Draft, taskRun: TaskRun, timer: string): void;
  /** Somebody resumes the task run, which is PAUSED. */
  resume?(draft: Draft, taskRun: TaskRun, resumption: Resumption): void;
  /** A failed child keeps nothing else from being begun. */
  goesOn?(taskRun: TaskRun): boolean;
  /** A restart begins it anew; otherwise it goes on with those of its children that failed. */
  readonly beginsAnew?: boolean;
  /** The execution is stopped while it runs; for those whose work somebody else carries out. */
  stop?(draft: Draft, taskRun: TaskRun, cascade: boolean): void;
}

/** A sequence of task runs; a control task may have several at the same time. */
export interface Strand {
  /** Its first node. */
  readonly node: PlanNode;
  readonly value?: string;
  readonly iteration?: number;
}

export type Outcome = 'SUCCESS' | 'WARNING' | 'FAILED' | 'KILLED';
