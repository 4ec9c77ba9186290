import type { Json } from '@tutti/contracts';
import { EvaluationError, textOf } from '../evaluate.ts';
import type { Control } from './control.ts';
import { sequential } from './sequential.ts';

/** The condition is rendered once; a missing branch is a success. */
export const ifElse: Control = {
  ...sequential,
  wants: ({ task }) => ({ templates: { condition: task.properties.condition ?? false }, conditions: ['condition'] }),
  begin(draft, taskRun, { condition }) {
    const evaluationResult = condition === true;
    draft.move(taskRun, 'RUNNING', { outputs: { evaluationResult } });
    draft.note(taskRun, { branch: evaluationResult ? 'then' : 'else' });
  },
};

/** Compares the value as text with the keys of the cases; nothing that fits and no defaults: it fails. */
export const switchCase: Control = {
  ...sequential,
  wants: ({ task }) => ({ templates: { value: task.properties.value ?? '' } }),
  begin(draft, taskRun, { value }) {
    const { lists, task } = draft.node(taskRun);
    const text = textOf(value as Json);
    const found = lists[`cases.${text}`] !== undefined;
    draft.move(taskRun, 'RUNNING', { outputs: { value: text, defaults: !found } });
    if (!found && task.children?.defaults === undefined)
      throw new EvaluationError(`No case is "${text}", and there are no defaults.`, 'SWITCH_NO_CASE');
    draft.note(taskRun, { branch: found ? `cases.${text}` : 'defaults' });
  },
};
