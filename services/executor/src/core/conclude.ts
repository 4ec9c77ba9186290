import type { ExecutionState, Json, JsonMap, TaskRunState } from '@tutti/contracts';
import { typeOutput, type OutputDeclaration } from '@tutti/flow-model';
import { isStored } from './derived.ts';
import type { Draft } from './draft.ts';
import { ask, evaluate, EvaluationError, orEvaluationError } from './evaluate.ts';
import { startNode } from './start.ts';

const WITHOUT_OUTPUTS: ReadonlySet<ExecutionState> = new Set(['KILLED', 'CANCELLED', 'RETRIED']);

/** Outputs longer than this many characters of JSON may be too large for a message; the shell then stores the largest. */
const LARGEST_OUTPUTS = 32 * 1024;

/** The flow's tasks are over: works out its outputs, ends the execution, then begins `afterExecution`. */
export function conclude(draft: Draft, outcome: TaskRunState): void {
  const { execution } = draft;
  if (execution.note.concluded) return;
  const { goal } = execution.note;
  const state = goal?.execution ?? (outcome as ExecutionState);
  const rendered = WITHOUT_OUTPUTS.has(state) ? {} : renderOutputs(draft);
  if (rendered === undefined) draft.noteExecution({ outcome: state, concluded: true });
  else end(draft, state, rendered);
}

type Rendered = JsonMap | EvaluationError;

function renderOutputs(draft: Draft): Rendered | undefined {
  const { outputs } = draft.execution.plan.flow;
  if (outputs.length === 0) return {};
  const templates = Object.fromEntries(outputs.map(({ id, value }) => [id, value]));
  return orEvaluationError(() => {
    const values = evaluate(draft, undefined, 'outputs', { templates });
    const typed = values && typedOutputs(outputs, values);
    if (!typed || JSON.stringify(typed).length <= LARGEST_OUTPUTS) return typed;
    ask(draft, undefined, 'outputs', { templates });
    return undefined;
  });
}

/**
 * What lies in storage was typed before it went there.
 * @throws {EvaluationError} for a value that is not of its declared type
 */
export function typedOutputs(outputs: readonly OutputDeclaration[], values: JsonMap): JsonMap {
  const typed = (output: OutputDeclaration): Json => {
    const value = values[output.id] ?? null;
    return isStored(value) ? value : typeOutput(output, value);
  };
  try {
    return Object.fromEntries(outputs.map((output) => [output.id, typed(output)]));
  } catch (error) {
    throw new EvaluationError((error as Error).message, 'OUTPUT_INVALID', error);
  }
}

/** Ends the execution once its outputs are known, or known to fail. */
export function end(draft: Draft, state: ExecutionState, outputs: Rendered): void {
  const failed = outputs instanceof EvaluationError ? outputs : undefined;
  if (failed) draft.log('ERROR', `The outputs of the flow failed: ${failed.message}`);
  else if (Object.keys(outputs).length > 0) draft.record({ type: 'OutputsSet', outputs: outputs as JsonMap });
  const { goal } = draft.execution.note;
  draft.noteExecution({ goal: null, outcome: null, concluded: null });
  draft.moveExecution(state, goal?.error);
  if (failed && state !== 'FAILED') draft.moveExecution('FAILED', failed.message);
  for (const { id, type } of draft.execution.plan.flow.sla)
    if (type === 'MAX_DURATION') draft.command({ type: 'CancelTimer', id: `${draft.execution.id}/sla/${id}` });
  const [first] = draft.execution.plan.lists.afterExecution ?? [];
  if (first) startNode(draft, first, {});
}
