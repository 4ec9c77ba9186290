import { FLOW } from './derived.ts';
import type { Draft } from './draft.ts';
import { isEnded } from './moves.ts';
import type { TaskRun } from './state.ts';

const CUT_SHORT: ReadonlySet<string> = new Set(['FAILED', 'KILLED', 'CANCELLED', 'RETRIED']);

/** Puts a control task (or the flow) on the agenda, and the last tasks of its strands after which more is to come. */
export function followUnfinished(draft: Draft, scopeId: string): void {
  const children = (draft.execution.derived.children.get(scopeId) ?? []).map((child) => draft.find(child)!);
  const begun = new Set(children.map(nameOf));
  for (const child of children) {
    const { list, index, parent } = draft.node(child);
    const next = (parent ?? draft.execution.plan).lists[list]?.[index + 1];
    const goesOn = next !== undefined && !next.leads && !begun.has(nameOf({ ...child, taskId: next.id }));
    if (goesOn && isEnded(child.state) && !CUT_SHORT.has(child.state)) draft.follow(child.id);
  }
  draft.follow(scopeId);
}

const nameOf = ({ taskId, iteration }: TaskRun): string => `${taskId}/${iteration ?? ''}`;

/** The same for the flow and for every control task that is open: what an execution that takes over another begins with. */
export function followAllUnfinished(draft: Draft): void {
  for (const { id, state } of draft.execution.taskRuns.values()) if (state === 'RUNNING') followUnfinished(draft, id);
  followUnfinished(draft, FLOW);
}
