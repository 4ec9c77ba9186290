import type { Catalogue } from '../catalogue.ts';
import { versionTwo } from '../dialect/version-two.ts';
import { namesOf } from '../dialect/relocations.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import type { Editable } from './editable.ts';
import { sourceParts, type SourcePart } from './source-parts.ts';

/** Types that the 2.0 language does not have, and what to write instead. */
const GONE: Readonly<Record<string, string>> = {
  'core.flow.ForEachItem': 'Write core.flow.Loop over the file, with the subflow as its task.',
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
    if (part.scope === 'trigger') rewriteConditions(flow, part);
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

/** Conditions of a trigger become one `when`, if each of them can be said as an expression. */
function rewriteConditions(flow: Editable, { path, data }: SourcePart): void {
  const { conditions, preconditions } = data;
  const at = [...path, 'conditions'];
  if (preconditions !== undefined) flow.leave([...path, 'preconditions'], 'Write the flows under "dependsOn".');
  if (!isJsonList(conditions)) return;
  const terms = conditions.map(termOf);
  const missing = conditions.find((_, index) => terms[index] === undefined);
  if (missing !== undefined) {
    const type = isJsonMap(missing) ? missing['type'] : undefined;
    flow.leave(
      at,
      `The condition ${JSON.stringify(type ?? null)} has no expression of its own: write it under "when" or "dependsOn".`,
    );
    return;
  }
  flow.replacePair(at, [['when', `{{ ${terms.join(' and ')} }}`]]);
  flow.changed(at, '"conditions" -> "when"');
}

type Term = (properties: JsonMap, date: string) => string | undefined;

const TERMS: Readonly<Record<string, Term>> = {
  'core.condition.Expression': ({ expression }) => inner(expression),
  'core.condition.Weekend': (_properties, date) => `isWeekend(${date})`,
  'core.condition.DayWeek': ({ dayOfWeek }, date) => `dayOfWeek(${date}) == ${quoted(dayOfWeek)}`,
  'core.condition.DayWeekInMonth': ({ dayOfWeek, dayInMonth }, date) =>
    `isDayWeekInMonth(${date}, ${quoted(dayOfWeek)}, ${quoted(dayInMonth)})`,
  'core.condition.PublicHoliday': ({ country }, date) =>
    country === undefined ? undefined : `isPublicHoliday(${date}, ${quoted(country)})`,
  'core.condition.DateTimeBetween': ({ after, before }, date) =>
    [after !== undefined && `${date} > ${quoted(after)}`, before !== undefined && `${date} < ${quoted(before)}`]
      .filter((term) => term !== false)
      .join(' and ') || undefined,
};

function termOf(condition: Json): string | undefined {
  if (!isJsonMap(condition) || typeof condition['type'] !== 'string') return undefined;
  const name = namesOf(condition['type']).find((one) => one in TERMS);
  const date = condition['date'] === undefined ? 'trigger.date' : inner(condition['date']);
  const term = name !== undefined && date !== undefined ? TERMS[name]?.(condition, date) : undefined;
  return term === undefined ? undefined : `(${term})`;
}

/** What stands between the braces of a lone expression. */
const inner = (template: Json | undefined): string | undefined =>
  typeof template === 'string' ? /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(template)?.[1]?.trim() : undefined;

const quoted = (value: Json | undefined): string => `'${String(value as string).replaceAll("'", "\\'")}'`;
