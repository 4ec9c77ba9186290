import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type {
  ExecutionCommand,
  ExecutionCounts,
  ExecutionPage,
  ExecutionQuery,
  ExecutionReply,
  ExecutionVerb,
  FoundExecution,
  GetExecutionLogs,
  LogPage,
  PurgeExecution,
  PurgeLogLines,
  PurgeLogLinesReply,
  PurgeReply,
  SetTriggerDisabled,
} from '@tutti/contracts';
import type { Engine, ExecutionFacts } from '@tutti/plugin-sdk';
import { asTaskError } from './as-task-error.ts';

const PAGE_LINES = 1_000;
const PAGE_EXECUTIONS = 1_000;
const PORTION_LINES = 10_000;

/** Renders to the ids of the tasks that have failed, as JSON. */
const FAILED_TASKS = "{{ tasksWithState('FAILED') | jq('[.[].taskId] | unique') | toJson }}";

/**
 * The engine over the bus: the executor and the trigger service answer.
 * @param executionId the execution that asks; the owner of its partition answers what is about many
 */
export function createEngine(bus: Bus, executionId: string): Engine {
  const ask = <Req extends { readonly executionId: string }, Res>(verb: ExecutionVerb, body: Req): Promise<Res> =>
    bus.request<Req, Res>(subjects.execution(verb, body.executionId), body).catch(asTaskError);
  const command = async (verb: ExecutionVerb, body: ExecutionCommand): Promise<void> => {
    await ask<ExecutionCommand, ExecutionReply>(verb, body);
  };
  return {
    logs: (query) => pagesOf(bus, query),
    describe: async (id) =>
      factsOf(await ask<ExecutionCommand, ExecutionReply>('evaluate', { executionId: id, template: FAILED_TASKS })),
    resume: (id, inputs) => command('resume', { executionId: id, inputs }),
    kill: (id, options) => command('kill', { executionId: id, ...options }),
    find: (query) => executionsOf(bus, { ...query, executionId }),
    count: async (query) => (await ask<ExecutionQuery, ExecutionCounts>('count', { ...query, executionId })).counts,
    purge: (id, parts) => ask<PurgeExecution, PurgeReply>('purge', { executionId: id, ...parts }),
    async purgeLogs(query) {
      const portion = { ...query, executionId, limit: PORTION_LINES };
      for (let total = 0; ;) {
        const { count } = await ask<PurgeLogLines, PurgeLogLinesReply>('purge-logs', portion);
        total += count;
        if (count < PORTION_LINES) return total;
      }
    },
    async setTriggerDisabled(trigger, disabled) {
      const body: SetTriggerDisabled = { ...trigger, disabled };
      await bus.request(subjects.trigger('set-disabled'), body).catch(asTaskError);
    },
  };
}

function factsOf({ execution, result = '[]' }: ExecutionReply): ExecutionFacts {
  const { id, namespace, flowId, state, createdAtMs, endedAtMs } = execution;
  const failedTaskIds = (JSON.parse(result) as string[][]).flat();
  return { id, namespace, flowId, state, createdAtMs, failedTaskIds, ...(endedAtMs !== undefined && { endedAtMs }) };
}

async function* executionsOf(bus: Bus, query: ExecutionQuery): AsyncGenerator<FoundExecution> {
  const subject = subjects.execution('find', query.executionId);
  for (let after = ''; ;) {
    const page: ExecutionQuery = { ...query, limit: PAGE_EXECUTIONS, after };
    const { executions } = await bus.request<ExecutionQuery, ExecutionPage>(subject, page).catch(asTaskError);
    yield* executions;
    const last = executions.at(-1);
    if (!last || executions.length < PAGE_EXECUTIONS) return;
    after = last.id;
  }
}

async function* pagesOf(bus: Bus, query: GetExecutionLogs): AsyncGenerator<LogPage['lines'][number]> {
  const subject = subjects.execution('logs', query.executionId);
  for (let after: GetExecutionLogs['after']; ;) {
    const page: GetExecutionLogs = { ...query, limit: PAGE_LINES, ...(after && { after }) };
    const { lines } = await bus.request<GetExecutionLogs, LogPage>(subject, page).catch(asTaskError);
    yield* lines;
    const last = lines.at(-1);
    if (!last || lines.length < PAGE_LINES) return;
    after = { source: last.source, id: last.id };
  }
}
