import type { JsonMap, LogLevel, TaskEffects, TaskFailure, Work } from '@tutti/contracts';
import type { TaskDefinition } from '@tutti/flow-model';
import { TaskError, TaskResult, TaskSpec, parseProperties } from '@tutti/plugin-sdk';
import type { AnyTask, Json, PureResult, TaskCatalogue } from '@tutti/plugin-sdk';
import { explainFailure } from './failure.ts';
import { taskOfSpec } from './task-of-spec.ts';
import type { TaskScope } from './task-scope.ts';

/** How a task ended, before its outputs are packed for the journey. */
export interface TaskOutcome {
  readonly state: 'SUCCESS' | 'WARNING' | 'FAILED';
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly error?: TaskFailure;
  readonly effects?: TaskEffects;
}

type Runnable = Exclude<AnyTask, { readonly control: unknown }>;

/** What it takes to run one task. */
export interface TaskDeps extends TaskScope {
  readonly catalogue: TaskCatalogue;
  readonly work: Work;
  readonly nowMs: number;
}

/** Renders the properties, checks them and runs the task. What goes wrong is in the log and in the outcome. */
export async function runTask(deps: TaskDeps, task: Pick<TaskDefinition, 'type' | 'properties'>): Promise<TaskOutcome> {
  try {
    return await carryOut(deps, task);
  } catch (error) {
    return failed(deps, error);
  }
}

async function carryOut(deps: TaskDeps, task: Pick<TaskDefinition, 'type' | 'properties'>): Promise<TaskOutcome> {
  const declaration = declarationOf(deps.catalogue, task.type);
  const properties = parseProperties(declaration, await deps.rendering.properties(declaration, task.properties));
  if (!('run' in declaration)) return evaluate(deps, declaration, properties);
  const result = await declaration.run(deps.context, properties);
  if (result instanceof TaskSpec) return carryOut(deps, taskOfSpec(result, declaration.type, deps.catalogue));
  return outcomeOf(deps, result);
}

function declarationOf(catalogue: TaskCatalogue, type: string): Runnable {
  const declaration = catalogue.declaration(type);
  if (!declaration)
    throw new TaskError('TASK_TYPE_UNKNOWN', `This runner has no plugin for tasks of the type "${type}".`, {
      retryable: false,
      hint: 'Install the plugin here (TUTTI_PLUGINS), or give the task the workerGroup of runners that have it.',
    });
  if ('control' in declaration)
    throw new TaskError('TASK_TYPE_CONTROL', `"${type}" steers other tasks; a runner cannot carry it out.`, {
      retryable: false,
    });
  return declaration;
}

function outcomeOf(
  { log, context }: TaskDeps,
  result: Exclude<Awaited<ReturnType<Extract<AnyTask, { run: unknown }>['run']>>, TaskSpec>,
): TaskOutcome {
  if (!(result instanceof TaskResult)) return { state: 'SUCCESS', outputs: result ?? {} };
  const { state, outputs, message = 'The task ended as failed.' } = result;
  if (state !== 'FAILED') return { state, outputs };
  if (!context.signal.aborted) log.error(message);
  return { state, outputs, error: { code: 'TASK_FAILED', message, retryable: true } };
}

/**
 * A pure task whose templates need I/O. It renders synchronously: a template that must wait is rendered apart, and the
 * task, being pure, begins anew with the result at hand.
 */
async function evaluate(
  deps: TaskDeps,
  declaration: Extract<AnyTask, { evaluate: unknown }>,
  properties: Record<string, unknown>,
): Promise<TaskOutcome> {
  const rendered = new Map<string, Json>();
  for (;;)
    try {
      const render = (template: string, extra?: JsonMap): Json => {
        const key = JSON.stringify([template, extra]);
        const found = rendered.get(key);
        if (found === undefined) throw new NotRendered(key, template, extra);
        return found;
      };
      return applied(deps, declaration.evaluate(properties, { ...pureContext(deps), render }));
    } catch (error) {
      if (!(error instanceof NotRendered)) throw error;
      rendered.set(error.key, await deps.rendering.typed(error.template, error.extra));
    }
}

class NotRendered extends Error {
  readonly key: string;
  readonly template: string;
  readonly extra: JsonMap | undefined;

  constructor(key: string, template: string, extra: JsonMap | undefined) {
    super('not rendered yet');
    this.key = key;
    this.template = template;
    this.extra = extra;
  }
}

function pureContext({ nowMs, work: { executionId, context } }: TaskDeps) {
  const { vars, labels } = context;
  return {
    nowMs,
    execution: { id: executionId, state: 'RUNNING', labels: (labels ?? {}) as Record<string, string> },
    variables: (vars ?? {}) as JsonMap,
  };
}

function applied({ log, metrics }: TaskDeps, result: PureResult): TaskOutcome {
  for (const { level, message } of result.logs ?? []) log[level.toLowerCase() as Lowercase<LogLevel>](message);
  for (const metric of result.metrics ?? []) metrics.add(metric);
  const { state = 'SUCCESS', outputs = {}, labels, setVariables, unsetVariables, exit } = result;
  const effects = Object.fromEntries(
    Object.entries({ labels, setVariables, unsetVariables, exit }).filter(([, value]) => value !== undefined),
  );
  return {
    state,
    outputs,
    ...(Object.keys(effects).length > 0 && { effects }),
    ...(state === 'FAILED' && { error: { code: 'TASK_FAILED', message: lastError(result), retryable: true } }),
  };
}

const lastError = ({ logs = [] }: PureResult): string => logs.findLast(({ level }) => level === 'ERROR')?.message ?? 'The task ended as failed.'; // prettier-ignore

function failed({ log, context }: TaskDeps, error: unknown): TaskOutcome {
  const { hint, ...failure } = explainFailure(error);
  if (!context.signal.aborted) log.error(hint === undefined ? failure.message : `${failure.message}\n${hint}`);
  if (error instanceof Error && error.stack && failure.code === 'TASK_FAILED') log.trace(error.stack);
  return { state: 'FAILED', outputs: {}, error: failure };
}
