import type { Catalogue } from '../catalogue.ts';
import { Findings } from '../finding.ts';
import type { Json } from '../json.ts';
import { Fields } from '../read/fields.ts';
import { readPluginDefaults, withDefaults } from '../read/plugin-defaults.ts';
import { allNames } from '../read/resolve-type.ts';
import { TASK_PROPERTIES } from '../read/read-task.ts';
import { TRIGGER_PROPERTIES } from '../read/read-trigger.ts';
import type { Editable } from './editable.ts';
import { sourceParts } from './source-parts.ts';

/** Writes plugin defaults, which the 2.0 language does not have, into the tasks and triggers that take them. */
export function inlineDefaults(flow: Editable, catalogue: Catalogue): void {
  const defaults = readPluginDefaults(new Fields(flow.data, [], new Findings()));
  if (defaults.length === 0) return;
  for (const { scope, path, data, type } of sourceParts(flow.data, catalogue)) {
    if (!type || (scope !== 'task' && scope !== 'trigger')) continue;
    const common = scope === 'task' ? TASK_PROPERTIES : TRIGGER_PROPERTIES;
    const has = (key: string): boolean => key in type.properties || common.slice(2).includes(key);
    const merged = withDefaults(data, allNames(String(data['type'] as string), type), defaults, has).data;
    const added = Object.entries(merged).filter((entry): entry is [string, Json] => entry[1] !== undefined && data[entry[0]] === undefined); // prettier-ignore
    for (const [key, value] of Object.entries(merged))
      if (
        data[key] !== undefined &&
        value !== undefined &&
        value !== data[key] &&
        JSON.stringify(value) !== JSON.stringify(data[key])
      )
        // prettier-ignore
        flow.replacePair([...path, key], [[key, value]]);
    flow.addAfter([...path, 'type'], added);
    if (added.length > 0) flow.changed(path, `plugin defaults written out: ${added.map(([key]) => key).join(', ')}`);
  }
  flow.replacePair(['pluginDefaults'], []);
  flow.changed(['pluginDefaults'], '"pluginDefaults" removed');
}
