import type { Json, JsonMap, Label } from '@tutti/contracts';
import type { Draft } from './draft.ts';
import type { TaskEffects } from './messages.ts';

/** Does to the execution what one of its tasks asks for. */
export function applyEffects(draft: Draft, { labels, setVariables, unsetVariables, exit }: TaskEffects): void {
  if (labels) draft.record({ type: 'LabelsSet', labels: mergeLabels(draft.execution.labels, labels) });
  if (setVariables || unsetVariables) {
    const variables = deepMerge(draft.execution.variables, setVariables ?? {});
    draft.record({ type: 'VariablesSet', variables: without(variables, unsetVariables ?? []) });
  }
  if (exit) draft.askStop({ execution: exit, taskRuns: exit }, exit === 'KILLED' ? 'CASCADE' : 'WAIT');
}

/** The labels with others added; the same key is overwritten in its place. */
export function mergeLabels(labels: readonly Label[], more: Readonly<Record<string, string>>): readonly Label[] {
  const merged = new Map(labels.map(({ key, value }) => [key, value]));
  for (const [key, value] of Object.entries(more)) merged.set(key, value);
  return [...merged].map(([key, value]) => ({ key, value }));
}

function deepMerge(into: JsonMap, from: JsonMap): JsonMap {
  const merged = new Map<string, Json | undefined>(Object.entries(into));
  for (const [key, value] of Object.entries(from)) {
    const before = merged.get(key);
    merged.set(key, isMap(before) && isMap(value) ? deepMerge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const without = (variables: JsonMap, names: readonly string[]): JsonMap =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));
