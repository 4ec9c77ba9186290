import type { ExecutionCommand, ExecutionReply } from '@tutti/contracts';
import { UserError } from '@tutti/service-kit';
import { snapshotOf } from '../core/index.ts';
import { fullContext, type ContextSources } from '../engine/full-context.ts';
import type { Inputs } from '../engine/inputs.ts';

export interface EvaluateDeps {
  readonly inputs: Inputs;
  readonly contextSources: ContextSources;
}

/**
 * Renders a template over an execution, or over one of its task runs, for somebody who is trying it out.
 * @throws {UserError} EXECUTION_UNKNOWN, EXPRESSION_FAILED
 */
export async function handleEvaluate(
  { inputs, contextSources }: EvaluateDeps,
  { executionId, taskRunId, template = '' }: ExecutionCommand,
): Promise<ExecutionReply> {
  const { execution } = await inputs.decide(executionId, () => undefined);
  const { namespace, flowId, taskRuns } = execution;
  const taskRun = taskRunId === undefined ? undefined : taskRuns.get(taskRunId);
  const secrets = new Set<string>();
  const text = await rendered(async () => {
    const vars = await fullContext(contextSources, execution, taskRun, [template]);
    return contextSources.expressions.render(template, vars, { namespace, flowId, executionId, secrets });
  });
  const result = [...secrets].reduce((masked, secret) => masked.replaceAll(secret, '******'), text);
  return { execution: snapshotOf(execution), result };
}

async function rendered(render: () => string | Promise<string>): Promise<string> {
  try {
    return await render();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError('EXPRESSION_FAILED', message, { cause: error });
  }
}
