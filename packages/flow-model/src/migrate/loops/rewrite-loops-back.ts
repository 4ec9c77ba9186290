import type { Use } from '@tutti/expressions';
import type { Catalogue, ControlKind } from '../../catalogue.ts';
import type { Path } from '../../finding.ts';
import { isJsonList } from '../../json.ts';
import { holdsTemplate } from '../../references.ts';
import { TASK_PROPERTIES } from '../../read/read-task.ts';
import type { Editable } from '../editable.ts';
import { migrationTemplates } from '../migration-templates.ts';
import { sourceTemplates } from '../source-templates.ts';
import { SILENT } from './loop-scope.ts';
import { around, isBelow, sourceTasks, type SourceTask } from './source-task.ts';

const LOOPS: ReadonlySet<ControlKind | undefined> = new Set(['loop', 'forEach', 'eachSequential', 'eachParallel', 'forEachItem']); // prettier-ignore
const OF_BOTH = [...TASK_PROPERTIES, 'values', 'concurrencyLimit', 'tasks'];
const OF_LOOPS: ReadonlySet<string> = new Set(['item', 'taskrun', 'parent', 'parents', 'tasks']);
const BY_HAND = 'Write core.flow.ForEach; within it, "item.value" is "taskrun.value", and outputs go by it: "outputs.t[taskrun.value]".'; // prettier-ignore

/** Parts of a template in the words of 1.x, and where it stands. */
interface Rewriting {
  readonly path: Path;
  readonly parts: readonly (readonly [begin: number, end: number, text: string])[];
}

interface Obstacle {
  readonly path: Path;
  readonly offset: number;
  readonly why: string;
}

/** Writes a Loop over values that are written out, alone and handing nothing out, as the ForEach of 1.x. */
export function rewriteLoopsBack(flow: Editable, catalogue: Catalogue): void {
  const tasks = sourceTasks(flow.data, catalogue);
  for (const loop of tasks.filter(({ control }) => control === 'loop')) {
    const found = formOf(loop, tasks) ?? rewritingsOf(loop, tasks, flow);
    if ('why' in found) {
      flow.leave(found.path, `"${loop.id}" stays ${String(loop.data['type'] as string)}, which is not in 1.x: ${found.why}. ${BY_HAND}`, found.offset); // prettier-ignore
      continue;
    }
    const written = String(loop.data['type'] as string);
    const older = written.replace('flow.Loop', 'flow.ForEach');
    flow.setScalar([...loop.path, 'type'], older);
    flow.changed([...loop.path, 'type'], `${written} -> ${older}`);
    for (const { path, parts } of found.rewritings) flow.replaceInScalar(path, parts);
  }
}

/** What a ForEach cannot be, whatever its templates say. */
function formOf(loop: SourceTask, tasks: readonly SourceTask[]): Obstacle | undefined {
  const { path, data } = loop;
  const other = Object.keys(data).find((name) => !OF_BOTH.includes(name));
  if (other !== undefined) return { path: [...path, other], offset: 0, why: `a ForEach has no "${other}", or another` };
  if (!isJsonList(data['values']) || holdsTemplate(data['values']))
    return { path: [...path, 'values'], offset: 0, why: 'its values may be a map or a file' };
  const isNested =
    [...around(loop)].some(({ control }) => LOOPS.has(control)) ||
    tasks.some((task) => isBelow(task.path, path) && LOOPS.has(task.control));
  return isNested ? { path, offset: 0, why: 'it stands in, or around, another' } : undefined;
}

function rewritingsOf(
  loop: SourceTask,
  tasks: readonly SourceTask[],
  flow: Editable,
): Obstacle | { readonly rewritings: readonly Rewriting[] } {
  // prettier-ignore
  const inside = new Set(tasks.filter(({ path }) => isBelow(path, loop.path)).map(({ id }) => id));
  const rewritings: Rewriting[] = [];
  for (const { template, path } of sourceTemplates(flow.data, [])) {
    const task = tasks.findLast((one) => isBelow(path, one.path));
    const isInside = task !== undefined && isBelow(task.path, loop.path);
    const references = migrationTemplates.references(template);
    if (!references || (isInside && references.rendersText)) {
      if (isInside) return { path, offset: 0, why: 'a text is only known when it is rendered' };
      continue;
    }
    const parts = [];
    for (const use of references.uses) {
      const part = partFor(use, template, isInside ? task : undefined, loop, inside);
      if (part === undefined) continue;
      if (typeof part === 'string') return { path, offset: use.offset, why: part };
      parts.push(part);
    }
    if (parts.length > 0 && !flow.hasScalar(path)) return { path, offset: 0, why: 'a template stands behind an alias' };
    if (parts.length > 0) rewritings.push({ path, parts });
  }
  return { rewritings };
}

/** What a reference becomes; why it cannot, as a sentence; nothing where it means the same. */
function partFor(
  { path, offset }: Use,
  template: string,
  task: SourceTask | undefined,
  loop: SourceTask,
  inside: ReadonlySet<string>,
): readonly [number, number, string] | string | undefined {
  const [root = '', name] = path;
  const text = path.join('.');
  const isOfTask = root === 'outputs' || root === 'tasks';
  if (!task) return isOfTask && (name === undefined || name === loop.id || inside.has(name)) ? `"${text}" is asked for from outside` : undefined; // prettier-ignore
  const value = valueFor(task, loop);
  const at = (pattern: RegExp): number => offset + (pattern.exec(template.slice(offset))?.[0].length ?? Number.NaN);
  if (root === 'outputs') {
    if (name === undefined) return 'it takes "outputs" as a whole';
    if (!inside.has(name)) return undefined;
    const end = at(/^outputs\s*(?:\.\s*\w+|\[\s*(?:'[^']*'|"[^"]*")\s*\])/);
    return value === undefined || Number.isNaN(end) ? `"${text}" has no certain counterpart` : [end, end, `[${value}]`];
  }
  if (!OF_LOOPS.has(root)) return undefined;
  const [itemEnd, indexEnd] = [at(/^item\s*\.\s*value(?!\w)/), at(/^item\s*\.\s*index(?!\w)/)];
  if (value !== undefined && !Number.isNaN(itemEnd)) return [offset, itemEnd, value];
  if (value === 'taskrun.value' && !Number.isNaN(indexEnd)) return [offset, indexEnd, 'taskrun.iteration'];
  return root === 'taskrun' && ['id', 'startDate', 'attemptsCount'].includes(name ?? '') ? undefined : `"${text}" has no certain counterpart`; // prettier-ignore
}

/** The value of the loop as a task within calls it in 1.x; `undefined` where that is not certain. */
function valueFor(task: SourceTask, loop: SourceTask): string | undefined {
  if (task.parent === loop) return 'taskrun.value';
  for (const parent of around(task)) {
    if (parent.parent === loop) return 'parent.taskrun.value';
    if (!SILENT.has(parent.control)) return undefined;
  }
  return undefined;
}
