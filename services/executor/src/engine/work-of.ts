import { attemptIdOf, type JsonMap, type Work } from '@tutti/contracts';
import { workContext, type Execution } from '../core/index.ts';

/** Everything a runner needs for the attempt it was granted. */
export function workOf(execution: Execution, taskRunId: string, lease: number, extras?: JsonMap): Work {
  const { id, namespace, flowId, flowRevision, plan } = execution;
  const taskRun = execution.taskRuns.get(taskRunId)!;
  const node = plan.nodes.get(taskRun.taskId)!;
  const secretInputs = plan.flow.inputs.filter(({ type }) => type === 'SECRET').map((input) => input.id);
  return {
    executionId: id,
    taskRunId,
    taskId: taskRun.taskId,
    attempt: taskRun.attempt,
    attemptId: attemptIdOf(taskRunId, taskRun.attempt),
    lease,
    namespace,
    flowId,
    flowRevision,
    task: node.task as unknown as JsonMap,
    context: workContext(execution, taskRun, extras),
    ...(secretInputs.length > 0 && { secretInputs }),
  };
}
