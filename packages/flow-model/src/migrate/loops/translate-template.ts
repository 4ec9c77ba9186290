import type { References, Use } from '@tutti/expressions';
import { itemOf, loopOf, loopsAround } from './loop-scope.ts';
import { translateOutput, type HandOut } from './output-references.ts';
import { loopOfValue, valueAt, type Obstacle, type Replacement, type Site } from './reference.ts';
import type { SourceTask } from './source-task.ts';

export interface Translation {
  readonly replacements: readonly Replacement[];
  readonly obstacles: readonly Obstacle[];
  readonly handOuts: readonly HandOut[];
}

/** Names whose meaning depends on the loops around. */
const ROOTS: ReadonlySet<string> = new Set(['taskrun', 'parent', 'parents', 'outputs', 'tasks']);
/** What a task run says of itself, in a loop or not. */
const OWN: ReadonlySet<string> = new Set(['id', 'startDate', 'attemptsCount']);
const BY_NUMBER = ['iterationOutput', 'parentOutput'];
const SAY_ITEM = 'Say what is meant by "item.value", "item.index", "item.parent.value".';

/** Says in the words of a Loop what a template says in those of the older loops; `byId` are all tasks of the flow. */
export function translate(site: Site, byId: ReadonlyMap<string, SourceTask>): Translation {
  const { references, task } = site;
  const replacements: Replacement[] = [];
  const obstacles: Obstacle[] = [...unplaced(references)];
  const handOuts: HandOut[] = [];
  const inLoop = task !== undefined && loopsAround(task).length > 0;
  for (const use of references.uses.toSorted((left, right) => left.offset - right.offset)) {
    const [root = ''] = use.path;
    // Values of loops that stand between the brackets of another reference are gone with them.
    if (!ROOTS.has(root) || replacements.some(({ begin, end }) => begin <= use.offset && use.offset < end)) continue;
    if (root === 'outputs' || root === 'tasks') {
      const found = translateOutput(use, site, byId);
      if (!found) continue;
      if ('why' in found) obstacles.push(found);
      else replacements.push(...found.replacements);
      if ('handOut' in found && found.handOut) handOuts.push(found.handOut);
    } else if (inLoop) {
      const found = ofRun(use, site.template, task);
      if (!found) continue;
      if ('why' in found) obstacles.push(found);
      else replacements.push(found);
    }
  }
  return { replacements, obstacles, handOuts };
}

/** What Liquid's own tags ask for has no place; some functions ask by the number of a loop. */
function* unplaced({ paths, uses, functions }: References): Generator<Obstacle> {
  const placed = new Set(uses.map(({ path }) => path.join('\n')));
  for (const path of paths)
    if (ROOTS.has(path[0] ?? '') && !placed.has(path.join('\n')))
      yield { offset: 0, why: `"${path.join('.')}" stands in a tag that cannot be rewritten`, instead: SAY_ITEM };
  for (const name of functions)
    if (BY_NUMBER.includes(name)) yield { offset: 0, why: `"${name}" counts the loops around it`, instead: SAY_ITEM };
}

/** `taskrun`, `parent` and `parents`. */
function ofRun({ path, offset }: Use, template: string, task: SourceTask): Replacement | Obstacle | undefined {
  const text = path.join('.');
  if (path[0] === 'taskrun' && OWN.has(path[1] ?? '')) return undefined;
  const of = loopsAround(task);
  if (text === 'taskrun.iteration') return ofIteration(offset, template, task, of);
  const value = valueAt(template, offset);
  const loop = value && loopOfValue(value, task);
  const item = loop && itemOf(loop, task);
  if (item !== undefined) return { begin: offset, end: value!.end, text: item, of };
  return { offset, why: `"${text}" has no certain counterpart`, instead: SAY_ITEM, of };
}

function ofIteration(
  begin: number,
  template: string,
  task: SourceTask,
  of: readonly SourceTask[],
): Replacement | Obstacle | undefined {
  if (task.parent?.control === 'loopUntil') return undefined;
  const [written] = /^taskrun\s*\.\s*iteration/.exec(template.slice(begin)) ?? [];
  if (loopOf(task) && written !== undefined) return { begin, end: begin + written.length, text: 'item.index', of };
  return { offset: begin, why: '"taskrun.iteration" has no certain counterpart', instead: SAY_ITEM, of };
}
