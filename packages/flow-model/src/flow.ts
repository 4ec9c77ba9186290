import type { Json, JsonMap } from './json.ts';

/**
 * A flow in the one form that everything after the readers works with, whatever dialect it was written in.
 * Plain JSON: it is stored, travels on the bus and is compiled to a plan by whoever runs it.
 * Type names are the canonical ones of the catalogue; plugin defaults are merged in.
 */
export interface Flow {
  readonly id: string;
  readonly namespace: string;
  /** From 1; 0 for a flow that has not been saved. */
  readonly revision: number;
  readonly description?: string;
  readonly disabled: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly inputs: readonly InputDeclaration[];
  readonly outputs: readonly OutputDeclaration[];
  readonly variables: JsonMap;
  readonly tasks: readonly TaskDefinition[];
  readonly errors: readonly TaskDefinition[];
  readonly finally: readonly TaskDefinition[];
  readonly afterExecution: readonly TaskDefinition[];
  readonly triggers: readonly TriggerDefinition[];
  readonly retry?: Retry;
  readonly concurrency?: Concurrency;
  readonly sla: readonly Sla[];
  readonly checks: readonly Check[];
}

/** What every task has, and the properties of its own type apart. */
export interface TaskDefinition {
  readonly id: string;
  /** Canonical type name, for example `core.log.Log`. */
  readonly type: string;
  /** The name the author used for the type, where it is another: `{{ task.type }}` says that one. */
  readonly typeAsWritten?: string;
  readonly description?: string;
  readonly disabled?: boolean;
  /** Template; the task is skipped when it renders to false (`runIf`, or `when` in the 2.0 language). */
  readonly runIf?: string;
  readonly retry?: Retry;
  /** ISO-8601 duration or a template for one; per attempt. */
  readonly timeout?: string;
  readonly allowFailure?: boolean;
  readonly allowWarning?: boolean;
  readonly logLevel?: LogLevel;
  readonly logToFile?: boolean;
  readonly taskCache?: { readonly enabled: boolean; readonly ttl?: string };
  /** What becomes of an attempt whose runner was lost; RETRY unless said. */
  readonly onWorkerLost?: 'RETRY' | 'FAIL';
  readonly workerGroup?: string;
  /** Dag only: the tasks that must have ended first. */
  readonly dependsOn?: readonly string[];
  /** The properties of the type as written, unrendered. */
  readonly properties: JsonMap;
  /** Lists of children of a control task by the property they stand in: `tasks`, `then`, `else`, `errors`, `finally`, `cases.<key>`, `defaults`. */
  readonly children?: Readonly<Record<string, readonly TaskDefinition[]>>;
}

export interface TriggerDefinition {
  readonly id: string;
  readonly type: string;
  /** The name the author used for the type, where it is another; executions say that one. */
  readonly typeAsWritten?: string;
  readonly description?: string;
  readonly disabled?: boolean;
  readonly inputs?: JsonMap;
  readonly labels?: Readonly<Record<string, string>>;
  /** Conditions of the older dialects, in their canonical type names: all must hold. */
  readonly conditions?: readonly ConditionDefinition[];
  /** Template (`when` of the 2.0 language): the trigger fires only when it renders to true. */
  readonly when?: string;
  readonly stopAfter?: readonly string[];
  readonly allowConcurrent?: boolean;
  readonly properties: JsonMap;
}

export interface ConditionDefinition {
  readonly type: string;
  readonly properties: JsonMap;
}

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

export type Retry = {
  readonly behavior: 'RETRY_FAILED_TASK' | 'CREATE_NEW_EXECUTION';
  readonly maxAttempts?: number;
  readonly maxDurationMs?: number;
  readonly warningOnRetry: boolean;
} & (
  | { readonly type: 'constant'; readonly intervalMs: number }
  | {
      readonly type: 'exponential';
      readonly intervalMs: number;
      readonly maxIntervalMs: number;
      readonly delayFactor: number;
    }
  | { readonly type: 'random'; readonly minIntervalMs: number; readonly maxIntervalMs: number }
);

export interface Concurrency {
  readonly limit: number;
  readonly behavior: 'QUEUE' | 'CANCEL' | 'FAIL';
}

export type Sla = {
  readonly id: string;
  readonly behavior: 'FAIL' | 'CANCEL' | 'NONE';
  readonly labels: Readonly<Record<string, string>>;
} & (
  | { readonly type: 'MAX_DURATION'; readonly durationMs: number }
  | { readonly type: 'EXECUTION_ASSERTION'; readonly assert: string }
);

export interface Check {
  /** Template; the check fails when it renders to false. */
  readonly condition: string;
  readonly message: string;
  readonly style: 'ERROR' | 'SUCCESS' | 'WARNING' | 'INFO';
  readonly behavior: 'BLOCK_EXECUTION' | 'FAIL_EXECUTION' | 'CREATE_EXECUTION';
}

export type InputType =
  | 'STRING' | 'SELECT' | 'MULTISELECT' | 'ENUM' | 'INT' | 'FLOAT' | 'BOOLEAN' | 'BOOL' | 'DATETIME' | 'DATE' | 'TIME'
  | 'DURATION' | 'FILE' | 'JSON' | 'YAML' | 'URI' | 'SECRET' | 'ARRAY' | 'EMAIL' | 'ION'; // prettier-ignore

export interface InputDeclaration {
  /** Dots nest: an input of a form has the id of the form before its own. */
  readonly id: string;
  readonly type: InputType;
  readonly displayName?: string;
  readonly description?: string;
  /** The form it stands in, for whoever shows it. */
  readonly form?: { readonly id: string; readonly displayName?: string; readonly description?: string };
  readonly required: boolean;
  readonly defaults?: Json;
  readonly prefill?: Json;
  readonly dependsOn?: { readonly inputs: readonly string[]; readonly condition?: string };
  /** Properties of the one type: `values` (with their `labels`, where they have some), `expression`, `allowCustomValue`, `itemType`, `validator`, `min`, `max`, `after`, `before` … */
  readonly properties: JsonMap;
}

export interface OutputDeclaration {
  readonly id: string;
  readonly type: InputType;
  readonly value: Json;
  readonly displayName?: string;
  readonly description?: string;
  readonly required: boolean;
}
