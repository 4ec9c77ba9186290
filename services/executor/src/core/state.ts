import type {
  AttemptSnapshot,
  ExecutionState,
  JsonMap,
  Label,
  StateChange,
  TaskFailure,
  TaskRunState,
  TriggerContext,
} from '@tutti/contracts';
import type { Plan } from '@tutti/flow-model';

/** One execution as the executor sees it: the fold of its journal over what it was created with, nothing else. */
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
  /** What the core remembers of the execution as a whole. */
  note: JsonMap;
  readonly taskRuns: Map<string, TaskRun>;
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
  /** What a control task remembers; counts of its children are kept by the fold. */
  readonly note: JsonMap;
  readonly tally: Tally;
}

/** How the children of a control task stand, as counts: a decision costs the same for 5 children as for 50,000. */
export interface Tally {
  readonly started: number;
  readonly ended: number;
  readonly failed: number;
  readonly killed: number;
  readonly warned: number;
}
