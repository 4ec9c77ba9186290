/** Messages about executions. Times are Unix ms; free-form values are JSON. */

export type Json = null | boolean | number | string | readonly Json[] | JsonMap;
export interface JsonMap {
  readonly [key: string]: Json | undefined;
}

export type ExecutionState =
  | 'CREATED' | 'QUEUED' | 'RUNNING' | 'PAUSED' | 'RESTARTED' | 'RETRYING' | 'RETRIED' | 'KILLING' | 'KILLED'
  | 'CANCELLED' | 'SUCCESS' | 'WARNING' | 'FAILED'; // prettier-ignore
export type TaskRunState =
  | 'CREATED' | 'SUBMITTED' | 'RUNNING' | 'PAUSED' | 'RESTARTED' | 'RETRYING' | 'RETRIED' | 'KILLING' | 'KILLED'
  | 'CANCELLED' | 'SKIPPED' | 'SUCCESS' | 'WARNING' | 'FAILED'; // prettier-ignore
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
/** Why an attempt was made. */
export type AttemptCause = 'FIRST' | 'RETRY' | 'WORKER_LOST' | 'RESTART' | 'REPLAY';

export interface Label {
  readonly key: string;
  readonly value: string;
}

/** What started an execution that no person started. */
export interface TriggerContext {
  readonly id: string;
  readonly type: string;
  readonly variables: JsonMap;
}

/** `cmd.execution.<p>.create`; the sender draws the id (`newExecutionId`), so a repeated request changes nothing. */
export interface CreateExecution {
  readonly executionId: string;
  readonly namespace: string;
  readonly flowId: string;
  /** The newest when absent. */
  readonly revision?: number;
  /** Values as the user gave them: text or typed; files already stored, as their URI. */
  readonly inputs?: JsonMap;
  readonly labels?: readonly Label[];
  /** Of a parent execution; the flow's own labels win over them. */
  readonly inheritedLabels?: readonly Label[];
  readonly trigger?: TriggerContext;
  readonly scheduleAtMs?: number;
  /** A second creation with the same key for the same flow gives the first execution. */
  readonly idempotencyKey?: string;
  /** The task run of another execution that started this one. */
  readonly parent?: ParentTaskRun;
  /** Reply only when the execution has ended. */
  readonly wait?: boolean;
}

/** Who started a subflow, and whether it waits for its end. */
export interface ParentTaskRun {
  readonly executionId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  /** Which of the task run's children this is; 0 for a Subflow. */
  readonly index: number;
  readonly wait: boolean;
}

/** `report.task.<p>.subflow`, sent by the owner of the child once it has ended. */
export interface SubflowReport {
  /** Of the parent. */
  readonly executionId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly index: number;
  readonly childId: string;
  readonly state: ExecutionState;
  readonly outputs?: JsonMap;
}

/** The other commands: the verb stands in the subject. */
export interface ExecutionCommand {
  readonly executionId: string;
  /** `kill`: whether subflows are killed too; true when absent. */
  readonly cascade?: boolean;
  /** `resume`: values of the pause's inputs; `replay`: new inputs. */
  readonly inputs?: JsonMap;
  /** `resume`: which paused task run; the only one when absent. */
  readonly taskRunId?: string;
  /** `replay`: id drawn by the sender for the new execution. */
  readonly newExecutionId?: string;
  /** `replay`, `restart`: the revision to run; the same when absent. */
  readonly revision?: number;
  /** `replay`: outputs edited by the user, by task run id. */
  readonly outputs?: JsonMap;
  readonly labels?: readonly Label[];
  readonly state?: TaskRunState;
  readonly by?: string;
  /** `evaluate`: a template rendered over the execution's context (or a task run's). */
  readonly template?: string;
}

/** Reply to every command about an execution. */
export interface ExecutionReply {
  readonly execution: ExecutionSnapshot;
  /** `evaluate` only. */
  readonly result?: string;
}

/**
 * `cmd.execution.<p>.find` and `….count`: the owner of the asking execution answers for those of every partition. All that is
 * given must hold.
 */
export interface ExecutionQuery {
  /** The execution that asks. */
  readonly executionId: string;
  /** Of this very namespace with `flowId`; without, of those below it too. */
  readonly namespace?: string;
  readonly flowId?: string;
  readonly states?: readonly ExecutionState[];
  /** Created at this time or later. */
  readonly fromMs?: number;
  /** Created before this time. */
  readonly beforeMs?: number;
  /** Only those that have ended. */
  readonly ended?: boolean;
  /** `find`: only executions after this one. */
  readonly after?: string;
  /** `find`: 1,000 when absent, and at most. */
  readonly limit?: number;
}
/** Answer to `find`, oldest first. */
export interface ExecutionPage {
  readonly executions: readonly FoundExecution[];
}
export interface FoundExecution {
  readonly id: string;
  readonly namespace: string;
  readonly flowId: string;
}
/** Answer to `count`: flows without such an execution are left out. */
export interface ExecutionCounts {
  readonly counts: readonly FlowCount[];
}
export interface FlowCount {
  readonly namespace: string;
  readonly flowId: string;
  readonly count: number;
}

/** `cmd.execution.<p>.purge`: what to delete of an execution that has ended. */
export interface PurgeExecution {
  readonly executionId: string;
  /** The execution itself, and with it all the rest. */
  readonly execution: boolean;
  readonly logs: boolean;
  readonly metrics: boolean;
}
/** How many of each were deleted. */
export interface PurgeReply {
  readonly executions: number;
  readonly logs: number;
  readonly metrics: number;
}

/** `cmd.execution.<p>.purge-logs`: deletes lines of any execution; the owner of the asking execution does it. */
export interface PurgeLogLines {
  /** The execution that asks. */
  readonly executionId: string;
  /** As in `ExecutionQuery`. */
  readonly namespace?: string;
  readonly flowId?: string;
  readonly levels?: readonly LogLevel[];
  readonly fromMs?: number;
  readonly beforeMs: number;
  /** Most lines that one request deletes; 10,000 when absent, and at most. */
  readonly limit?: number;
}
export interface PurgeLogLinesReply {
  readonly count: number;
}

export interface StateChange {
  readonly state: string;
  readonly atMs: number;
}

/** An execution as others see it, without its task runs. */
export interface ExecutionSnapshot {
  readonly id: string;
  readonly namespace: string;
  readonly flowId: string;
  readonly flowRevision: number;
  readonly state: ExecutionState;
  readonly histories: readonly StateChange[];
  /** Counts the journal events; a larger one is newer. */
  readonly version: number;
  readonly labels: readonly Label[];
  readonly inputs?: JsonMap;
  readonly outputs?: JsonMap;
  readonly variables?: JsonMap;
  readonly trigger?: TriggerContext;
  readonly parent?: { readonly executionId: string; readonly taskRunId: string };
  readonly originalId: string;
  readonly attemptNumber: number;
  readonly scheduleAtMs?: number;
  readonly createdAtMs: number;
  readonly endedAtMs?: number;
  /** Why it ended badly, when no task of its own says so. */
  readonly error?: string;
  /** Inputs, outputs, variables, trigger and older states are left out: too large for a message; the API has them. */
  readonly valuesOmitted?: true;
}

export interface AttemptSnapshot {
  readonly attempt: number;
  readonly cause: AttemptCause;
  readonly state: TaskRunState;
  readonly workerId?: string;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
}

export interface TaskRunSnapshot {
  readonly id: string;
  readonly executionId: string;
  readonly namespace: string;
  readonly flowId: string;
  readonly taskId: string;
  readonly parentTaskRunId?: string;
  readonly value?: string;
  readonly iteration?: number;
  readonly state: TaskRunState;
  readonly histories: readonly StateChange[];
  readonly attempts: readonly AttemptSnapshot[];
  readonly outputs?: JsonMap;
  readonly error?: string;
  /** Outputs, value, older states and attempts are left out: too large for a message; the API has them. */
  readonly valuesOmitted?: true;
}

/** Body of `evt.execution.<kind>…`; kind: created, updated, ended, deleted. */
export interface ExecutionEvent {
  readonly execution: ExecutionSnapshot;
}

/** Body of `evt.taskrun.updated…`: task runs that one commit has changed or created, at most 50 in a message. */
export interface TaskRunEvent {
  readonly executionId: string;
  /** Version of the execution after the commit. */
  readonly version: number;
  readonly taskRuns: readonly TaskRunSnapshot[];
}
