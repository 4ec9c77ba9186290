import type { Catalogue, ControlKind } from '../../catalogue.ts';
import type { Path } from '../../finding.ts';
import type { JsonMap } from '../../json.ts';
import { sourceParts } from '../source-parts.ts';

/** A task as it stands in the source. */
export interface SourceTask {
  readonly id: string;
  /** Canonical type; as written where nobody knows it. */
  readonly type: string;
  readonly control: ControlKind | undefined;
  readonly path: Path;
  readonly data: JsonMap;
  /** The control task it stands in, and in which of its lists. */
  readonly parent: SourceTask | undefined;
  readonly list: string;
}

/** Every task of a flow, parents before their children. */
export function sourceTasks(flow: JsonMap, catalogue: Catalogue): readonly SourceTask[] {
  const tasks: SourceTask[] = [];
  for (const { scope, path, data, type } of sourceParts(flow, catalogue)) {
    if (scope !== 'task') continue;
    const parent = tasks.findLast((task) => isBelow(path, task.path));
    tasks.push({
      id: String(data['id'] as string),
      type: type?.type ?? String(data['type'] as string),
      control: type && catalogue.task(type.type)?.control,
      path,
      data,
      parent,
      list: String(path[parent?.path.length ?? 0]),
    });
  }
  return tasks;
}

/** Whether a path leads below another. */
export const isBelow = (path: Path, above: Path): boolean =>
  path.length > above.length && above.every((step, index) => path[index] === step);

/** The control tasks around a task, the nearest first. */
export function* around(task: SourceTask): Generator<SourceTask> {
  for (let at = task.parent; at; at = at.parent) yield at;
}
