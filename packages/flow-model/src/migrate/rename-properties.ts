import type { Catalogue } from '../catalogue.ts';
import { concerns, type Rename } from '../dialect/dialect.ts';
import { renamesOf } from '../dialect/modernise.ts';
import type { Json } from '../json.ts';
import type { Editable } from './editable.ts';
import type { Version } from './version.ts';
import { sourceParts, type SourcePart } from './source-parts.ts';

/** Writes the 1.x names of properties; those of checks are others in 2.0, and stay for the pass that writes them. */
export function renameProperties(flow: Editable, catalogue: Catalogue, to: Version): void {
  for (const part of sourceParts(flow.data, catalogue)) {
    if (part.scope === 'condition' || part.scope === 'pluginDefault') continue;
    if (part.scope === 'check' && to === '2.0') continue;
    const renames = renamesOf(part.scope, part.type).filter((rename) => concerns(rename, part.data, part.type));
    const taken = new Set(Object.keys(part.data));
    for (const from of new Set(renames.map((rename) => rename.from)))
      rename(flow, part, renames.filter((one) => one.from === from), taken); // prettier-ignore
  }
  if (flow.data['listeners'])
    flow.leave(['listeners'], 'Move the tasks of "listeners" to "afterExecution", and their conditions to "runIf".');
}

/** One old property may become several: `docker` is an image and a task runner. `taken` are the names that are there. */
function rename(flow: Editable, { path, data }: SourcePart, renames: readonly Rename[], taken: Set<string>): void {
  const [first] = renames;
  if (!first) return;
  const pairs: [string, Json][] = [];
  for (const { from, to, convert } of renames) {
    const value = convert ? convert(data[from]!, data) : data[from];
    if (value === undefined || taken.has(to)) continue;
    taken.add(to);
    pairs.push([to, value]);
  }
  const at = [...path, first.from];
  if (!first.convert && pairs.length === 1) flow.renameKey(at, first.to);
  else flow.replacePair(at, pairs);
  const names = pairs.map(([name]) => `"${name}"`);
  flow.changed(at, names.length > 0 ? `"${first.from}" -> ${names.join(', ')}` : `"${first.from}" removed`);
}
