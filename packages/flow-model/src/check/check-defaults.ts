import { namesOf } from '../dialect/relocations.ts';
import { didYouMean } from '../nearest.ts';
import type { PlacedDefault } from '../read/plugin-defaults.ts';
import type { Checked } from './checked.ts';

/** Plugin defaults that can have no effect: of a type nobody has, or with a property no task of the flow took. */
export function checkDefaults(checked: Checked): void {
  for (const entry of checked.defaults) {
    if (!entry.path) continue;
    if (entry.used) warnOfUnused(entry, checked);
    else if (!isKnown(entry.type, checked)) warnOfUnknown(entry, checked);
  }
}

function warnOfUnused(entry: PlacedDefault, { findings }: Checked): void {
  for (const key of Object.keys(entry.values))
    if (!entry.usedKeys.has(key))
      findings.warning([...entry.path!, key], 'PLUGIN_DEFAULT_UNUSED', `No task of type "${entry.type}" in this flow has a property "${key}".`, { onKey: true }); // prettier-ignore
}

function warnOfUnknown(entry: PlacedDefault, { catalogue, findings }: Checked): void {
  const names = [...catalogue.taskTypes(), ...catalogue.triggerTypes()];
  const path = [...entry.path!.slice(0, -1), 'type'];
  const hint = didYouMean(entry.type, names);
  findings.warning(path, 'PLUGIN_DEFAULT_UNKNOWN', `No installed type is called, or begins with, "${entry.type}".`, { hint }); // prettier-ignore
}

function isKnown(type: string, { catalogue }: Checked): boolean {
  const names = [...catalogue.taskTypes(), ...catalogue.triggerTypes()].flatMap(namesOf);
  return namesOf(type).some((wanted) => names.some((name) => name === wanted || name.startsWith(`${wanted}.`)));
}
