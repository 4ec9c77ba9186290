import type { Catalogue, TypeInfo } from '../catalogue.ts';
import { renamesOf } from '../dialect/modernise.ts';
import { isLegacyType, relocated } from '../dialect/relocations.ts';
import { TASK_PROPERTIES } from '../read/read-task.ts';
import { TRIGGER_PROPERTIES } from '../read/read-trigger.ts';
import type { Editable } from './editable.ts';
import { sourceParts, type SourcePart } from './source-parts.ts';

/** Writes the newer name of every type that has one. */
export function renameTypes(flow: Editable, catalogue: Catalogue): void {
  for (const part of sourceParts(flow.data, catalogue)) {
    const { data, path } = part;
    const { type } = data;
    const newer = typeof type === 'string' ? relocated(type) : undefined;
    if (newer === undefined) continue;
    flow.setScalar([...path, 'type'], newer);
    flow.changed([...path, 'type'], `${String(type as string)} -> ${newer}`);
    if (part.type && isLegacyType(String(type as string))) removeUnknown(flow, part, part.type);
  }
}

/** Unknown properties were ignored under the oldest names, and are refused under the newer ones. */
function removeUnknown(flow: Editable, { scope, path, data }: SourcePart, type: TypeInfo): void {
  if (scope !== 'task' && scope !== 'trigger') return;
  const common = scope === 'task' ? [...TASK_PROPERTIES, 'errors', 'finally'] : TRIGGER_PROPERTIES;
  const older = renamesOf(scope, type).map(({ from }) => from);
  for (const name of Object.keys(data)) {
    if (name in type.properties || common.includes(name) || older.includes(name)) continue;
    flow.replacePair([...path, name], []);
    flow.changed([...path, name], `"${name}" removed: a ${type.type} has no such property`);
  }
}
