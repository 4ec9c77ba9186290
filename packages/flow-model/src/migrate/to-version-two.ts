import type { Catalogue } from '../catalogue.ts';
import { versionTwo } from '../dialect/version-two.ts';
import type { Editable } from './editable.ts';
import { sourceParts, type SourcePart } from './source-parts.ts';

/** Properties that the 2.0 language dropped, by type, and what to do instead. */
const DROPPED: Readonly<Record<string, readonly [property: string, instead: string]>> = {
  'core.flow.Pause': ['tasks', 'Write them behind the Pause.'],
  'core.flow.Subflow': ['outputs', 'Declare them as "outputs" of the other flow.'],
};
/** Types that the 2.0 language does not have, and what to write instead. */
const GONE: Readonly<Record<string, string>> = {
  'core.state.Get': 'Write core.kv.Get.',
  'core.state.Set': 'Write core.kv.Set.',
  'core.state.Delete': 'Write core.kv.Delete.',
  'core.storage.LocalFiles': 'Write core.flow.WorkingDirectory with "inputFiles".',
  'core.execution.Count': 'Ask the API for the number of executions.',
  'core.execution.Resume': 'Resume by the API.',
  'core.trigger.Toggle': 'Enable and disable triggers by the API.',
};
const INPUT_TYPES: Readonly<Record<string, string>> = { BOOLEAN: 'BOOL', ENUM: 'SELECT' };

/** Writes what the 2.0 language calls otherwise; what it dropped is left, with a word on what replaces it. */
export function toVersionTwo(flow: Editable, catalogue: Catalogue): void {
  for (const part of sourceParts(flow.data, catalogue)) {
    // Version 2.0.0 knows "when" of checks and triggers; tasks go on with "runIf".
    if (part.scope === 'check')
      for (const { from, to } of versionTwo.renames.check ?? []) renameBack(flow, part, to, from);
    if (part.scope === 'input') renameInputType(flow, part);
    if (part.type?.type === 'core.debug.Echo') writeLog(flow, part);
    const [dropped, insteadOf] = DROPPED[part.type?.type ?? ''] ?? [];
    if (dropped !== undefined && part.data[dropped] !== undefined)
      flow.leave([...part.path, dropped], `"${dropped}" is not in 2.0. ${insteadOf}`);
    const instead = part.type && GONE[part.type.type];
    if (instead) flow.leave([...part.path, 'type'], instead);
  }
}

function renameBack(flow: Editable, { path, data }: SourcePart, from: string, to: string): void {
  if (data[from] === undefined || data[to] !== undefined) return;
  flow.renameKey([...path, from], to);
  flow.changed([...path, from], `"${from}" -> "${to}"`);
}

function writeLog(flow: Editable, { path, data }: SourcePart): void {
  const written = String(data['type'] as string);
  const log = written.replace('debug.Echo', 'log.Log');
  flow.setScalar([...path, 'type'], log);
  flow.renameKey([...path, 'format'], 'message');
  flow.changed([...path, 'type'], `${written} -> ${log}`);
}

function renameInputType(flow: Editable, { path, data }: SourcePart): void {
  const newer = typeof data['type'] === 'string' ? INPUT_TYPES[data['type']] : undefined;
  if (newer === undefined) return;
  flow.setScalar([...path, 'type'], newer);
  flow.changed([...path, 'type'], `${String(data['type'] as string)} -> ${newer}`);
}
