import type { Json, JsonMap } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import type { Draft } from '../draft.ts';
import { ask, evaluate, NeedsIo, rendererOf, textOf, type Wanted } from '../evaluate.ts';
import type { Execution, TaskRun } from '../state.ts';
import type { Control } from './control.ts';
import { forEach } from './for-each.ts';
import { limitOf } from './limit.ts';
import { itemsOf, type Items } from './loop-items.ts';

/** Address of a stored file, whose lines are the items. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Stage in which the shell works out what is handed out. */
export const HAND_OUT = 'handOut';

/** Each iteration stands for itself; the others see only what `outputs` hands out. */
export const loop: Control = {
  ...forEach,
  wants: ({ task: { properties } }) => ({
    templates: {
      values: properties.values ?? [],
      concurrencyLimit: properties.concurrencyLimit ?? 1,
      transmitFailed: properties.transmitFailed ?? true,
      fetchType: properties.fetchType ?? 'AUTO',
    },
  }),
  begin(draft, taskRun, { values, concurrencyLimit, transmitFailed, fetchType }) {
    const limit = limitOf('concurrencyLimit', concurrencyLimit);
    const file = typeof values === 'string' && ADDRESS.test(values.trim()) ? values.trim() : undefined;
    const items = file === undefined ? itemsOf(values, { maps: true }) : undefined;
    draft.move(taskRun, 'RUNNING');
    const fetch = fetchOf(textOf(fetchType), file !== undefined);
    draft.note(taskRun, { limit, transmitFailed: textOf(transmitFailed) === 'true', fetch });
    if (items) takeItems(draft, taskRun, items);
    else evaluate(draft, taskRun, `lines/${taskRun.attempt}`, { templates: {}, linesOf: file! });
  },
  answered(draft, taskRun, stage, values) {
    if (stage === HAND_OUT) draft.note(taskRun, { handedOut: values });
    else takeItems(draft, taskRun, { items: values.lines as readonly string[] });
    draft.follow(taskRun.id);
  },
  goesOn: ({ note }) => note.transmitFailed === false,
  settle(draft, taskRun, outcome) {
    const handedOut = taskRun.note.handedOut ?? handOut(draft, taskRun);
    if (!handedOut) {
      ask(draft, taskRun, `${HAND_OUT}/${taskRun.attempt}`, handOutWanted(draft.node(taskRun), taskRun));
      return undefined;
    }
    draft.note(taskRun, { handedOut: null }, { ...countsOf(draft, taskRun), ...handedOut });
    return taskRun.note.transmitFailed === false && outcome !== 'KILLED' ? 'SUCCESS' : outcome;
  },
};

/** Outputs of an iteration are kept by its number, so that the same value may come twice. */
function takeItems(draft: Draft, taskRun: TaskRun, items: Items): void {
  const outputKeys = items.items.map((_, index) => String(index));
  draft.note(taskRun, { ...items, outputKeys }, { iterationCount: outputKeys.length });
}

/** Outputs of an iteration as they are, as a stored file, or not at all; for values from a file they are stored. */
function fetchOf(fetchType: string, isFromFile: boolean): 'FETCH' | 'STORE' | 'NONE' {
  if (fetchType === 'STORE' || fetchType === 'FETCH' || fetchType === 'NONE') return fetchType;
  return isFromFile ? 'STORE' : 'FETCH';
}

/** What the loop hands out; nothing when only the shell can say, because it must wait for something or store a file. */
function handOut(draft: Draft, taskRun: TaskRun): JsonMap | undefined {
  const { fetch } = taskRun.note;
  const declared = loopOutputs(draft.node(taskRun));
  if (fetch === 'NONE' || Object.keys(declared).length === 0) return {};
  if (fetch === 'STORE') return undefined;
  const renderer = (iteration: TaskRun) => (value: Json) => rendererOf(draft, iteration).typed(value);
  try {
    const outputs: JsonMap[] = [];
    for (const iteration of iterationsOf(draft.execution, taskRun)) {
      const rendered = orNothing(iteration, () => mapValues(declared, renderer(iteration)));
      if (rendered) outputs.push(entryOf(taskRun, iteration, rendered));
    }
    return outputs.length > 0 ? { outputs } : {};
  } catch (error) {
    if (error instanceof NeedsIo) return undefined;
    throw error;
  }
}

/** What the shell is to render, for each iteration on its own. */
export const handOutWanted = (node: PlanNode, { note }: TaskRun): Wanted => ({
  templates: {},
  eachIteration: { templates: loopOutputs(node), store: note.fetch === 'STORE' },
});

/** The outputs of one iteration; one that failed may lack what they are made of. */
function orNothing(iteration: TaskRun, render: () => JsonMap): JsonMap | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof NeedsIo || !hasFailed(iteration)) throw error;
    return undefined;
  }
}

/** Whether it ended in a way that may leave its outputs incomplete. */
export const hasFailed = ({ state }: TaskRun): boolean => state !== 'SUCCESS' && state !== 'WARNING';

/** For each iteration the task run that speaks for it: the last of its strand. Handlers have not begun by then. */
export function iterationsOf({ derived, taskRuns }: Execution, { id }: TaskRun): TaskRun[] {
  const last = new Map<number, TaskRun>();
  for (const child of derived.children.get(id) ?? []) {
    const taskRun = taskRuns.get(child)!;
    last.set(taskRun.iteration!, taskRun);
  }
  return [...last].toSorted(([a], [b]) => a - b).map(([, taskRun]) => taskRun);
}

/** What a loop hands out of one iteration. */
export function entryOf(
  { note: { items = [], keys } }: TaskRun,
  { iteration = 0 }: TaskRun,
  outputs: JsonMap,
): JsonMap {
  const key = keys?.[iteration];
  return { item: { value: items[iteration]!, iteration, ...(key !== undefined && { key }) }, outputs };
}

function mapValues(values: JsonMap, change: (value: Json) => Json): JsonMap {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value ?? null)]));
}

/** The templates of the outputs that are declared, by id. */
function loopOutputs({ task: { properties } }: PlanNode): JsonMap {
  const declared = Array.isArray(properties.outputs) ? (properties.outputs as readonly JsonMap[]) : [];
  return Object.fromEntries(declared.map(({ id, value }) => [textOf(id), value]));
}

function countsOf(draft: Draft, { id, note }: TaskRun): JsonMap {
  const terminatedIterations: Record<string, number> = {};
  for (const child of draft.execution.derived.children.get(id) ?? []) {
    const { state } = draft.find(child)!;
    terminatedIterations[state] = (terminatedIterations[state] ?? 0) + 1;
  }
  return { iterationCount: note.items?.length ?? 0, terminatedIterations, runningIterations: 0 };
}
