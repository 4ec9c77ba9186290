import type { Bus } from '@tutti/bus';
import type { JsonMap, Metric, Work } from '@tutti/contracts';
import type { KeyValues, NamespaceFiles, RunContext, TaskLogger, TaskStorage } from '@tutti/plugin-sdk';
import type { SecretMask } from '../attempt/secret-mask.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { createEngine } from './engine.ts';
import { createFlows } from './flows.ts';
import type { MetricSink } from './metrics.ts';
import type { Rendering } from './rendering.ts';
import { resolveHost } from './resolve-host.ts';

/** What a run context is made of. */
export interface RunContextParts {
  readonly bus: Bus;
  readonly work: Work;
  readonly taskId: string;
  readonly signal: AbortSignal;
  readonly log: TaskLogger;
  readonly rendering: Rendering;
  readonly storage: TaskStorage;
  readonly keyValues: KeyValues;
  readonly namespaceFiles: NamespaceFiles;
  readonly folder: AttemptFolder;
  readonly metrics: MetricSink;
  readonly mask: SecretMask;
  readonly hostAliases: ReadonlyMap<string, string>;
}

/** All that one task may use while it runs. */
export function createRunContext(parts: RunContextParts): RunContext {
  const { bus, work, taskId, signal, log, rendering, folder, metrics, mask, hostAliases } = parts;
  const { storage, keyValues, namespaceFiles } = parts;
  const value = valueOf(rendering.variables);
  return {
    execution: {
      id: work.executionId,
      namespace: work.namespace,
      flowId: work.flowId,
      flowRevision: work.flowRevision,
    },
    taskRun: {
      id: work.taskRunId,
      taskId,
      attempt: work.attempt,
      attemptId: work.attemptId,
      ...(value !== undefined && { value }),
    },
    log,
    signal,
    storage,
    keyValues,
    namespaceFiles,
    flows: createFlows(bus),
    engine: createEngine(bus, work.executionId),
    workingDirectory: async () => folder.work(),
    outputDirectory: async () => folder.out(),
    render: async (template, extra) => asText(await rendering.text(template, extra)),
    renderTyped: (template, extra) => rendering.typed(template, extra),
    ...metricsOf(metrics),
    resolveHost: (hostname) => resolveHost(hostname, hostAliases),
    mask: (secret) => mask.add(secret),
  };
}

function metricsOf(metrics: MetricSink): Pick<RunContext, 'counter' | 'timer' | 'gauge'> {
  const at = (type: Metric['type']) => (name: string, value: number, tags?: Readonly<Record<string, string>>) =>
    metrics.add({ name, type, value, ...(tags && { tags }) });
  return { counter: at('counter'), timer: at('timer'), gauge: at('gauge') };
}

function valueOf({ taskrun }: JsonMap): string | undefined {
  const value = typeof taskrun === 'object' && taskrun !== null && 'value' in taskrun ? taskrun.value : undefined;
  return typeof value === 'string' ? value : undefined;
}

const asText = (rendered: unknown): string => (typeof rendered === 'string' ? rendered : JSON.stringify(rendered));
