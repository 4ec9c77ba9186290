import type { JsonMap, LogLevel, Metric } from '@tutti/contracts';
import type { RunContext, TaskLogger, TaskStorage } from '@tutti/plugin-sdk';
import type { AttemptFolder } from '../context/attempt-folder.ts';
import { createKeyValues } from '../context/key-values.ts';
import { MetricSink } from '../context/metrics.ts';
import { createNamespaceFiles } from '../context/namespace-files.ts';
import { Rendering } from '../context/rendering.ts';
import { createRunContext } from '../context/run-context.ts';
import { createTaskStorage } from '../context/task-storage.ts';
import type { AttemptTools } from './attempt-tools.ts';

/** What one task, or one child of a WorkingDirectory, runs with. */
export interface TaskScope {
  readonly rendering: Rendering;
  readonly storage: TaskStorage;
  readonly log: TaskLogger;
  readonly metrics: MetricSink;
  readonly context: RunContext;
}

/** Which task it is for. */
export interface ScopeOptions {
  readonly taskId: string;
  readonly logLevel: LogLevel | undefined;
  /** What its templates may refer to. */
  readonly variables: JsonMap;
  readonly folder: AttemptFolder;
  /** Set for a child: its lines carry its own name. */
  readonly childTaskId?: string;
  /** Stops a child alone; the attempt's own when left out. */
  readonly signal?: AbortSignal;
}

/** Makes the scope of one task within an attempt. */
export function createTaskScope(tools: AttemptTools, options: ScopeOptions): TaskScope {
  const { attempt, attemptLog, bus, storage: files, expressions, mask, config } = tools;
  const { taskId, folder } = options;
  const { executionId, namespace, flowId, taskRunId } = attempt.work;
  const variables = { ...options.variables, workingDir: folder.workPath, outputDir: folder.outPath };
  const call = { namespace, flowId, executionId, taskRunId };
  const rendering = new Rendering({ expressions, variables, call, mask });
  const storage = createTaskStorage(files, { namespace, flowId, executionId, taskId, taskRunId });
  const log = attemptLog.logger(options.logLevel, options.childTaskId);
  const metrics = new MetricSink();
  const context = createRunContext({
    bus,
    work: attempt.work,
    taskId,
    signal: options.signal ?? attempt.signal,
    log,
    rendering,
    storage,
    folder,
    metrics,
    mask,
    hostAliases: config.hostAliases,
    keyValues: createKeyValues(bus, namespace),
    namespaceFiles: createNamespaceFiles(bus, files, namespace),
  });
  return { rendering, storage, log, metrics, context };
}

/** The metrics of a scope, as a report carries them. */
export const metricsIn = ({ metrics }: TaskScope): { readonly metrics?: readonly Metric[] } => {
  const list = metrics.list();
  return list.length === 0 ? {} : { metrics: list };
};
