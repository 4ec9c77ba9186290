import type { Json, JsonMap } from '@tutti/contracts';
import type { PlanNode } from '@tutti/flow-model';
import type { Draft } from '../draft.ts';
import { evaluate, EvaluationError, NeedsIo, rendererOf, textOf } from '../evaluate.ts';
import type { TaskRun } from '../state.ts';
import type { Control } from './control.ts';
import { forEach } from './for-each.ts';
import { limitOf } from './limit.ts';
import { itemsOf, type Items } from './loop-items.ts';

/** Address of a stored file, whose lines are the items. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Each iteration stands for itself; the others see only what `outputs` hands out. */
export const loop: Control = {
  ...forEach,
  wants: ({ task: { properties } }) => ({
    templates: {
      values: properties.values ?? [],
      concurrencyLimit: properties.concurrencyLimit ?? 1,
      transmitFailed: properties.transmitFailed ?? true,
    },
  }),
  begin(draft, taskRun, { values, concurrencyLimit, transmitFailed }) {
    const limit = limitOf('concurrencyLimit', concurrencyLimit);
    const file = typeof values === 'string' && ADDRESS.test(values.trim()) ? values.trim() : undefined;
    const items = file === undefined ? itemsOf(values, { maps: true }) : undefined;
    draft.move(taskRun, 'RUNNING');
    draft.note(taskRun, { limit, transmitFailed: textOf(transmitFailed) === 'true' });
    if (items) takeItems(draft, taskRun, items);
    else evaluate(draft, taskRun, `lines/${taskRun.attempt}`, { templates: {}, linesOf: file! });
  },
  answered(draft, taskRun, _stage, { lines }) {
    takeItems(draft, taskRun, { items: lines as readonly string[] });
    draft.follow(taskRun.id);
  },
  goesOn: ({ note }) => note.transmitFailed === false,
  settle(draft, taskRun, outcome) {
    draft.note(taskRun, {}, { ...countsOf(draft, taskRun), ...entriesOf(taskRun, handOut(draft, taskRun)) });
    return taskRun.note.transmitFailed === false && outcome !== 'KILLED' ? 'SUCCESS' : outcome;
  },
};

/** Outputs of an iteration are kept by its number, so that the same value may come twice. */
function takeItems(draft: Draft, taskRun: TaskRun, items: Items): void {
  const outputKeys = items.items.map((_, index) => String(index));
  draft.note(taskRun, { ...items, outputKeys }, { iterationCount: outputKeys.length });
}

/** Renders the declared outputs of every iteration; entries by its number. */
function handOut(draft: Draft, taskRun: TaskRun): JsonMap {
  const declared = Object.entries(declaredOutputs(draft.node(taskRun)));
  if (declared.length === 0) return {};
  const values: Record<string, Json> = {};
  for (const id of draft.execution.derived.children.get(taskRun.id) ?? []) {
    const iteration = draft.find(id)!;
    if (iteration.iteration === undefined) continue;
    const rendered = outputsOf(draft, iteration, declared);
    if (rendered) values[String(iteration.iteration)] = rendered;
  }
  return values;
}

/** Outputs of one iteration; one that failed may lack what they are made of. */
function outputsOf(
  draft: Draft,
  iteration: TaskRun,
  declared: readonly (readonly [string, Json | undefined])[],
): JsonMap | undefined {
  const renderer = rendererOf(draft, iteration);
  try {
    return Object.fromEntries(declared.map(([id, value]) => [id, renderer.typed(value ?? null)]));
  } catch (error) {
    if (error instanceof NeedsIo)
      throw new EvaluationError('Outputs of a Loop cannot use functions that wait, such as kv() or read().', 'LOOP_OUTPUTS_WAIT'); // prettier-ignore
    if (iteration.state === 'SUCCESS' || iteration.state === 'WARNING') throw error;
    return undefined;
  }
}

function declaredOutputs({ task: { properties } }: PlanNode): JsonMap {
  const declared = Array.isArray(properties.outputs) ? (properties.outputs as readonly JsonMap[]) : [];
  return Object.fromEntries(declared.map(({ id, value }) => [textOf(id), value]));
}

function countsOf(draft: Draft, { id, note }: TaskRun): JsonMap {
  const terminatedIterations: Record<string, number> = {};
  for (const child of draft.execution.derived.children.get(id) ?? []) {
    const { state, iteration } = draft.find(child)!;
    if (iteration === undefined) continue;
    terminatedIterations[state] = (terminatedIterations[state] ?? 0) + 1;
  }
  return { iterationCount: note.items?.length ?? 0, terminatedIterations, runningIterations: 0 };
}

function entriesOf({ note: { items = [], keys } }: TaskRun, handedOut: JsonMap): JsonMap {
  const entries = Object.entries(handedOut).map(([iteration, outputs]) => {
    const index = Number(iteration);
    const key = keys?.[index];
    return { item: { value: items[index]!, iteration: index, ...(key !== undefined && { key }) }, outputs: outputs! };
  });
  return entries.length > 0 ? { outputs: entries } : {};
}
