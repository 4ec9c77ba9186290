import { namesOf, relocated } from '../dialect/relocations.ts';
import type { Path } from '../finding.ts';
import type { ConditionDefinition } from '../flow.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import { Fields } from './fields.ts';
import { withDefaults } from './plugin-defaults.ts';
import type { Reader } from './reader.ts';

/** The conditions of the older dialects by their canonical names, with their properties; `*` marks required ones. */
export const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  'core.condition.DateTimeBetween': ['date', 'after', 'before'],
  'core.condition.DayWeek': ['date', 'dayOfWeek*'],
  'core.condition.DayWeekInMonth': ['date', 'dayOfWeek*', 'dayInMonth*'],
  'core.condition.TimeBetween': ['date', 'after', 'before'],
  'core.condition.Weekend': ['date'],
  'core.condition.PublicHoliday': ['date', 'country', 'subDivision'],
  'core.condition.Not': ['conditions*'],
  'core.condition.Or': ['conditions*'],
  'core.condition.Expression': ['expression*'],
  'core.condition.ExecutionFlow': ['namespace*', 'flowId*'],
  'core.condition.ExecutionNamespace': ['namespace*', 'comparison', 'prefix'],
  'core.condition.ExecutionStatus': ['in', 'notIn'],
  'core.condition.ExecutionLabels': ['labels*'],
  'core.condition.ExecutionOutputs': ['expression*'],
  'core.condition.HasRetryAttempt': ['in', 'notIn'],
  'core.condition.FlowCondition': ['namespace*', 'flowId*'],
  'core.condition.FlowNamespaceCondition': ['namespace*', 'prefix'],
  'core.condition.MultipleCondition': ['id*', 'timeWindow', 'resetOnSuccess', 'window', 'windowAdvance', 'conditions*'],
};

/** Reads a list of conditions, those within Not and Or too: there, `properties.conditions` holds the canonical forms. */
export function readConditions(source: readonly Json[], path: Path, reader: Reader): ConditionDefinition[] {
  return source.flatMap((item, index) => readCondition(item, [...path, index], reader));
}

function readCondition(item: Json, path: Path, reader: Reader): ConditionDefinition[] {
  if (!isJsonMap(item) || typeof item['type'] !== 'string') {
    reader.findings.error(path, 'CONDITION_INVALID', 'A condition is a map with a "type".');
    return [];
  }
  const type = resolve(item['type'], [...path, 'type'], reader);
  if (type === undefined) return [];
  const declared = CONDITIONS[type] ?? [];
  const names = declared.map((name) => name.replace('*', ''));
  const { data, paths } = withDefaults(item, namesOf(type), reader.defaults, (key) => names.includes(key));
  const fields = new Fields(data, path, reader.findings, paths);
  fields.take('type');
  const properties: Record<string, Json | undefined> = {};
  for (const name of names) properties[name] = name === 'conditions' ? nested(fields, reader) : fields.take(name);
  for (const name of declared)
    if (name.endsWith('*') && properties[name.slice(0, -1)] === undefined) fields.missing(name.slice(0, -1), 'The condition'); // prettier-ignore
  fields.refuseRest('The condition', names);
  return [{ type, properties: JSON.parse(JSON.stringify(properties)) as JsonMap }];
}

function resolve(written: string, path: Path, { findings }: Reader): string | undefined {
  const found = namesOf(written).find((name) => name in CONDITIONS);
  const newer = relocated(written);
  if (found && newer !== undefined) findings.info(path, 'TYPE_RENAMED', `${written} is replaced by ${newer}`);
  if (!found)
    findings.error(path, 'TYPE_UNKNOWN', `There is no condition of type "${written}".`, {
      hint: didYouMean(
        written,
        Object.keys(CONDITIONS).flatMap((name) => [name, `io.kestra.plugin.${name}`]),
      ),
    });
  return found;
}

/** The conditions in a condition: a list, or a map by name (MultipleCondition). */
function nested(fields: Fields, reader: Reader): Json | undefined {
  const path = fields.pathOf('conditions');
  const value = fields.take('conditions');
  if (isJsonList(value)) return asJson(readConditions(value, path, reader));
  if (!isJsonMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, asJson(readCondition(item ?? null, [...path, key], reader))[0] ?? null]), // prettier-ignore
  );
}

const asJson = (conditions: readonly ConditionDefinition[]): Json[] => conditions.map(({ type, properties }) => ({ type, properties })); // prettier-ignore
