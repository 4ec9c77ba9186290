import type { References, Use } from '@tutti/expressions';
import { itemOf, loopOf, loopOfParent, loopsAround } from './loop-scope.ts';
import type { SourceTask } from './source-task.ts';

/** A part of a template, in the words of the 2.0 language. */
export type Replacement = readonly [begin: number, end: number, text: string];

/** A reference that has no certain counterpart. */
export interface Obstacle {
  readonly offset: number;
  readonly why: string;
  /** What to do by hand. */
  readonly instead: string;
  /** The loops it stands in the way of; all where absent. */
  readonly of?: readonly SourceTask[];
}

/** A template, with what it asks for and the task it stands in; none for those of the flow itself. */
export interface Site {
  readonly template: string;
  readonly references: References;
  readonly task: SourceTask | undefined;
}

export interface Translation {
  readonly replacements: readonly Replacement[];
  readonly obstacles: readonly Obstacle[];
}

/** Names whose meaning depends on the loops around. */
const ROOTS: ReadonlySet<string> = new Set(['taskrun', 'parent', 'parents', 'outputs', 'tasks']);
/** What a task run says of itself, in a loop or not. */
const OWN: ReadonlySet<string> = new Set(['id', 'startDate', 'attemptsCount']);
const BY_NUMBER = ['iterationOutput', 'parentOutput'];

const SAY_ITEM = 'Say what is meant by "item.value", "item.index", "item.parent.value".';
const HAND_OUT = 'Let the Loop hand the value out by "outputs", and read "outputs.<loop>.outputs[<n>].outputs.<name>".';
const SAME_ITERATION = 'Within a Loop, a task sees the outputs of its own iteration, without a subscript.';

/** Says in the words of a Loop what a template says in those of the older loops; `byId` are all tasks of the flow. */
export function translate(site: Site, byId: ReadonlyMap<string, SourceTask>): Translation {
  const { references, task } = site;
  const replacements: Replacement[] = [];
  const obstacles: Obstacle[] = [...unplaced(references)];
  const inLoop = task !== undefined && loopsAround(task).length > 0;
  let until = 0;
  for (const use of references.uses.toSorted((left, right) => left.offset - right.offset)) {
    if (use.offset < until || !ROOTS.has(use.path[0] ?? '')) continue;
    const found = use.path[0] === 'outputs' || use.path[0] === 'tasks' ? ofTask(use, site, byId) : inLoop && ofRun(use, site); // prettier-ignore
    if (!found) continue;
    if ('why' in found) obstacles.push(found);
    else {
      replacements.push(found);
      until = found[1];
    }
  }
  return { replacements, obstacles };
}

/** What Liquid's own tags ask for has no place; some functions ask by the number of a loop. */
function* unplaced({ paths, uses, functions }: References): Generator<Obstacle> {
  const placed = new Set(uses.map(({ path }) => path.join('\n')));
  for (const path of paths)
    if (ROOTS.has(path[0] ?? '') && !placed.has(path.join('\n')))
      yield { offset: 0, why: `"${path.join('.')}" stands in a tag that cannot be rewritten`, instead: SAY_ITEM }; // prettier-ignore
  for (const name of functions)
    if (BY_NUMBER.includes(name))
      yield { offset: 0, why: `"${name}" counts the loops around it`, instead: SAME_ITERATION };
}

/** `taskrun`, `parent` and `parents`. */
function ofRun({ path, offset }: Use, { template, task }: Site): Replacement | Obstacle | undefined {
  const text = path.join('.');
  if (path[0] === 'taskrun' && OWN.has(path[1] ?? '')) return undefined;
  if (text === 'taskrun.iteration') return ofIteration(offset, template, task!);
  const value = valueAt(template, offset);
  const loop = value && loopOfValue(value, task!);
  const item = loop && itemOf(loop, task!);
  if (item !== undefined) return [offset, value!.end, item];
  return { offset, why: `"${text}" has no certain counterpart`, instead: SAY_ITEM, of: loopsAround(task!) };
}

function ofIteration(offset: number, template: string, task: SourceTask): Replacement | Obstacle | undefined {
  if (task.parent?.control === 'loopUntil') return undefined;
  const [written] = /^taskrun\s*\.\s*iteration/.exec(template.slice(offset)) ?? [];
  if (loopOf(task) && written !== undefined) return [offset, offset + written.length, 'item.index'];
  return { offset, why: '"taskrun.iteration" has no certain counterpart', instead: SAY_ITEM, of: loopsAround(task) };
}

interface ValueReference {
  readonly end: number;
  /** Which of the parents; the task run itself where absent. */
  readonly parent?: number;
}

/** `taskrun.value`, `parent.taskrun.value` or `parents[n].taskrun.value` at an offset. */
function valueAt(template: string, offset: number): ValueReference | undefined {
  const pattern = /(?:(parent)\s*\.\s*|parents\s*\[\s*(\d+)\s*\]\s*\.\s*)?taskrun\s*\.\s*value(?![\w$])/y;
  pattern.lastIndex = offset;
  const match = pattern.exec(template);
  if (!match) return undefined;
  const [, first, index] = match;
  const end = pattern.lastIndex;
  if (first === undefined && index === undefined) return { end };
  return { end, parent: Number(index ?? 0) };
}

const loopOfValue = ({ parent }: ValueReference, task: SourceTask): SourceTask | undefined =>
  parent === undefined ? loopOf(task) : loopOfParent(task, parent);

/** `outputs.<id>` and `tasks.<id>`: a task in loops goes by the values of these, in a Loop by its name alone. */
function ofTask(
  use: Use,
  { template, task }: Site,
  byId: ReadonlyMap<string, SourceTask>,
): Replacement | Obstacle | undefined {
  // prettier-ignore
  const { path: [root, id], offset } = use; // prettier-ignore
  if (id === undefined) return { offset, why: `it takes "${root}" as a whole`, instead: HAND_OUT };
  const named = byId.get(id);
  const of = named ? loopsAround(named) : [];
  if (of.length === 0) return undefined;
  const within = task ? loopsAround(task) : [];
  const inSight = of.every((loop) => within.includes(loop));
  if (!inSight)
    return { offset, why: `"${root}.${id}" is asked for from outside its loop`, instead: HAND_OUT, of: [of.at(-1)!] };
  const replaced = root === 'outputs' && use.path.length === 2 ? subscripts(use, template, task!, of) : undefined;
  return replaced ?? { offset, why: `"${root}.${id}" is not asked for by the values of the loops around it`, instead: SAME_ITERATION, of }; // prettier-ignore
}

/** `outputs.t[taskrun.value]` or `currentEachOutput(outputs.t)`, for the very iteration it stands in. */
function subscripts(
  { offset }: Use,
  template: string,
  task: SourceTask,
  loops: readonly SourceTask[],
): Replacement | undefined {
  // prettier-ignore
  const name = /outputs\s*(?:\.\s*\w+|\[\s*(?:'[^']*'|"[^"]*")\s*\])/y;
  name.lastIndex = offset;
  if (!name.test(template)) return undefined;
  const call = /currentEachOutput\s*\(\s*(?:outputs\s*=\s*)?$/.exec(template.slice(0, offset));
  const close = /^\s*\)/.exec(template.slice(name.lastIndex));
  if (call && close) return [call.index, name.lastIndex + close[0].length, template.slice(offset, name.lastIndex)];
  let end = name.lastIndex;
  for (const loop of loops.toReversed()) {
    const open = /^\s*\[\s*/.exec(template.slice(end));
    const value = open && valueAt(template, end + open[0].length);
    const shut = value && /^\s*\]/.exec(template.slice(value.end));
    if (!shut || loopOfValue(value, task) !== loop) return undefined;
    end = value.end + shut[0].length;
  }
  return [offset, end, template.slice(offset, name.lastIndex)];
}
