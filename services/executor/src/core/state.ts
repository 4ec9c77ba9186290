import type {
  AttemptSnapshot,
  ExecutionState,
  Json,
  JsonMap,
  Label,
  StateChange,
  TaskFailure,
  TaskRunState,
  TriggerContext,
} from '@tutti/contracts';
import type { Phase, Plan } from '@tutti/flow-model';

/**
 * One execution as the executor sees it: the fold of its journal over what it was created with, nothing else.
 * All but `plan`, `tally`, `counts` and `derived` is plain JSON and is stored: the execution as one row, each task run
 * (but for its `tally`) as another. `rebuild` works out the rest.
 */
export interface Execution {
  readonly id: string;
  readonly namespace: string;
  readonly flowId: string;
  readonly flowRevision: number;
  readonly plan: Plan;
  readonly inputs: JsonMap;
  readonly trigger?: TriggerContext;
  readonly parent?: { readonly executionId: string; readonly taskRunId: string; readonly attempt: number; readonly index: number; readonly wait: boolean }; // prettier-ignore
  readonly originalId: string;
  /** Which execution of a chain made by `CREATE_NEW_EXECUTION` this is, from 1. */
  readonly attemptNumber: number;
  readonly scheduleAtMs?: number;
  readonly createdAtMs: number;
  state: ExecutionState;
  histories: readonly StateChange[];
  /** Number of events folded so far. */
  version: number;
  labels: readonly Label[];
  variables: JsonMap;
  outputs?: JsonMap;
  error?: string;
  /** Task runs created so far; the next one's id derives from it. */
  taskRunCount: number;
  note: ExecutionNote;
  readonly taskRuns: Map<string, TaskRun>;
  /** How the flow's own tasks stand. */
  tally: Tally;
  counts: Counts;
  readonly derived: Derived;
}

export interface TaskRun {
  readonly id: string;
  readonly taskId: string;
  readonly parentId?: string;
  readonly value?: string;
  readonly iteration?: number;
  readonly attempt: number;
  readonly state: TaskRunState;
  readonly histories: readonly StateChange[];
  readonly attempts: readonly AttemptSnapshot[];
  readonly outputs?: JsonMap;
  readonly error?: TaskFailure;
  readonly note: TaskRunNote;
  /** How its children stand; derived, not stored. */
  readonly tally: Tally;
}

/** How the children of a control task stand, as counts: a decision costs the same for 5 children as for 50,000. */
export interface Tally {
  /** The part it is in: the latest one that has a child. */
  readonly phase: Phase;
  /** Strands of its main part begun: items of a loop, branches of a Parallel, one for a sequence. */
  readonly started: number;
  /** Children not ended, of any part. */
  readonly open: number;
  /** Ended children of the main part by how they ended. */
  readonly failed: number;
  readonly killed: number;
  readonly warned: number;
}

/** Open task runs by what they wait for; tells whether the execution as a whole runs, is paused or retries. */
export interface Counts {
  readonly paused: number;
  readonly retrying: number;
}

/** What an execution was told to end in, and what its open control tasks end in then. */
export type Goal = { readonly execution: ExecutionState; readonly taskRuns: TaskRunState; readonly error?: string };

/** What the core remembers of an execution as a whole. */
export type ExecutionNote = {
  /** Set: nothing new begins, and it ends so as soon as nothing runs any more. */
  readonly goal?: Goal | null;
  /** Task runs whose consequences are still to be drawn: ended children and open control tasks; '' is the flow. */
  readonly pending?: readonly string[] | null;
  /** Paused by a user: nothing new starts. */
  readonly held?: true | null;
  /** SLAs that were violated. */
  readonly violated?: readonly string[] | null;
  /** Id of the `Evaluate` command whose answer it waits for. */
  readonly awaiting?: string | null;
  /** The flow's outputs were worked out; nothing is left but to end. */
  readonly concluded?: true | null;
  /** What the execution comes to once its outputs are there. */
  readonly outcome?: ExecutionState | null;
  /** The execution that takes this one's place is still to be made: by which command, and when it is to begin. */
  readonly successor?: { readonly commandId: string; readonly dueAtMs: number } | null;
};

/** What a control task remembers; each kind uses the few that concern it. */
export type TaskRunNote = {
  /** Id of the `Evaluate` command whose answer it waits for. */
  readonly awaiting?: string | null;
  /** Address of the file whose lines were asked for. */
  readonly linesOf?: string;
  /** If, Switch, Approval: the list that was chosen. */
  readonly branch?: string;
  /** Loops: one value for each iteration, as text; batches for ForEachItem. */
  readonly items?: readonly string[];
  /** Loop: how its outputs are handed out, and what they are where the shell had to work them out. */
  readonly fetch?: 'FETCH' | 'STORE' | 'NONE';
  readonly handedOut?: JsonMap | null;
  /** Loops over a map: the key of each item. */
  readonly keys?: readonly string[];
  /** Strands that may run at the same time; 0: any number. */
  readonly limit?: number;
  /** After a replay that left gaps: which strand was begun first, second …; beyond its end they go by number. */
  readonly strands?: readonly number[];
  /** Loops in which the value does not name an iteration: by what its outputs are kept instead. */
  readonly outputKeys?: readonly string[];
  /** LoopUntil: rounds begun, whether the last met the condition, when the first began, and its bounds as rendered. */
  readonly round?: number;
  readonly met?: boolean | null;
  readonly sinceMs?: number;
  readonly intervalMs?: number;
  readonly maxIterations?: number;
  readonly maxDurationMs?: number;
  readonly failOnMaxReached?: boolean;
  /** Id of the timer it waits for. */
  readonly timer?: string | null;
  /** Pause, Approval: how long it waits at most, and what the end of that time means. */
  readonly waitMs?: number;
  readonly behavior?: string;
  /** The state its own work came to (WorkingDirectory, Pause); its parts `errors` and `finally` may follow. */
  readonly result?: TaskRunState | null;
  /** Subflow: the execution it started, once that is known. */
  readonly child?: string | null;
  /** Subflow: how that execution ended, while its outputs are worked out. */
  readonly childState?: ExecutionState | null;
  readonly transmitFailed?: boolean;
  readonly wait?: boolean;
  /** Any further property of the task, rendered. */
  readonly values?: JsonMap | null;
};

/** Indexes worked out from the task runs. */
export interface Derived {
  /** `outputs` as templates see it: by task id, below loops by value. */
  readonly outputs: OutputsTree;
  /** How many runs of a task have outputs, be they empty, by task id. */
  readonly reported: Map<string, number>;
  /** Children by parent ('' is the flow), oldest first. */
  readonly children: Map<string, readonly string[]>;
  /** Ids of the tasks of which some output lies, or has lain, in storage, because it was too large for a message. */
  readonly stored: Set<string>;
}

/** Has no prototype, so that any text may be a key. */
export interface OutputsTree {
  [key: string]: Json | undefined;
}
