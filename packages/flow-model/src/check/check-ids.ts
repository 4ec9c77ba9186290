import type { Flow } from '../flow.ts';
import { tasksOf } from '../walk-tasks.ts';
import type { Checked } from './checked.ts';

/** Ids name one thing each: tasks over the whole tree, inputs, outputs and triggers in their lists. */
export function checkIds(flow: Flow, checked: Checked): void {
  refuseRepeats('task id', [...tasksOf(flow)], checked);
  refuseRepeats('input', flow.inputs, checked);
  refuseRepeats('output', flow.outputs, checked);
  refuseRepeats('trigger id', flow.triggers, checked);
  if (flow.tasks.length === 0 && !hasTasksProperty(checked))
    checked.findings.error(['tasks'], 'TASKS_EMPTY', 'tasks: must not be empty');
}

function refuseRepeats(what: string, parts: readonly { readonly id: string }[], { findings, origins }: Checked): void {
  const seen = new Set<string>();
  for (const part of parts) {
    if (part.id !== '' && seen.has(part.id))
      findings.error(origins.property(part, 'id'), 'ID_DUPLICATE', `Duplicate ${what} with name [${part.id}]`);
    seen.add(part.id);
  }
}

/** A faulty list of tasks has been reported already. */
function hasTasksProperty({ findings }: Checked): boolean {
  return findings.all.some(({ path, severity }) => severity === 'ERROR' && path[0] === 'tasks');
}
