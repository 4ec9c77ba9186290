import type { Catalogue, ControlKind } from '../../catalogue.ts';
import type { Path } from '../../finding.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../../json.ts';
import { isTemplate } from '../../template-text.ts';
import type { Editable } from '../editable.ts';
import { migrationTemplates } from '../migration-templates.ts';
import { sourceTemplates } from '../source-templates.ts';
import { isBelow, sourceTasks, type SourceTask } from './source-task.ts';

const LONG = 'io.kestra.plugin.';
const OF_SUBFLOW = [
  'namespace',
  'flowId',
  'revision',
  'inputs',
  'labels',
  'wait',
  'transmitFailed',
  'inheritLabels',
  'scheduleDate',
  'restartBehavior',
];
const OWN = ['id', 'type', 'description', 'items', 'batch', ...OF_SUBFLOW];
const OF_SPLIT = ['rows', 'bytes', 'partitions', 'separator'];
/** Where one task may become two that run one after the other. */
const IN_TURN: ReadonlySet<ControlKind | undefined> = new Set(['sequential', 'allowFailure', 'if', 'switch']);
/** What a batch is called there and here. */
const NAMES: Readonly<Record<string, string>> = { 'taskrun.items': 'item.value', 'taskrun.iteration': 'item.index' };
const OF_TASKRUN: ReadonlySet<string> = new Set(['taskrun', 'parent', 'parents']);

/** Why a ForEachItem stays, and where that shows. */
interface Obstacle {
  readonly path: Path;
  readonly why: string;
  readonly offset?: number;
}

/** Writes ForEachItem as a Split of its file and a Loop over the parts, with a Subflow for each. */
export function rewriteBatches(flow: Editable, catalogue: Catalogue): void {
  const tasks = sourceTasks(flow.data, catalogue);
  for (const task of tasks.filter(({ control }) => control === 'forEachItem')) {
    const obstacle = obstacleTo(task, tasks, flow);
    if (obstacle) {
      flow.leave(
        obstacle.path,
        `"${task.id}" stays ${String(task.data['type'] as string)}: ${obstacle.why} Write core.storage.Split, and core.flow.Loop over its "uris".`,
        obstacle.offset,
      );
      continue;
    }
    flow.replaceItem(task.path, itemsOf(task));
    flow.changed([...task.path, 'type'], 'ForEachItem -> a Split, and a Loop over its parts');
  }
}

function obstacleTo(task: SourceTask, tasks: readonly SourceTask[], flow: Editable): Obstacle | undefined {
  const { data, path, parent, id } = task;
  const other = Object.keys(data).find((name) => !OWN.includes(name));
  if (other !== undefined) return { path: [...path, other], why: `"${other}" would have to hold for two tasks.` };
  for (let at = parent; at; at = at.parent)
    if (!IN_TURN.has(at.control))
      return {
        path,
        why: `it stands in ${at.id}, where two tasks are not one after the other, or an iteration is another.`,
      };
  const batch = data['batch'] ?? {};
  if (!isJsonMap(batch) || !isSplittable(batch))
    return { path: [...path, 'batch'], why: 'its batches are made in another way than Split does.' };
  if (!flow.isBlockItem(path)) return { path, why: 'it stands in a list on one line.' };
  const made = [`${id}_split`, `${id}_items`, `${id}_merge`, `${id}_batch`];
  if (tasks.some((one) => made.includes(one.id))) return { path, why: 'the flow has a task of a name it needs.' };
  return referenceTo([id, ...made], flow) ?? strangerIn(task);
}

function isSplittable(batch: JsonMap): boolean {
  const names = Object.keys(batch);
  const kinds = names.filter((name) => name !== 'separator');
  return (
    kinds.length <= 1 &&
    names.every((name) => OF_SPLIT.includes(name)) &&
    Object.values(batch).every((value) => !(typeof value === 'string' && isTemplate(value)))
  );
}

/** Its outputs are others afterwards. */
function referenceTo(ids: readonly string[], flow: Editable): Obstacle | undefined {
  for (const { template, path } of sourceTemplates(flow.data, [])) {
    const references = migrationTemplates.references(template);
    const root = references?.paths.find(
      ([name, id]) => (name === 'outputs' || name === 'tasks') && (id === undefined || ids.includes(id)),
    );
    if (!root) continue;
    const use = references!.uses.find((one) => one.path.join('.') === root.join('.'));
    return { path, offset: use?.offset ?? 0, why: `"${root.join('.')}" would be another.` };
  }
  return undefined;
}

/** What its templates say of the task run, besides the batch and its number. */
function strangerIn({ data, path }: SourceTask): Obstacle | undefined {
  for (const { template, path: at } of sourceTemplates(data, path)) {
    const references = migrationTemplates.references(template);
    const inSubflow = !isBelow([...at, ''], [...path, 'items']);
    const stranger = references?.paths.find(
      ([root = '', ...rest]) => OF_TASKRUN.has(root) && !(inSubflow && NAMES[[root, ...rest].join('.')]),
    );
    if (stranger) return { path: at, offset: 0, why: `"${stranger.join('.')}" has no certain counterpart.` };
    if (!references || references.rendersText)
      return { path: at, offset: 0, why: 'a text is only known when it is rendered.' };
  }
  return undefined;
}

function itemsOf({ id, data }: SourceTask): JsonMap[] {
  const named = (type: string): string => (String(data['type'] as string).startsWith(LONG) ? LONG + type : type);
  const { items, batch, description } = data;
  const by = isJsonMap(batch) ? batch : {};
  const isCounted = Object.keys(by).some((name) => name !== 'separator');
  const subflow = Object.fromEntries(
    OF_SUBFLOW.flatMap((name) => (data[name] === undefined ? [] : [[name, inNewWords(data[name])]])),
  );
  return [
    { id: `${id}_split`, type: named('core.storage.Split'), from: items, ...(!isCounted && { rows: 1 }), ...by },
    {
      id,
      type: named('core.flow.Loop'),
      ...(description !== undefined && { description }),
      values: `{{ outputs['${id}_split'].uris }}`,
      concurrencyLimit: 0,
      tasks: [{ id: `${id}_batch`, type: named('core.flow.Subflow'), ...subflow }],
    },
  ];
}

function inNewWords(value: Json): Json {
  if (isJsonList(value)) return value.map(inNewWords);
  if (isJsonMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inNewWords(item ?? null)]));
  return typeof value === 'string' && isTemplate(value) ? renamed(value) : value;
}

/** From the last to the first, so that offsets stay. */
function renamed(template: string): string {
  const uses = migrationTemplates.references(template)?.uses ?? [];
  let text = template;
  for (const { path, offset } of uses.toSorted((left, right) => right.offset - left.offset)) {
    const name = NAMES[path.join('.')];
    const written = /^taskrun\s*(?:\.\s*\w+|\[\s*(?:'\w+'|"\w+")\s*\])/.exec(template.slice(offset))?.[0];
    if (name !== undefined && written !== undefined)
      text = text.slice(0, offset) + name + text.slice(offset + written.length);
  }
  return text;
}
