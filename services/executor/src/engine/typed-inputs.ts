import type { JsonMap, Label } from '@tutti/contracts';
import { checkInputs, type Plan } from '@tutti/flow-model';
import type { Expressions } from '@tutti/expressions';
import { UserError } from '@tutti/service-kit';
import type { DecisionLog } from '../core/index.ts';

/**
 * Inputs as a user gave them, checked and typed. Values nobody declared are dropped with a line in the log.
 * @throws {UserError} INPUT_INVALID with every fault
 */
export async function typedInputs(
  expressions: Expressions,
  { flow }: Plan,
  given: JsonMap,
  executionId: string,
  labels: readonly Label[],
): Promise<{ readonly values: JsonMap; readonly logs: readonly DecisionLog[] }> {
  const { namespace, id: flowId } = flow;
  const { values, faults, undeclared } = await checkInputs(flow, given, {
    nowMs: Date.now(),
    expressions,
    call: { namespace, flowId, executionId },
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
