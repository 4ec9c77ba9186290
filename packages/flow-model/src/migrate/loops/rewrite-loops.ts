import type { Catalogue } from '../../catalogue.ts';
import type { Path } from '../../finding.ts';
import type { Editable } from '../editable.ts';
import { migrationTemplates } from '../migration-templates.ts';
import { sourceTemplates } from '../source-templates.ts';
import { isOldLoop, loopsAround } from './loop-scope.ts';
import { loopObstacles } from './loop-obstacles.ts';
import { around, isBelow, sourceTasks, type SourceTask } from './source-task.ts';
import { translate, type Obstacle, type Replacement } from './translate-template.ts';
import { writeLoop } from './write-loop.ts';

interface PlacedObstacle extends Obstacle {
  readonly path: Path;
}

interface PlacedReplacements {
  readonly path: Path;
  readonly replacements: readonly Replacement[];
}

/**
 * Writes ForEach, EachSequential and EachParallel as Loop, with what refers to their values and to the outputs of their
 * tasks. Loops within one another are rewritten together or not at all; what stands in the way is reported.
 */
export function rewriteLoops(flow: Editable, catalogue: Catalogue): void {
  const tasks = sourceTasks(flow.data, catalogue);
  const loops = tasks.filter(isOldLoop);
  if (loops.length === 0) return;
  const { replacements, obstacles } = translateAll(flow, tasks);
  const hindered = new Set<SourceTask>();
  for (const obstacle of [...loops.flatMap((loop) => [...loopObstacles(loop, tasks, flow)]), ...obstacles]) {
    const concerned = new Set((obstacle.of ?? loops).map(outermost));
    for (const loop of concerned) hindered.add(loop);
    report(flow, obstacle, [...concerned]);
  }
  const rewritten = loops.filter((loop) => !hindered.has(outermost(loop)));
  for (const loop of rewritten) writeLoop(flow, loop, tasks);
  for (const { path, replacements: parts } of replacements) {
    if (!rewritten.some((loop) => isBelow(path, loop.path))) continue;
    flow.replaceInScalar(path, parts);
    flow.changed(path, parts.map(([begin, end, text]) => `${flow.textAt(path).slice(begin, end)} -> ${text}`).join(', ')); // prettier-ignore
  }
}

function translateAll(flow: Editable, tasks: readonly SourceTask[]) {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const replacements: PlacedReplacements[] = [];
  const obstacles: PlacedObstacle[] = [];
  for (const { template, path } of sourceTemplates(flow.data, [])) {
    const task = tasks.findLast((one) => isBelow(path, one.path));
    const references = migrationTemplates.references(template);
    if (!references) {
      if (task && loopsAround(task).length > 0) obstacles.push({ path, offset: 0, why: 'a template does not parse', instead: 'Mend it.', of: loopsAround(task) }); // prettier-ignore
      continue;
    }
    const found = translate({ template, references, task }, byId);
    obstacles.push(...found.obstacles.map((obstacle) => ({ ...obstacle, path })));
    if (found.replacements.length === 0) continue;
    if (flow.hasScalar(path)) replacements.push({ path, replacements: found.replacements });
    else
      obstacles.push({
        path,
        offset: 0,
        why: 'a template stands behind an alias',
        instead: 'Write it out.',
        of: loopsAround(task!),
      });
  }
  return { replacements, obstacles };
}

const outermost = (loop: SourceTask): SourceTask => [...around(loop)].findLast(isOldLoop) ?? loop;

function report(flow: Editable, { path, offset, why, instead }: PlacedObstacle, loops: readonly SourceTask[]): void {
  const names = loops.map(({ id, data }) => `"${id}" stays ${String(data['type'] as string)}`).join(', ');
  flow.leave(path, `${names}: ${why}. ${instead}`, offset);
}
