import type { Catalogue } from '../catalogue.ts';
import { versionTwo } from '../dialect/version-two.ts';
import type { Editable } from './editable.ts';
import { sourceParts, type SourcePart } from './source-parts.ts';

/** Types that the 2.0 language does not have, and what to write instead. */
const GONE: Readonly<Record<string, string>> = {
  'core.execution.Count': 'Ask the API for the number of executions.',
  'core.execution.Resume': 'Resume by the API.',
  'core.trigger.Toggle': 'Enable and disable triggers by the API.',
};
const INPUT_TYPES: Readonly<Record<string, string>> = { BOOLEAN: 'BOOL', ENUM: 'SELECT' };

/** Writes what the 2.0 language calls otherwise; what it dropped is left, with a word on what replaces it. */
export function toVersionTwo(flow: Editable, catalogue: Catalogue): void {
  for (const part of sourceParts(flow.data, catalogue)) {
    const renames =
      part.scope === 'condition' || part.scope === 'pluginDefault' ? [] : (versionTwo.renames[part.scope] ?? []);
    for (const { from, to } of renames) renameBack(flow, part, to, from);
    if (part.scope === 'input') renameInputType(flow, part);
    const instead = part.type && GONE[part.type.type];
    if (instead) flow.leave([...part.path, 'type'], instead);
  }
}

function renameBack(flow: Editable, { path, data }: SourcePart, from: string, to: string): void {
  if (data[from] === undefined || data[to] !== undefined) return;
  flow.renameKey([...path, from], to);
  flow.changed([...path, from], `"${from}" -> "${to}"`);
}

function renameInputType(flow: Editable, { path, data }: SourcePart): void {
  const newer = typeof data['type'] === 'string' ? INPUT_TYPES[data['type']] : undefined;
  if (newer === undefined) return;
  flow.setScalar([...path, 'type'], newer);
  flow.changed([...path, 'type'], `${String(data['type'] as string)} -> ${newer}`);
}
