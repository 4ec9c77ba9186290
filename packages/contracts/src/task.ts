import type { ExecutionState, Json, JsonMap, LogLevel, TaskRunState } from './execution.ts';

/** `cmd.task.run.<group>`: somebody with a free slot should claim this attempt. Holds no data: the claim brings it. */
export interface RunTask {
  readonly executionId: string;
  readonly taskRunId: string;
  readonly attempt: number;
}

/** `report.task.<p>.claim`: asks to be the one runner of an attempt. */
export interface ClaimAttempt extends RunTask {
  readonly workerId: string;
}

/** Reply to a claim. `granted: false`: somebody else has it, or it is over; drop the message. */
export type ClaimReply = { readonly granted: false } | { readonly granted: true; readonly work: Work };

/** Everything a runner needs to carry out one attempt. */
export interface Work {
  readonly executionId: string;
  readonly taskRunId: string;
  readonly taskId: string;
  readonly attempt: number;
  /** Names the attempt to scripts (`TUTTI_ATTEMPT_ID`) and HTTP tasks (`Idempotency-Key`). */
  readonly attemptId: string;
  /** Fencing token: reports and logs with an older one are refused. */
  readonly lease: number;
  readonly namespace: string;
  readonly flowId: string;
  readonly flowRevision: number;
  /** A `TaskDefinition` of the flow model, unrendered. */
  readonly task: JsonMap;
  /** What templates may refer to: flow, execution, inputs, vars, labels, outputs, taskrun, trigger … */
  readonly context: JsonMap;
  /** Names of SECRET inputs, so that their values are masked in logs. */
  readonly secretInputs?: readonly string[];
  /** Already rendered; ms. */
  readonly timeoutMs?: number;
}

/** `report.task.<p>.heartbeat`: the attempts a runner still works on, of executions of that partition. */
export interface Heartbeat {
  readonly workerId: string;
  readonly attempts: readonly HeldAttempt[];
  /** Attempts that a stopping runner gives up: they count as lost at once. */
  readonly released?: readonly HeldAttempt[];
}

export interface HeldAttempt {
  readonly executionId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly lease: number;
}

/** Reply to a heartbeat: attempts the runner no longer owns and must stop at once. */
export interface HeartbeatReply {
  readonly lost: readonly { readonly taskRunId: string; readonly attempt: number }[];
}

/** `report.task.<p>.ended`: kept and repeated by the runner until it is answered with `applied`. */
export interface AttemptEnded {
  readonly executionId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly lease: number;
  readonly workerId: string;
  readonly state: Extract<TaskRunState, 'SUCCESS' | 'WARNING' | 'FAILED' | 'KILLED'>;
  readonly outputs?: JsonMap;
  /** What went wrong, for the journal; the log holds it in full. */
  readonly error?: TaskFailure;
  readonly metrics?: readonly Metric[];
  /** What a pure task asks of its execution, when a runner had to carry it out. */
  readonly effects?: TaskEffects;
  /** The last lines of its log, of a task that said little: they are stored with the result, in the same commit. */
  readonly lines?: LogBatch['lines'];
  /** The runner has room for the next task of the execution at once, and no other work is waiting for that room. */
  readonly takesNext?: boolean;
}

/** What a task changes in its execution beside its own outputs. */
export interface TaskEffects {
  readonly labels?: Readonly<Record<string, string>>;
  readonly setVariables?: JsonMap;
  readonly unsetVariables?: readonly string[];
  readonly exit?: Extract<TaskRunState, 'SUCCESS' | 'WARNING' | 'FAILED' | 'KILLED' | 'CANCELLED'>;
}

export interface TaskFailure {
  readonly code: string;
  readonly message: string;
  /** False when a retry cannot help. */
  readonly retryable: boolean;
}

export interface AppliedReply {
  /** False: the attempt was not this runner's any more; the result was dropped. */
  readonly applied: boolean;
  /** The attempt that follows in the same execution, granted to the runner that had room for it. */
  readonly next?: Work;
}

/** `report.task.<p>.child`: how a child of a WorkingDirectory stands, run by the attempt of its parent. */
export interface ChildReport {
  readonly executionId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly lease: number;
  readonly childTaskId: string;
  readonly state: TaskRunState;
  readonly outputs?: JsonMap;
  readonly error?: TaskFailure;
  readonly metrics?: readonly Metric[];
}

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'timer' | 'gauge';
  /** Timers in ms. */
  readonly value: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** `report.task.<p>.logs`: lines of one attempt; `firstIndex` numbers them within the attempt, so a repeat is told. */
export interface LogBatch {
  readonly executionId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly lease: number;
  /** The child of a WorkingDirectory that wrote the lines; they are numbered through the whole attempt. */
  readonly childTaskId?: string;
  readonly firstIndex: number;
  readonly lines: readonly { readonly atMs: number; readonly level: LogLevel; readonly message: string }[];
}

/** `cmd.task.kill`: the attempts to stop, with their whole process trees. */
export interface KillTask {
  readonly executionId: string;
  readonly taskRunIds: readonly string[];
}

/** Body of the public `log.<execution id>`: stored lines. */
export interface LogLines {
  readonly executionId: string;
  readonly lines: readonly LogLine[];
  /** Lines stored before these may not have been published, for instance by an owner that crashed: read the store. */
  readonly gap?: true;
}

export interface LogLine {
  /** Position in the execution's log, for an exact resume; see `LogCursor`. */
  readonly id: number;
  /** Which of the two writers stored it: the executor's own batch, or a runner's lines. */
  readonly source: 0 | 1;
  readonly executionId: string;
  readonly taskRunId?: string;
  readonly taskId?: string;
  readonly attempt?: number;
  readonly atMs: number;
  readonly level: LogLevel;
  readonly message: string;
}

/** `cmd.execution.<p>.logs`: stored lines of an execution, oldest first. */
export interface GetExecutionLogs {
  readonly executionId: string;
  readonly taskIds?: readonly string[];
  readonly minLevel?: LogLevel;
  /** Only lines after this one. */
  readonly after?: { readonly source: 0 | 1; readonly id: number };
  /** 1,000 when absent, and at most. */
  readonly limit?: number;
}
export interface LogPage {
  readonly lines: readonly LogLine[];
}

/** A value of a claim's context that was too large for a message lies in storage. */
export interface StoredValue {
  readonly 'tutti:stored': string;
}

export type { ExecutionState, Json };
