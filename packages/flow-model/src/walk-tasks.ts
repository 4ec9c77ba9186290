import type { Flow, TaskDefinition } from './flow.ts';

/** Every task of a flow, parents before their children, in the order of the source. */
export function* tasksOf(flow: Flow): Generator<TaskDefinition> {
  for (const list of [flow.tasks, flow.errors, flow.finally, flow.afterExecution]) yield* walk(list);
}

function* walk(tasks: readonly TaskDefinition[]): Generator<TaskDefinition> {
  for (const task of tasks) {
    yield task;
    for (const children of Object.values(task.children ?? {})) yield* walk(children);
  }
}
