import type { Catalogue } from '../../catalogue.ts';
import type { Path } from '../../finding.ts';
import type { Editable } from '../editable.ts';
import { migrationTemplates } from '../migration-templates.ts';
import { sourceTemplates } from '../source-templates.ts';
import { isOldLoop, loopsAround } from './loop-scope.ts';
import { loopObstacles } from './loop-obstacles.ts';
import type { HandOut } from './output-references.ts';
import type { Obstacle, Replacement } from './reference.ts';
import { around, isBelow, sourceTasks, type SourceTask } from './source-task.ts';
import { translate } from './translate-template.ts';
import { writeLoop } from './write-loop.ts';

interface PlacedObstacle extends Obstacle {
  readonly path: Path;
}

/**
 * Writes ForEach, EachSequential and EachParallel as Loop, with what refers to their values and to the outputs of their
 * tasks. Loops within one another are rewritten together or not at all; what stands in the way is reported.
 */
export function rewriteLoops(flow: Editable, catalogue: Catalogue): void {
  const tasks = sourceTasks(flow.data, catalogue);
  const loops = tasks.filter(isOldLoop);
  if (loops.length === 0) return;
  const { replacements, obstacles, handOuts } = translateAll(flow, tasks);
  const hindered = new Set<SourceTask>();
  for (const obstacle of [...loops.flatMap((loop) => [...loopObstacles(loop, tasks, flow)]), ...obstacles]) {
    const concerned = new Set((obstacle.of ?? loops).map(outermost));
    for (const loop of concerned) hindered.add(loop);
    report(flow, obstacle, [...concerned]);
  }
  const isRewritten = (loop: SourceTask): boolean => !hindered.has(outermost(loop));
  for (const loop of loops.filter(isRewritten)) writeLoop(flow, loop, tasks, idsOf(handOuts, loop));
  for (const { path, parts } of replacements)
    write(
      flow,
      path,
      parts.filter(({ of }) => of.every(isRewritten)),
    );
}

/** Tasks whose outputs a loop hands out, each once. */
const idsOf = (handOuts: readonly HandOut[], loop: SourceTask): string[] => [
  ...new Set(handOuts.filter((one) => one.loop === loop).map(({ id }) => id)),
];

function write(flow: Editable, path: Path, parts: readonly Replacement[]): void {
  if (parts.length === 0) return;
  const before = flow.textAt(path);
  const after = parts.reduceRight(
    (text, { begin, end, text: part }) => text.slice(0, begin) + part + text.slice(end),
    before,
  );
  flow.replaceInScalar(
    path,
    parts.map(({ begin, end, text }) => [begin, end, text] as const),
  );
  flow.changed(path, `${oneLine(before)} -> ${oneLine(after)}`);
}

const LONGEST_SHOWN = 120;
const oneLine = (text: string): string => {
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' ');
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)} …` : line;
};

function translateAll(flow: Editable, tasks: readonly SourceTask[]) {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const replacements: { readonly path: Path; readonly parts: readonly Replacement[] }[] = [];
  const obstacles: PlacedObstacle[] = [];
  const handOuts: HandOut[] = [];
  for (const { template, path } of sourceTemplates(flow.data, [])) {
    const task = tasks.findLast((one) => isBelow(path, one.path));
    const references = migrationTemplates.references(template);
    if (!references) {
      if (task && loopsAround(task).length > 0)
        obstacles.push({
          path,
          offset: 0,
          why: 'a template does not parse',
          instead: 'Mend it.',
          of: loopsAround(task),
        });
      continue;
    }
    const found = translate({ template, references, task, isBehind: isBehind(path) }, byId);
    obstacles.push(...found.obstacles.map((obstacle) => ({ ...obstacle, path })));
    handOuts.push(...found.handOuts);
    if (found.replacements.length === 0) continue;
    if (flow.hasScalar(path)) replacements.push({ path, parts: found.replacements });
    else
      obstacles.push({
        path,
        offset: 0,
        why: 'a template stands behind an alias',
        instead: 'Write it out.',
        of: found.replacements.flatMap(({ of }) => of),
      });
  }
  return { replacements, obstacles, handOuts };
}

/** Neither in what runs after a failure, nor in a text that is rendered nobody knows when. */
const isBehind = (path: Path): boolean =>
  (path[0] === 'tasks' || path[0] === 'outputs') && !path.includes('errors') && !path.includes('finally');

const outermost = (loop: SourceTask): SourceTask => [...around(loop)].findLast(isOldLoop) ?? loop;

function report(flow: Editable, { path, offset, why, instead }: PlacedObstacle, loops: readonly SourceTask[]): void {
  const names = loops.map(({ id, data }) => `"${id}" stays ${String(data['type'] as string)}`).join(', ');
  flow.leave(path, `${names}: ${why}. ${instead}`, offset);
}
