import type { Path } from '../../finding.ts';
import { isJsonList, isJsonMap } from '../../json.ts';
import type { Editable } from '../editable.ts';
import { migrationTemplates } from '../migration-templates.ts';
import { sourceTemplates } from '../source-templates.ts';
import { loopsAround } from './loop-scope.ts';
import { around, isBelow, type SourceTask } from './source-task.ts';
import type { Obstacle } from './reference.ts';

/** Tasks that change the execution: an iteration of a Loop is one of its own in the 2.0 language. */
const OF_EXECUTION: ReadonlySet<string> = new Set([
  'core.execution.Exit',
  'core.execution.Labels',
  'core.execution.SetVariables',
  'core.execution.UnsetVariables',
  'core.storage.PurgeCurrentExecutionFiles',
]);
/** Names that a text which is rendered later must not hold: there they could not be found. */
const OF_LOOPS: ReadonlySet<string> = new Set(['taskrun', 'parent', 'parents', 'outputs', 'tasks']);

type PlacedObstacle = Obstacle & { readonly path: Path };

/** What stands in the way of writing a loop as a Loop, besides references. */
export function* loopObstacles(
  loop: SourceTask,
  tasks: readonly SourceTask[],
  flow: Editable,
): Generator<PlacedObstacle> {
  const obstacle = (path: Path, why: string, instead: string): PlacedObstacle => ({
    path,
    offset: 0,
    why,
    instead,
    of: [loop],
  });
  for (const name of ['errors', 'finally'])
    if (loop.data[name] !== undefined)
      yield obstacle(
        [...loop.path, name],
        `its "${name}" run once, those of a Loop for each iteration`,
        'Put the loop into a Sequential that has them.',
      );
  for (const { control, path } of around(loop))
    if (control === 'loop') yield obstacle(path, 'it stands in a Loop', 'Write a Loop here too.');
  if (loop.control === 'eachParallel' && limitOf(loop) !== '0' && childrenOf(loop) > 1)
    yield obstacle(
      [...loop.path, 'concurrent'],
      '"concurrent" counts tasks',
      'Choose a "concurrencyLimit", which counts iterations.',
    );
  if (!isJsonList(loop.data['tasks']) || !flow.hasScalar([...loop.path, 'type']))
    yield obstacle(loop.path, 'it is put together by aliases', 'Write it out.');
  for (const task of tasks.filter(({ path }) => isBelow(path, loop.path)))
    for (const [why, instead] of hindrances(task)) yield obstacle([...task.path, 'type'], why, instead);
  yield* lateTexts(loop, tasks, flow);
}

/** What a task within a loop does that it would not do within a Loop. */
function* hindrances(task: SourceTask): Generator<[why: string, instead: string]> {
  const { id, control, type } = task;
  if (control === 'loop' || control === 'forEachItem')
    yield [`"${id}" within has values of its own`, 'Write Loops, from the outside in.'];
  if (control === 'workingDirectory' && refersToLoops(task))
    yield [`tasks of the working directory "${id}" refer to values of loops`, 'Hand them over as "env" or files.'];
  if (OF_EXECUTION.has(type))
    yield [`from 2.0 on "${id}" would concern one iteration, not the execution`, 'Move it out of the loop.'];
}

export const limitOf = ({ data }: SourceTask): string => String((data['concurrent'] ?? 0) as string | number);
export const childrenOf = ({ data }: SourceTask): number => (isJsonList(data['tasks']) ? data['tasks'].length : 0);

const refersToLoops = ({ data }: SourceTask): boolean =>
  [...sourceTemplates(data['tasks'], [])].some(({ template }) =>
    migrationTemplates.references(template)?.paths.some(([root]) => root === 'taskrun' || root?.startsWith('parent')),
  );

/** `render()` of variables is certain when none of these speaks of loops; of anything else it never is. */
function* lateTexts(loop: SourceTask, tasks: readonly SourceTask[], flow: Editable): Generator<PlacedObstacle> {
  const isInner = (path: Path): boolean =>
    tasks.some((task) => loopsAround(task).includes(loop) && isBelow(path, task.path));
  for (const { template, path } of sourceTemplates(flow.data, [])) {
    const references = isInner(path) ? migrationTemplates.references(template) : undefined;
    if (!references?.rendersText) continue;
    const isCertain = references.paths.every(([root]) => root === 'vars') && !variablesSpeakOfLoops(flow);
    if (!isCertain)
      yield {
        path,
        offset: template.indexOf('render'),
        why: 'it renders a text that may refer to the loop',
        instead: 'Write the text here, or hand values over by "set".',
        of: [loop],
      };
  }
}

function variablesSpeakOfLoops({ data }: Editable): boolean {
  const { variables } = data;
  if (!isJsonMap(variables)) return false;
  return [...sourceTemplates(variables, [])].some(
    ({ template }) => migrationTemplates.references(template)?.paths.some(([root]) => OF_LOOPS.has(root ?? '')) ?? true,
  );
}
