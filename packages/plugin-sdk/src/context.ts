import type { Readable } from 'node:stream';
import type { Json, JsonMap } from '@tutti/flow-model';

/** What a task may use while it runs. Nothing here outlives the attempt. */
export interface RunContext {
  readonly execution: {
    readonly id: string;
    readonly namespace: string;
    readonly flowId: string;
    readonly flowRevision: number;
  };
  readonly taskRun: { readonly id: string; readonly taskId: string; readonly attempt: number; readonly attemptId: string; readonly value?: string }; // prettier-ignore
  readonly log: TaskLogger;
  /** Aborted when the attempt is killed, timed out or lost its lease. */
  readonly signal: AbortSignal;
  readonly storage: TaskStorage;
  readonly keyValues: KeyValues;
  readonly namespaceFiles: NamespaceFiles;
  readonly flows: Flows;
  /** Commands to, and questions about, other executions and triggers. */
  readonly engine: Engine;
  /** A folder of the attempt's own, made on first use and removed at its end; `{{ workingDir }}` in templates. */
  readonly workingDirectory: () => Promise<string>;
  /** Another such folder, for files that become outputs; `{{ outputDir }}` in templates. */
  readonly outputDirectory: () => Promise<string>;
  /** Renders a template over the task run's context, with further names; for tasks that render once per item. */
  readonly render: (template: string, extra?: JsonMap) => Promise<string>;
  readonly renderTyped: (template: string, extra?: JsonMap) => Promise<Json>;
  readonly counter: (name: string, value: number, tags?: Readonly<Record<string, string>>) => void;
  readonly timer: (name: string, durationMs: number, tags?: Readonly<Record<string, string>>) => void;
  readonly gauge: (name: string, value: number, tags?: Readonly<Record<string, string>>) => void;
  /** The address to connect to for a host name that a flow names (`host.docker.internal` and the like; setting `hostAliases`). */
  readonly resolveHost: (hostname: string) => Promise<string>;
  /** Text that must not appear in logs or outputs from now on. */
  readonly mask: (secret: string) => void;
}

export interface TaskLogger {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /** When lines come faster than they can be stored: resolves once there is room for more. */
  room(): Promise<void> | undefined;
}

export interface StoredFile {
  readonly uri: string;
  readonly sizeBytes: number;
}

/** Internal storage as a task sees it: new files go below the task run's own folder. */
export interface TaskStorage {
  put(name: string, content: Readable | Uint8Array | string): Promise<StoredFile>;
  /** @throws {TaskError} FILE_NOT_FOUND */
  get(uri: string): Promise<Readable>;
  exists(uri: string): Promise<boolean>;
  sizeBytes(uri: string): Promise<number>;
  delete(uri: string): Promise<boolean>;
  /** Deletes every file of the execution, or of another one; returns their URIs. */
  purgeExecution(other?: FoundExecution): Promise<readonly string[]>;
}

export interface KeyValues {
  get(
    key: string,
    options?: { readonly namespace?: string; readonly inherit?: boolean },
  ): Promise<KeyValueEntry | undefined>;
  /** @throws {TaskError} KV_EXISTS with `overwrite: false` */
  set(key: string, value: Json, options?: { readonly namespace?: string; readonly type?: KeyValueEntry['type']; readonly ttlMs?: number; readonly overwrite?: boolean; readonly description?: string }): Promise<void>; // prettier-ignore
  delete(key: string, options?: { readonly namespace?: string }): Promise<boolean>;
  list(options?: { readonly namespace?: string; readonly prefix?: string }): Promise<readonly KeyValueEntry[]>;
  /** Deletes pairs of a namespace and, unless `exact`, of those below it; how many it were. `keyPattern` may hold `*`. */
  purge(options: { readonly namespace: string; readonly exact: boolean; readonly keyPattern?: string; readonly expiredOnly: boolean }): Promise<number>; // prettier-ignore
}

export interface KeyValueEntry {
  readonly key: string;
  readonly type: 'STRING' | 'NUMBER' | 'BOOLEAN' | 'DATETIME' | 'DATE' | 'DURATION' | 'JSON';
  readonly value: Json;
  readonly expiresAtMs?: number;
}

export interface NamespaceFiles {
  /** Paths (absolute within the namespace, files only) that match one of the globs; all without globs. */
  list(options?: { readonly namespace?: string; readonly include?: readonly string[]; readonly exclude?: readonly string[] }): Promise<readonly string[]>; // prettier-ignore
  read(path: string, options?: { readonly namespace?: string }): Promise<Readable>;
  write(path: string, content: Readable | Uint8Array | string, options?: { readonly namespace?: string; readonly overwrite?: boolean }): Promise<void>; // prettier-ignore
  delete(path: string, options?: { readonly namespace?: string }): Promise<number>;
}

/** The flows of this installation, as their authors wrote them. */
export interface Flows {
  /** Of a namespace, or also of those below it. */
  list(options: { readonly namespace: string; readonly recursive?: boolean }): Promise<readonly FlowSource[]>;
  /** @throws {TaskError} FLOW_FAULTY with every fault; what the flow-registry refuses. */
  save(source: string, options?: { readonly dryRun?: boolean }): Promise<SavedFlow>;
  delete(flow: { readonly namespace: string; readonly id: string }): Promise<boolean>;
}

export interface FlowSource {
  readonly namespace: string;
  readonly id: string;
  readonly revision: number;
  readonly source: string;
}

/** What saving a flow came to, or would. */
export interface SavedFlow extends FlowSource {
  /** There was none before. */
  readonly created: boolean;
  /** There is a new revision. */
  readonly changed: boolean;
}

/** Wishes to, and questions about, other executions and triggers; the one who answers checks what a task may. */
export interface Engine {
  /** Stored lines of an execution's log, oldest first. */
  logs(query: { readonly executionId: string; readonly taskIds?: readonly string[]; readonly minLevel?: LoggedLine['level'] }): AsyncIterable<LoggedLine>; // prettier-ignore
  /** How an execution stands. @throws {TaskError} EXECUTION_UNKNOWN */
  describe(executionId: string): Promise<ExecutionFacts>;
  /** Lets a paused execution go on. */
  resume(executionId: string, inputs: JsonMap): Promise<void>;
  /** Stops an execution, with its subflows unless told otherwise. */
  kill(executionId: string, options?: { readonly cascade?: boolean }): Promise<void>;
  /** Executions of any flow, oldest first. */
  find(query: ExecutionFilter & { readonly ended?: boolean }): AsyncIterable<FoundExecution>;
  /** How many executions each flow has; flows without any are left out. */
  count(query: ExecutionFilter): Promise<readonly FlowCount[]>;
  /**
   * Deletes an execution that has ended (and with it all the rest), or its log or metrics; how many of each it were.
   * @throws {TaskError} EXECUTION_RUNNING
   */
  purge(executionId: string, parts: { readonly execution: boolean; readonly logs: boolean; readonly metrics: boolean }): Promise<PurgedCounts>; // prettier-ignore
  /** Deletes log lines written before a time; how many it were. */
  purgeLogs(query: Omit<ExecutionFilter, 'states' | 'beforeMs'> & { readonly levels?: readonly LoggedLine['level'][]; readonly beforeMs: number }): Promise<number>; // prettier-ignore
  setTriggerDisabled(trigger: { readonly namespace: string; readonly flowId: string; readonly triggerId: string }, disabled: boolean): Promise<void>; // prettier-ignore
}

/** Which executions are meant; all that is given must hold. */
export interface ExecutionFilter {
  /** Of this very namespace with `flowId`; without, of those below it too. */
  readonly namespace?: string;
  readonly flowId?: string;
  readonly states?: readonly ExecutionState[];
  /** From this time on, and before this one, Unix ms: when the execution was created, or the line was written. */
  readonly fromMs?: number;
  readonly beforeMs?: number;
}

export type ExecutionState =
  | 'CREATED' | 'QUEUED' | 'RUNNING' | 'PAUSED' | 'RESTARTED' | 'RETRYING' | 'RETRIED' | 'KILLING' | 'KILLED'
  | 'CANCELLED' | 'SUCCESS' | 'WARNING' | 'FAILED'; // prettier-ignore

export interface FoundExecution {
  readonly id: string;
  readonly namespace: string;
  readonly flowId: string;
}

/** An execution, running or ended. */
export interface ExecutionFacts extends FoundExecution {
  readonly state: ExecutionState;
  readonly createdAtMs: number;
  readonly endedAtMs?: number;
  /** Tasks that have failed so far; an execution whose `errors` run is itself still RUNNING. */
  readonly failedTaskIds: readonly string[];
}

export interface FlowCount {
  readonly namespace: string;
  readonly flowId: string;
  readonly count: number;
}

export interface PurgedCounts {
  readonly executions: number;
  readonly logs: number;
  readonly metrics: number;
}

/** A line of a log as it was stored. */
export interface LoggedLine {
  readonly atMs: number;
  readonly level: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
  readonly taskId?: string;
  readonly taskRunId?: string;
  readonly attempt?: number;
}
