import type { Catalogue } from '../catalogue.ts';
import { namesOf } from '../dialect/relocations.ts';
import { Findings } from '../finding.ts';
import type { Json, JsonMap } from '../json.ts';
import { Fields } from '../read/fields.ts';
import { readPluginDefaults, runnerWithDefaults, withDefaults, type PlacedDefault } from '../read/plugin-defaults.ts';
import { CONDITIONS } from '../read/read-condition.ts';
import { TASK_PROPERTIES } from '../read/read-task.ts';
import { TRIGGER_PROPERTIES } from '../read/read-trigger.ts';
import { allNames } from '../read/resolve-type.ts';
import type { Editable } from './editable.ts';
import { sourceParts, type SourcePart } from './source-parts.ts';

/** Writes plugin defaults, which the 2.0 language does not have, into the tasks and triggers that take them. */
export function inlineDefaults(flow: Editable, catalogue: Catalogue): void {
  const defaults = readPluginDefaults(new Fields(flow.data, [], new Findings()));
  if (defaults.length === 0) return;
  for (const part of sourceParts(flow.data, catalogue)) {
    const merged = mergedWith(part, defaults);
    if (merged) writeOut(flow, part, merged);
  }
  flow.replacePair(['pluginDefaults'], []);
  flow.changed(['pluginDefaults'], '"pluginDefaults" removed');
}

/** A part with the defaults it takes, those of its task runner too; `undefined` when it can take none. */
function mergedWith({ scope, data, type }: SourcePart, defaults: readonly PlacedDefault[]): JsonMap | undefined {
  const written = String(data['type'] as string);
  if (scope === 'condition') {
    const known = namesOf(written).flatMap((name) => CONDITIONS[name] ?? []).map((name) => name.replace('*', '')); // prettier-ignore
    return withDefaults(data, namesOf(written), defaults, (key) => known.includes(key)).data;
  }
  if (!type || (scope !== 'task' && scope !== 'trigger')) return undefined;
  const common = scope === 'task' ? TASK_PROPERTIES : TRIGGER_PROPERTIES;
  const has = (key: string): boolean => key in type.properties || common.slice(2).includes(key);
  return runnerWithDefaults(withDefaults(data, allNames(written, type), defaults, has).data, defaults);
}

function writeOut(flow: Editable, { path, data }: SourcePart, merged: JsonMap): void {
  const given = Object.entries(merged).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  const added = given.filter(([key]) => data[key] === undefined);
  const changed = given.filter(([key, value]) => data[key] !== undefined && JSON.stringify(value) !== JSON.stringify(data[key])); // prettier-ignore
  for (const [key, value] of changed) flow.replacePair([...path, key], [[key, value]]);
  flow.addAfter([...path, 'type'], added);
  const names = [...added, ...changed].map(([key]) => key);
  if (names.length > 0) flow.changed(path, `plugin defaults written out: ${names.join(', ')}`);
}
