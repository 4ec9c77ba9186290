import type { Draft } from '../draft.ts';
import { finish } from '../finish.ts';
import type { Input } from '../messages.ts';
import { isEnded } from '../moves.ts';
import type { TaskRun } from '../state.ts';
import type { Control } from './control.ts';
import { worse } from './pause.ts';
import { sequential } from './sequential.ts';

type ChildMoved = Extract<Input, { type: 'ChildMoved' }>;

/** One runner carries out all children in one attempt and reports each; only `errors` and `finally` are begun here. */
export const workingDirectory: Control = {
  ...sequential,
  beginsAnew: true,
  next: () => undefined,
  settle: (_draft, { note }, outcome) => worse(outcome, note.result),
};

/** The runner tells how a child stands. Reports that come twice, late or of another attempt change nothing. */
export function childMoved(
  draft: Draft,
  input: ChildMoved,
  create: (parent: TaskRun, taskId: string) => TaskRun,
): void {
  const parent = draft.attempt(input);
  if (parent?.state !== 'RUNNING' || parent.note.result) return;
  const node = draft.node(parent).lists.tasks?.find(({ id }) => id === input.childTaskId);
  if (!node) return;
  const child = childrenOf(draft, parent).find(({ taskId }) => taskId === node.id) ?? create(parent, node.id);
  if (isEnded(child.state) || child.state === input.state) return;
  if (child.state === 'CREATED' && input.state !== 'RUNNING' && input.state !== 'SKIPPED') draft.move(child, 'RUNNING');
  const { state, outputs, error } = input;
  if (isEnded(state)) finish(draft, draft.current(child), state, { outputs, error });
  else if (state === 'RUNNING') draft.move(child, 'RUNNING');
}

/** The attempt of the whole directory is over: children it did not report any more ended as it did. */
export function directoryEnded(draft: Draft, taskRun: TaskRun, input: Extract<Input, { type: 'AttemptEnded' }>): void {
  const { state, outputs, error } = input;
  for (const child of childrenOf(draft, taskRun)) if (!isEnded(child.state)) finish(draft, child, state, { error });
  draft.note(draft.current(taskRun), { result: state }, outputs);
  if (state === 'KILLED') finish(draft, draft.current(taskRun), 'KILLED', { error });
  else draft.follow(taskRun.id);
}

/** Another attempt of the directory begins anew. */
export function dropChildren(draft: Draft, taskRun: TaskRun): void {
  const taskRunIds = draft.descendants(taskRun.id);
  if (taskRunIds.length > 0) draft.record({ type: 'TaskRunsDropped', taskRunIds });
}

const childrenOf = (draft: Draft, { id }: TaskRun): TaskRun[] =>
  (draft.execution.derived.children.get(id) ?? []).map((child) => draft.find(child)!);
