import type { Catalogue } from '../catalogue.ts';
import { isJsonMap, type Json, type JsonMap } from '../json.ts';
import type { Editable } from './editable.ts';
import { migrationTemplates } from './migration-templates.ts';
import { sourceParts, type SourcePart } from './source-parts.ts';

/** Types that came with the 2.0 language, and what to write instead. */
const NEW: Readonly<Record<string, string>> = {
  'core.flow.Approval': 'Write core.flow.Pause with "onResume".',
};
/** What `when` of a Flow trigger names without a prefix, which conditions do not. */
const OF_EXECUTION: ReadonlySet<string> = new Set(['namespace', 'flowId', 'state', 'labels', 'hasRetryAttempt']);

/** Writes what only the 2.0 language has in the words of 1.x; what has none is left, with a word on what to do. */
export function toVersionOne(flow: Editable, catalogue: Catalogue): void {
  for (const part of sourceParts(flow.data, catalogue)) {
    const instead = part.scope === 'task' && part.type ? NEW[part.type.type] : undefined;
    if (instead) flow.leave([...part.path, 'type'], `${String(part.data['type'] as string)} is not in 1.x. ${instead}`);
    if (part.scope !== 'trigger') continue;
    writeCondition(flow, part);
    writePreconditions(flow, part);
  }
}

function writeCondition(flow: Editable, { path, data }: SourcePart): void {
  const { when, conditions } = data;
  if (typeof when !== 'string') return;
  const at = [...path, 'when'];
  const paths = migrationTemplates.references(when)?.paths ?? [['labels']];
  const isFlow = String(data['type'] as string).endsWith('.Flow');
  if (conditions !== undefined) flow.leave(at, 'Add "when" to the conditions, as a core.condition.Expression.');
  else if (isFlow && paths.some(([root = '']) => OF_EXECUTION.has(root)))
    flow.leave(
      at,
      'Write core.condition.ExecutionFlow, ExecutionStatus and the like; an expression of 1.x sees "trigger" and "outputs".',
    );
  else {
    flow.replacePair(at, [['conditions', [{ type: 'io.kestra.plugin.core.condition.Expression', expression: when }]]]);
    flow.changed(at, '"when" -> "conditions"');
  }
}

function writePreconditions(flow: Editable, { path, data }: SourcePart): void {
  const { dependsOn, window, mode = 'ALL', onMiss } = data;
  if (dependsOn === undefined) return;
  const at = [...path, 'dependsOn'];
  const entries = (Array.isArray(dependsOn) ? dependsOn : []) as readonly Json[];
  const timeWindow = window === undefined ? undefined : timeWindowOf(window);
  const isSayable = entries.length > 0 && entries.every(isPlain) && mode === 'ALL' && onMiss === undefined;
  if (!isSayable || (window !== undefined && !timeWindow)) {
    flow.leave(
      at,
      'Write "preconditions": in 1.x all of its flows are waited for, each by its namespace, without "when".',
    );
    return;
  }
  flow.replacePair(at, [['preconditions', { id: 'dependencies', flows: entries, ...(timeWindow && { timeWindow }) }]]);
  for (const name of ['window', 'mode']) if (data[name] !== undefined) flow.replacePair([...path, name], []);
  flow.changed(at, '"dependsOn" -> "preconditions"');
}

const isPlain = (entry: Json): boolean =>
  isJsonMap(entry) && typeof entry['namespace'] === 'string' && entry['when'] === undefined;

/** The window in the words of 1.x; `undefined` when it says what these cannot. */
function timeWindowOf(window: Json): JsonMap | undefined {
  if (!isJsonMap(window) || window['fireOnce'] === true) return undefined;
  const { deadline, from, to, every, offset, lookback } = window;
  if (deadline !== undefined) return { type: 'DAILY_TIME_DEADLINE', deadline };
  if (from !== undefined && to !== undefined) return { type: 'DAILY_TIME_WINDOW', startTime: from, endTime: to };
  if (lookback !== undefined) return { type: 'SLIDING_WINDOW', window: lookback };
  if (every === undefined) return undefined;
  return { type: 'DURATION_WINDOW', window: every, ...(offset !== undefined && { windowAdvance: offset }) };
}
