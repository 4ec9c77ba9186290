import type { Command, Decision, DecisionLog, DecisionMetric, Event, Execution, Input } from '../core/index.ts';

/** One wish or report about one execution, on its way through a batch. */
export interface Work {
  readonly executionId: string;
  /** Makes the execution when there is none with this id; without it an unknown id fails with EXECUTION_UNKNOWN. */
  readonly create?: (nowMs: number) => Execution;
  /** What has happened to a new execution before its first input: what a replay takes over. */
  readonly begin?: (execution: Execution, nowMs: number) => readonly Event[];
  /** Stored with the execution, so that a second creation with it finds the first. */
  readonly idempotencyKey?: string;
  /** The input for the execution as it is when its turn has come; `undefined`: nothing to decide. */
  readonly input: (execution: Execution, existed: boolean, nowMs: number) => Input | undefined;
  /** A further input to the same execution in the same commit, given what the first one came to. */
  readonly followUp?: (decision: Decision) => Input | undefined;
  /** Lines and metrics to store with what it comes to. */
  readonly logs?: readonly DecisionLog[];
  readonly metrics?: readonly DecisionMetric[];
  /** A timer that has rung: its row goes. */
  readonly timerId?: string;
  /** What is to be done besides, such as setting a timer. */
  readonly commands?: readonly Command[];
  /** It starts only with a free slot of its flow. */
  readonly needsSlot?: boolean;
  /** Called once the batch has committed. */
  done(outcome: Outcome): void;
  /** Called instead when it cannot be done; what threw is for the asker, who may ask again. */
  fail(error: unknown): void;
}

export interface Outcome {
  readonly execution: Execution;
  readonly decision: Decision;
  /** False: this work created it. */
  readonly existed: boolean;
}

export const NOTHING_DECIDED: Decision = { events: [], commands: [], logs: [], metrics: [] };
