import { subjects } from '@tutti/contracts';
import type { AttemptSnapshot, ExecutionCommand, ExecutionEvent, ExecutionSnapshot, ExecutionVerb, JsonMap, Label, LogLevel, StateChange, TaskRunSnapshot, TaskRunState } from '@tutti/contracts'; // prettier-ignore
import { UserError } from '@tutti/service-kit';
import type { RequestContext, Resolvers, Subscribers } from '../graphql/context.ts';
import { isNumber, isText, pageFrom, toConnection } from '../graphql/connection.ts';
import type { Connection, PageArgs } from '../graphql/connection.ts';
import { present } from '../graphql/present.ts';
import { payload } from '../graphql/payload.ts';
import { cancellable } from '../live/cancellable.ts';
import { followExecution } from '../live/execution-feed.ts';
import type { ExecutionView } from '../live/execution-feed.ts';
import { followAll } from '../live/event-feed.ts';
import { createExecution, drawExecutionId, refuseSystemLabels } from '../operations/create-execution.ts';
import { formatLogCursor, parseLogCursor } from '../store/log-cursor.ts';
import { hasMore } from '../store/logs.ts';
import type { LogFilter } from '../store/logs.ts';
import type { ExecutionFilter } from '../store/executions.ts';
import type { StoredTaskRun, TaskRunFilter } from '../store/task-runs.ts';
import { pageOf } from '../store/database-pages.ts';

/** An execution as resolvers pass it on; in a live update its task runs are known already. */
type ExecutionSource = ExecutionSnapshot & { readonly knownTaskRuns?: ExecutionView['taskRuns'] };
type TaskRunSource = Omit<TaskRunSnapshot, 'namespace' | 'flowId'>;

interface CreateInput {
  readonly namespace: string;
  readonly flowId: string;
  readonly revision?: number | null;
  readonly inputs?: JsonMap | null;
  readonly labels?: readonly Label[] | null;
  readonly scheduleAt?: number | null;
  readonly idempotencyKey?: string | null;
  readonly wait?: boolean | null;
}

const MOST_AT_ONCE = 500;

/** A page of executions with what it takes to count them all. */
export async function executionConnection(
  { gateway }: RequestContext,
  filter: ExecutionFilter,
  args: PageArgs,
): Promise<Connection<ExecutionSnapshot> & { readonly totalCount: () => Promise<number> }> {
  const page = await gateway.executions.list(filter, pageFrom(args, isText));
  return { ...toConnection(page, ({ id }) => id, args), totalCount: () => gateway.executions.count(filter) };
}

/** One page of an execution's log. */
export async function logBatch(
  { gateway }: RequestContext,
  executionId: string,
  filter: LogFilter,
  { first, after }: PageArgs,
) {
  const { limit } = pageFrom({ first: first ?? null }, isText);
  const page = await gateway.logs.after(executionId, parseLogCursor(after), limit, filter);
  const ended = !hasMore(page) && Boolean(await gateway.executions.hasEnded(executionId));
  return { lines: page.lines, cursor: formatLogCursor(page.cursor), ended };
}

export const executionResolvers: Resolvers = {
  Query: {
    execution: (_: unknown, { id }: { id: string }, { loaders }) => loaders.execution.get(id),
    executions: (_: unknown, { filter, ...page }: PageArgs & { filter?: ExecutionFilter | null }, context) =>
      executionConnection(context, filter ?? {}, page),
  },
  Mutation: {
    createExecution: (_: unknown, { input }: { input: CreateInput }, context) => create(context, input),
    createExecutions: (_: unknown, { inputs }: { inputs: readonly CreateInput[] }, context) => {
      if (inputs.length > MOST_AT_ONCE)
        throw new UserError('QUERY_TOO_COSTLY', `At most ${MOST_AT_ONCE} executions can be created at once.`);
      return inputs.map((input) => create(context, input));
    },
    killExecution: (_: unknown, { id, cascade }: { id: string; cascade: boolean }, context) =>
      command(context, 'kill', { executionId: id, cascade }),
    pauseExecution: (_: unknown, { id }: { id: string }, context) => command(context, 'pause', { executionId: id }),
    resumeExecution: (_: unknown, { input }: { input: ResumeInput }, context) => {
      const { id, ...rest } = present(input);
      return command(context, 'resume', { executionId: id, ...rest });
    },
    restartExecution: (_: unknown, { id, revision }: { id: string; revision?: number | null }, context) =>
      command(context, 'restart', { executionId: id, ...(revision && { revision }) }),
    replayExecution: (_: unknown, { input }: { input: ReplayInput }, context) => replay(context, input),
    forceRunExecution: (_: unknown, { id }: { id: string }, context) =>
      command(context, 'force-run', { executionId: id }),
    setLabels: (_: unknown, { id, labels }: { id: string; labels: readonly Label[] }, context) =>
      command(context, 'set-labels', { executionId: id, labels }, () => refuseSystemLabels(labels)),
    setTaskRunState: (_: unknown, args: { executionId: string; taskRunId: string; state: TaskRunState }, context) =>
      command(context, 'set-task-run-state', args),
    deleteExecution: (_: unknown, { id }: { id: string }, { gateway, caller }) =>
      payload(async () => {
        await gateway.executor.command('delete', { executionId: id, ...(caller.name && { by: caller.name }) });
        return { deleted: true };
      }).then((result) => ({ deleted: false, ...result })),
  },
  Execution: {
    ended: ({ endedAtMs }: ExecutionSource) => endedAtMs !== undefined,
    parentExecutionId: ({ parent }: ExecutionSource) => parent?.executionId,
    parentTaskRunId: ({ parent }: ExecutionSource) => parent?.taskRunId,
    scheduleAt: ({ scheduleAtMs }: ExecutionSource) => scheduleAtMs,
    createdAt: ({ createdAtMs }: ExecutionSource) => createdAtMs,
    startedAt: ({ histories }: ExecutionSource) => firstRunning(histories),
    endedAt: ({ endedAtMs }: ExecutionSource) => endedAtMs,
    durationMs: ({ createdAtMs, endedAtMs }: ExecutionSource, _: unknown, { gateway }) =>
      (endedAtMs ?? gateway.clock.nowMs()) - createdAtMs,
    flow: ({ namespace, flowId, flowRevision }: ExecutionSource, _: unknown, { loaders }) =>
      loaders.flow.get({ namespace, id: flowId, revision: flowRevision }),
    taskRuns: (source: ExecutionSource, args: PageArgs & { filter?: TaskRunFilter | null }, context) =>
      taskRunConnection(source, args, context),
    logs: ({ id }: ExecutionSource, { filter, ...page }: PageArgs & { filter?: LogFilter | null }, context) =>
      logBatch(context, id, filter ?? {}, page),
    metrics: async ({ id }: ExecutionSource, { first }: { first?: number | null }, { loaders }) =>
      (await loaders.metrics.get({ executionId: id, limit: first ?? 500 })) ?? [],
    evaluate: ({ id }: ExecutionSource, args: { template: string; taskRunId?: string | null }, { gateway }) =>
      evaluate(gateway, id, args.template, args.taskRunId ?? undefined),
  },
  TaskRun: {
    startedAt: ({ histories }: TaskRunSource) => firstRunning(histories),
    endedAt: ({ attempts }: TaskRunSource) => attempts.at(-1)?.endedAtMs,
    logs: (
      { id, executionId }: TaskRunSource,
      { minLevel, ...page }: PageArgs & { minLevel?: LogLevel | null },
      context,
    ) => logBatch(context, executionId, { taskRunId: id, minLevel: minLevel ?? null }, page),
  },
  Attempt: {
    startedAt: ({ startedAtMs }: AttemptSnapshot) => startedAtMs,
    endedAt: ({ endedAtMs }: AttemptSnapshot) => endedAtMs,
  },
  StateChange: { at: ({ atMs }: StateChange) => atMs },
  Metric: {
    at: ({ atMs }: { atMs: number }) => atMs,
    tags: ({ tags }: { tags: JsonMap | null }) => tags ?? {},
  },
};

export const executionSubscribers: Subscribers = {
  executionUpdated: (args: ExecutionUpdatedArgs, context: RequestContext) =>
    cancellable((signal) => executionUpdates(args, context, signal), context.signal),
};

interface ExecutionUpdatedArgs {
  readonly id?: string | null;
  readonly namespace?: string | null;
  readonly flowId?: string | null;
}

async function* executionUpdates(
  { id, namespace, flowId }: ExecutionUpdatedArgs,
  { gateway, disconnect }: RequestContext,
  signal: AbortSignal,
): AsyncGenerator<ExecutionSource, void, void> {
  if (id) {
    for await (const { execution, taskRuns } of followExecution(gateway, id, signal))
      yield { ...execution, knownTaskRuns: taskRuns };
    return;
  }
  if (flowId && !namespace)
    throw new UserError('ARGUMENT_MISSING', 'A flow is named by its namespace and its id: "namespace" is missing.');
  const subject = namespace ? subjects.executionEvent('*', '*', namespace, flowId ?? '>') : 'evt.execution.>';
  const events = followAll<ExecutionEvent>(gateway.bus, subject, {
    signal,
    keyOf: ({ execution }) => execution.id,
    onOverflow: disconnect,
  });
  for await (const { body } of events) yield body.execution;
}

function create(context: RequestContext, input: CreateInput) {
  const { wait = false, scheduleAt: scheduleAtMs, ...execution } = present(input);
  return payload(async () => ({
    execution: await createExecution(
      context.gateway,
      { ...execution, ...(scheduleAtMs !== undefined && { scheduleAtMs }) },
      { wait, life: context },
    ),
  }));
}

function command(
  { gateway, caller }: RequestContext,
  verb: Exclude<ExecutionVerb, 'create'>,
  body: ExecutionCommand,
  check: () => void = () => undefined,
) {
  return payload(async () => {
    check();
    return {
      execution: (await gateway.executor.command(verb, { ...body, ...(caller.name && { by: caller.name }) })).execution,
    };
  });
}

interface ResumeInput {
  readonly id: string;
  readonly taskRunId?: string | null;
  readonly inputs?: JsonMap | null;
}

interface ReplayInput {
  readonly id: string;
  readonly taskRunId?: string | null;
  readonly revision?: number | null;
  readonly inputs?: JsonMap | null;
  readonly outputs?: JsonMap | null;
}

function replay(context: RequestContext, input: ReplayInput) {
  const { id, ...changes } = present(input);
  return command(context, 'replay', {
    executionId: id,
    newExecutionId: drawExecutionId(context.gateway),
    ...changes,
  });
}

/** A template that fails is an answer, not a fault of the query. */
async function evaluate(gateway: RequestContext['gateway'], executionId: string, template: string, taskRunId?: string) {
  const result = await payload(() =>
    gateway.executor.command('evaluate', { executionId, template, ...(taskRunId && { taskRunId }) }),
  );
  return 'result' in result ? { result: result.result } : { error: result.errors[0]?.message };
}

async function taskRunConnection(
  source: ExecutionSource,
  { filter, ...args }: PageArgs & { readonly filter?: TaskRunFilter | null },
  { loaders }: RequestContext,
) {
  const { limit, after = 0 } = pageFrom(args, isNumber);
  const known =
    source.knownTaskRuns && numbered(source.knownTaskRuns).filter((run) => matches(run, after, filter ?? {}));
  const rows =
    known ??
    (await loaders.taskRuns.get({ executionId: source.id, after, limit: limit + 1, filter: filter ?? {} })) ??
    [];
  return toConnection(pageOf(rows, limit), ({ n }) => n, args);
}

/** The number of a task run stands at the end of its id. */
function numbered(taskRuns: ExecutionView['taskRuns']): StoredTaskRun[] {
  return taskRuns.map((run) => ({ ...run, n: Number(run.id.slice(run.id.lastIndexOf('-') + 1)) }));
}

function matches(run: StoredTaskRun, after: number, { states, taskId, parentTaskRunId }: TaskRunFilter): boolean {
  return (
    run.n > after &&
    (!states || states.includes(run.state)) &&
    (!taskId || run.taskId === taskId) &&
    (!parentTaskRunId || run.parentTaskRunId === parentTaskRunId)
  );
}

const firstRunning = (histories: readonly StateChange[]): number | undefined =>
  histories.find(({ state }) => state === 'RUNNING')?.atMs;
