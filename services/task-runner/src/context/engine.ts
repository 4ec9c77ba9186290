import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type {
  ExecutionCommand,
  ExecutionReply,
  ExecutionVerb,
  GetExecutionLogs,
  LogPage,
  SetTriggerDisabled,
} from '@tutti/contracts';
import type { Engine } from '@tutti/plugin-sdk';
import { asTaskError } from './as-task-error.ts';

const PAGE_LINES = 1_000;

/** The engine over the bus: the executor and the trigger service answer. */
export function createEngine(bus: Bus): Engine {
  const command = async (verb: ExecutionVerb, body: ExecutionCommand): Promise<void> => {
    const subject = subjects.execution(verb, body.executionId);
    await bus.request<ExecutionCommand, ExecutionReply>(subject, body).catch(asTaskError);
  };
  return {
    logs: (query) => pagesOf(bus, query),
    resume: (executionId, inputs) => command('resume', { executionId, inputs }),
    kill: (executionId, options) => command('kill', { executionId, ...options }),
    async setTriggerDisabled(trigger, disabled) {
      const body: SetTriggerDisabled = { ...trigger, disabled };
      await bus.request(subjects.trigger('set-disabled'), body).catch(asTaskError);
    },
  };
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
