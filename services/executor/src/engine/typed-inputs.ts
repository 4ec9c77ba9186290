import type { JsonMap, Label } from '@tutti/contracts';
import { checkInputs, inputDeclarations, type Flow, type Plan } from '@tutti/flow-model';
import type { Expressions } from '@tutti/expressions';
import { UserError } from '@tutti/service-kit';
import type { DecisionLog, Execution, TaskRun } from '../core/index.ts';

export interface TypedInputs {
  readonly values: JsonMap;
  /** What to say of values that nobody declared; they are dropped. */
  readonly logs: readonly DecisionLog[];
}

/**
 * Inputs as a user gave them to a new execution, checked and typed.
 * @throws {UserError} INPUT_INVALID with every fault
 */
export function typedInputs(
  expressions: Expressions,
  { flow }: Plan,
  given: JsonMap,
  executionId: string,
  labels: readonly Label[],
): Promise<TypedInputs> {
  return typed(expressions, flow, flow, given, executionId, labels);
}

/** The same for what a paused task asks of whoever resumes it. */
export function typedResumeInputs(
  expressions: Expressions,
  execution: Execution,
  taskRun: TaskRun,
  given: JsonMap,
): Promise<TypedInputs> {
  const { plan, id, labels } = execution;
  const { properties } = plan.nodes.get(taskRun.taskId)!.task;
  const inputs = inputDeclarations(properties['onResume'] ?? properties['inputs'] ?? []);
  return typed(expressions, { inputs }, plan.flow, given, id, labels);
}

async function typed(
  expressions: Expressions,
  owner: Pick<Flow, 'inputs'>,
  { namespace, id: flowId }: Flow,
  given: JsonMap,
  executionId: string,
  labels: readonly Label[],
): Promise<TypedInputs> {
  const call = { namespace, flowId, executionId };
  const { values, faults, undeclared } = await checkInputs(owner, given, {
    nowMs: Date.now(),
    expressions,
    call,
    labels,
  });
  if (faults.length > 0)
    throw new UserError('INPUT_INVALID', faults.map(({ message }) => message).join('\n'), {
      hint: 'Give every required input a value of its type.',
      details: { faults },
    });
  const logs = undeclared.map((name): DecisionLog => ({
    level: 'WARN',
    message: `Input ${name} was provided for workflow ${namespace}.${flowId} but isn't declared in the workflow inputs`,
  }));
  return { values, logs };
}
