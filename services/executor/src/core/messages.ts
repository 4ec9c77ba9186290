import type {
  AttemptCause,
  ExecutionState,
  JsonMap,
  Label,
  LogLevel,
  Metric,
  TaskFailure,
  TaskRunState,
} from '@tutti/contracts';
import type { ExecutionNote, TaskRunNote } from './state.ts';

/**
 * What the core hears, records and asks for. Reading these three unions tells all that an execution can go through and
 * all that it can do to the world. Every input about an attempt names it, so a late or repeated one changes nothing.
 */
export type Input =
  /** The slot was granted and the scheduled date is reached: begin. */
  | { readonly type: 'StartExecution' }
  /** No slot is free: wait for one, or end at once, as the flow's concurrency says. */
  | { readonly type: 'RefuseSlot'; readonly behavior: 'QUEUE' | 'CANCEL' | 'FAIL' }
  | { readonly type: 'KillExecution'; readonly cascade: boolean }
  | { readonly type: 'PauseExecution' }
  | { readonly type: 'ResumeExecution'; readonly taskRunId?: string; readonly inputs: JsonMap; readonly by?: string }
  /** Runs the failed task runs of an ended execution again, in place. */
  | { readonly type: 'RestartExecution' }
  | { readonly type: 'SetLabels'; readonly labels: readonly Label[] }
  | { readonly type: 'SetTaskRunState'; readonly taskRunId: string; readonly state: TaskRunState }
  | { readonly type: 'SetState'; readonly state: ExecutionState }
  /** A runner was given the attempt. */
  | { readonly type: 'AttemptClaimed'; readonly taskRunId: string; readonly attempt: number; readonly workerId: string }
  | {
      readonly type: 'AttemptEnded';
      readonly taskRunId: string;
      readonly attempt: number;
      readonly state: 'SUCCESS' | 'WARNING' | 'FAILED' | 'KILLED';
      readonly outputs?: JsonMap;
      readonly error?: TaskFailure;
      /** What a pure task that had to run on a runner wants done to the execution. */
      readonly effects?: TaskEffects;
    }
  /** The lease ran out: the runner is taken for dead. */
  | { readonly type: 'AttemptLost'; readonly taskRunId: string; readonly attempt: number }
  /** A child that the runner of a WorkingDirectory carries out itself. */
  | {
      readonly type: 'ChildMoved';
      readonly taskRunId: string;
      readonly attempt: number;
      readonly childTaskId: string;
      readonly state: TaskRunState;
      readonly outputs?: JsonMap;
      readonly error?: TaskFailure;
    }
  | { readonly type: 'TimerFired'; readonly timerId: string }
  /** The execution that takes the place of a failed one was made, as a `RetryExecution` command asked. */
  | { readonly type: 'SuccessorCreated'; readonly commandId: string }
  | {
      readonly type: 'SubflowMoved';
      readonly taskRunId: string;
      readonly attempt: number;
      /** Which child of the task run (ForEachItem has many); 0 for a Subflow. */
      readonly index: number;
      readonly executionId: string;
      readonly state: ExecutionState;
      readonly outputs?: JsonMap;
      /** The child could not be created at all. */
      readonly error?: string;
    }
  /** Answer to an `Evaluate` command: values by name, or why there are none. */
  | { readonly type: 'Evaluated'; readonly commandId: string; readonly taskRunId?: string; readonly values: JsonMap }
  | {
      readonly type: 'EvaluationFailed';
      readonly commandId: string;
      readonly taskRunId?: string;
      readonly message: string;
    };

/** What a task asks of the execution it belongs to (`core.execution.Labels`, `SetVariables`, `Exit` …). */
export interface TaskEffects {
  readonly labels?: Readonly<Record<string, string>>;
  readonly setVariables?: JsonMap;
  readonly unsetVariables?: readonly string[];
  readonly exit?: 'SUCCESS' | 'WARNING' | 'FAILED' | 'KILLED' | 'CANCELLED';
}

/** What others are asked to do; carried out after the commit, at least once, under a deterministic `id`. */
export type Command =
  | { readonly type: 'RunTask'; readonly id: string; readonly taskRunId: string; readonly attempt: number; readonly workerGroup: string } // prettier-ignore
  /** Stops the runners of these attempts. */
  | { readonly type: 'KillTasks'; readonly id: string; readonly taskRunIds: readonly string[] }
  | { readonly type: 'StartTimer'; readonly id: string; readonly dueAtMs: number }
  | { readonly type: 'CancelTimer'; readonly id: string }
  | {
      readonly type: 'StartSubflow';
      readonly id: string;
      readonly taskRunId: string;
      readonly attempt: number;
      readonly index: number;
      readonly namespace: string;
      readonly flowId: string;
      readonly revision?: number;
      readonly inputs: JsonMap;
      readonly labels: readonly Label[];
      /** Weaker than the child flow's own labels (`inheritLabels`). */
      readonly inheritedLabels?: readonly Label[];
      readonly trigger: JsonMap;
      readonly scheduleAtMs?: number;
      /** False: the task run ends once the execution is created; its end is of no interest. */
      readonly wait: boolean;
    }
  /** How a child execution stands; for a parent that may have missed the news of its end. */
  | { readonly type: 'AskSubflow'; readonly id: string; readonly executionId: string; readonly taskRunId: string; readonly attempt: number; readonly index: number } // prettier-ignore
  | { readonly type: 'KillSubflows'; readonly id: string; readonly executionIds: readonly string[] }
  /** Brings a failed child execution back to life, for a parent that was restarted. */
  | { readonly type: 'RestartSubflow'; readonly id: string; readonly executionId: string; readonly taskRunId: string; readonly attempt: number } // prettier-ignore
  /** A new execution in place of this one (`retry.behavior: CREATE_NEW_EXECUTION`). */
  | { readonly type: 'RetryExecution'; readonly id: string; readonly dueAtMs: number }
  /** Templates that need I/O (`kv`, `secret`, `read` …), rendered by the shell. */
  | {
      readonly type: 'Evaluate';
      readonly id: string;
      readonly taskRunId?: string;
      /** By name; whole values, in which a lone expression keeps its type. */
      readonly templates: JsonMap;
      /** Names of templates that are conditions: their values are booleans, by the engine's notion of truth. */
      readonly conditions?: readonly string[];
      /** Address of a file whose lines become the value `lines`. */
      readonly linesOf?: string;
      /** Id of another execution, over which the templates are rendered as text. */
      readonly of?: string;
      /** Templates to be rendered for each iteration, whose entries become the value `outputs`; `store`: as files. */
      readonly eachIteration?: { readonly templates: JsonMap; readonly store: boolean };
    };

/** Lines the core itself writes into the log of an execution: those of pure tasks and of the engine. */
export interface DecisionLog {
  /** When it was written; the time of the decision when absent. */
  readonly atMs?: number;
  readonly taskRunId?: string;
  readonly taskId?: string;
  readonly attempt?: number;
  readonly level: LogLevel;
  readonly message: string;
}

export interface DecisionMetric extends Metric {
  readonly taskRunId: string;
}

/** What has happened: past tense, kept in the journal, folded by `apply`; times are Unix ms. */
export type Event =
  | { readonly type: 'ExecutionMoved'; readonly to: ExecutionState; readonly atMs: number; readonly error?: string }
  | {
      readonly type: 'TaskRunCreated';
      readonly taskRunId: string;
      readonly taskId: string;
      readonly parentId?: string;
      readonly value?: string;
      readonly iteration?: number;
      readonly atMs: number;
    }
  | {
      readonly type: 'TaskRunMoved';
      readonly taskRunId: string;
      readonly to: TaskRunState;
      readonly attempt: number;
      readonly atMs: number;
      /** How the attempt itself ended, where the task run makes something else of it (`allowFailure`). */
      readonly attemptState?: TaskRunState;
      readonly cause?: AttemptCause;
      readonly workerId?: string;
      readonly outputs?: JsonMap;
      readonly error?: TaskFailure;
    }
  /** What a control task needs to remember (the branch chosen, the items, the round …): the keys that change, `null` to forget one. */
  | {
      readonly type: 'TaskRunNoted';
      readonly taskRunId: string;
      readonly note: TaskRunNote;
      readonly outputs?: JsonMap;
    }
  | { readonly type: 'TaskRunsDropped'; readonly taskRunIds: readonly string[] }
  | { readonly type: 'LabelsSet'; readonly labels: readonly Label[] }
  | { readonly type: 'VariablesSet'; readonly variables: JsonMap }
  | { readonly type: 'OutputsSet'; readonly outputs: JsonMap }
  /** As `TaskRunNoted`, for the execution itself. */
  | { readonly type: 'ExecutionNoted'; readonly note: ExecutionNote };

export interface Decision {
  readonly events: readonly Event[];
  readonly commands: readonly Command[];
  readonly logs: readonly DecisionLog[];
  readonly metrics: readonly DecisionMetric[];
  /** The input cannot be obeyed: why, for the one who sent it. Nothing was recorded. */
  readonly refused?: { readonly code: string; readonly message: string };
}
