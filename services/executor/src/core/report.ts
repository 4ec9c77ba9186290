import { drain } from './advance.ts';
import { subflowMoved } from './control/subflow.ts';
import { childMoved } from './control/working-directory.ts';
import type { Draft } from './draft.ts';
import type { Input } from './messages.ts';
import { createTaskRun } from './start.ts';

/** The runner of a WorkingDirectory tells how a child of it stands. */
export function moveChild(draft: Draft, input: Extract<Input, { type: 'ChildMoved' }>): void {
  childMoved(draft, input, (parent, taskId) =>
    createTaskRun(draft, draft.execution.plan.nodes.get(taskId)!, { parentId: parent.id }),
  );
  drain(draft);
}

/** News of an execution that a task run of this one started. */
export function moveSubflow(draft: Draft, input: Extract<Input, { type: 'SubflowMoved' }>): void {
  subflowMoved(draft, input);
  drain(draft);
}
