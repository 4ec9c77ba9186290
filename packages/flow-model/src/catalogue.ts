import type { Json, JsonMap } from './json.ts';

/** What the model must know of the installed task and trigger types; the plugin SDK builds one from its declarations. */
export interface Catalogue {
  /** By canonical name or any alias. */
  task(type: string): TaskTypeInfo | undefined;
  trigger(type: string): TypeInfo | undefined;
  /** Names for "did you mean": canonical ones and aliases. */
  taskTypes(): readonly string[];
  triggerTypes(): readonly string[];
}

export interface TypeInfo {
  /** Canonical, for example `core.log.Log`. */
  readonly type: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly description?: string;
  readonly deprecated?: string;
  readonly properties: Readonly<Record<string, PropertyInfo>>;
  /** A trigger that is read and checked, but that nobody evaluates: it never fires. */
  readonly inert?: boolean;
  /** Names in the outputs; `undefined` when they cannot be known before a run. */
  readonly outputs?: readonly string[];
  /** Property values that stay templates are not judged; `at` is the path below the properties. */
  check(properties: JsonMap): readonly PropertyFault[];
  /** JSON schema (draft 2020-12) of the type's own properties. */
  schema(): JsonMap;
}

export interface TaskTypeInfo extends TypeInfo {
  readonly kind: 'run' | 'pure' | 'control';
  /** Which control task the engine's core knows it as; only for `control`. */
  readonly control?: ControlKind;
  /** Decided in the executor's own batch; only for `pure`. */
  readonly evaluate?: PureTask;
}

export interface PropertyInfo {
  readonly required: boolean;
  /**
   * How the value is rendered before the task sees it: every string as text, lone expressions keeping their type, or not
   * at all; `elsewhere`: by somebody else, with other names than the task's.
   */
  readonly render: 'text' | 'typed' | 'none' | 'elsewhere';
  /** The value holds tasks (a control task's children). */
  readonly children?: boolean;
  /** Accepted, but nothing comes of it. */
  readonly inert?: boolean;
  readonly description: string;
  /** Other names for the property in older dialects. */
  readonly aliases?: readonly string[];
  readonly schema: JsonMap;
}

export interface PropertyFault {
  readonly at: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** The control tasks whose semantics the executor's core carries. */
export const CONTROL_KINDS = [
  'sequential', 'parallel', 'dag', 'if', 'switch', 'forEach', 'eachSequential', 'eachParallel', 'loop', 'loopUntil',
  'forEachItem', 'subflow', 'pause', 'approval', 'allowFailure', 'workingDirectory',
] as const; // prettier-ignore
export type ControlKind = (typeof CONTROL_KINDS)[number];

/**
 * A task that is a pure function of its rendered properties: it runs inside the executor's batch, without a trip over
 * the bus. Neither clock nor chance nor I/O; it may throw an error with a message, which fails the attempt.
 */
export type PureTask = (properties: JsonMap, context: PureContext) => PureResult;

export interface PureContext {
  readonly nowMs: number;
  readonly execution: {
    readonly id: string;
    readonly state: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly variables: JsonMap;
  /** Renders a template over the context of the task run, optionally with further names. */
  render(template: string, extra?: JsonMap): Json;
}

export interface PureResult {
  readonly outputs?: JsonMap;
  readonly logs?: readonly {
    readonly level: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
    readonly message: string;
  }[];
  readonly metrics?: readonly { readonly name: string; readonly type: 'counter' | 'timer' | 'gauge'; readonly value: number; readonly tags?: Readonly<Record<string, string>> }[]; // prettier-ignore
  /** Ends the task run in this state instead of SUCCESS. */
  readonly state?: 'SUCCESS' | 'WARNING' | 'FAILED';
  /** Labels the execution takes on. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Variables merged into, or taken from, the execution's `vars`. */
  readonly setVariables?: JsonMap;
  readonly unsetVariables?: readonly string[];
  /** Ends the whole execution in this state (`core.execution.Exit`). */
  readonly exit?: 'SUCCESS' | 'WARNING' | 'FAILED' | 'KILLED' | 'CANCELLED';
}
