import { drain } from './advance.ts';
import { end, typedOutputs } from './conclude.ts';
import { controlOf } from './control/index.ts';
import type { Draft } from './draft.ts';
import { EvaluationError, orEvaluationError } from './evaluate.ts';
import type { Input } from './messages.ts';
import { isEnded } from './moves.ts';
import { beginControl, fail, launchIf, orFail } from './start.ts';
import type { TaskRun } from './state.ts';

type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>;

/** The shell has rendered what needed I/O. */
export function answer(draft: Draft, { commandId, values }: InputOf<'Evaluated'>): void {
  const asker = takeAnswer(draft, commandId);
  if (!asker) return;
  if (asker === 'execution') endTyped(draft, values);
  else answerTaskRun(draft, asker, commandId, values);
  drain(draft);
}

function endTyped(draft: Draft, values: InputOf<'Evaluated'>['values']): void {
  const { note, plan } = draft.execution;
  const outputs = orEvaluationError(() => typedOutputs(plan.flow.outputs, values));
  end(draft, note.outcome!, outputs);
}

/** The shell could not render it: the task run fails, or the flow's outputs do. */
export function answerFailed(draft: Draft, { commandId, message }: InputOf<'EvaluationFailed'>): void {
  const asker = takeAnswer(draft, commandId);
  if (!asker) return;
  const error = new EvaluationError(message);
  if (asker === 'execution') end(draft, draft.execution.note.outcome!, error);
  else fail(draft, asker, error);
  drain(draft);
}

/** Who asked, if the answer is still waited for. */
function takeAnswer(draft: Draft, commandId: string): TaskRun | 'execution' | undefined {
  const [owner = ''] = commandId.split('/');
  if (owner === draft.execution.id) {
    if (draft.execution.note.awaiting !== commandId) return undefined;
    draft.noteExecution({ awaiting: null });
    return 'execution';
  }
  const taskRun = draft.find(owner);
  if (!taskRun || taskRun.note.awaiting !== commandId || isEnded(taskRun.state)) return undefined;
  draft.note(taskRun, { awaiting: null });
  return draft.current(taskRun);
}

function answerTaskRun(
  draft: Draft,
  taskRun: TaskRun,
  commandId: string,
  values: InputOf<'Evaluated'>['values'],
): void {
  const [, , stage = ''] = commandId.split('/');
  if (stage === 'runIf') launchIf(draft, taskRun, values.runIf === true);
  else if (stage === 'begin') beginControl(draft, taskRun, values);
  else orFail(draft, taskRun, () => controlOf(draft.node(taskRun).control!).answered?.(draft, taskRun, stage, values));
}
