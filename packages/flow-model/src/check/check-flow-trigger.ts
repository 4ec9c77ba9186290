import type { TriggerDefinition } from '../flow.ts';
import type { Path } from '../finding.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import type { Checked } from './checked.ts';

/** Which fields each kind of time window has. */
const WINDOW_FIELDS: Readonly<Record<string, readonly string[]>> = {
  DURATION_WINDOW: ['window', 'windowAdvance'],
  SLIDING_WINDOW: ['window'],
  DAILY_TIME_DEADLINE: ['deadline'],
  DAILY_TIME_WINDOW: ['startTime', 'endTime'],
};
const LIST_FILTERS = ['IN', 'NOT_IN'];
const BARE_FILTERS = ['IS_TRUE', 'IS_FALSE', 'IS_NULL', 'IS_NOT_NULL'];
/** A window of the 2.0 language is of one of these kinds. */
const WINDOW_KINDS = [['deadline'], ['from', 'to'], ['every', 'offset'], ['lookback']];

/** What the parts of a Flow trigger must keep to among one another. */
export function checkFlowTrigger(trigger: TriggerDefinition, checked: Checked): void {
  if (trigger.type !== 'core.trigger.Flow') return;
  const at = (name: string): Path => checked.origins.property(trigger, name);
  const { preconditions, dependsOn, window, mode, minSatisfied } = trigger.properties;
  if (isJsonMap(preconditions)) checkPreconditions(preconditions, at('preconditions'), checked);
  if (isJsonMap(window)) checkWindow(window, at('window'), checked);
  const entries = isJsonList(dependsOn) ? dependsOn.length : 0;
  for (const name of ['mode', 'minSatisfied', 'window'])
    if (trigger.properties[name] !== undefined && entries === 0)
      ignored(name, at(name), 'without "dependsOn"', checked);
  if (entries > 0) checkNumber(mode, minSatisfied, entries, at('minSatisfied'), checked);
}

function checkNumber(
  mode: Json | undefined,
  minSatisfied: Json | undefined,
  entries: number,
  path: Path,
  checked: Checked,
): void {
  if (mode !== 'AT_LEAST') {
    if (minSatisfied !== undefined) ignored('minSatisfied', path, 'without "mode: AT_LEAST"', checked);
    return;
  }
  const number = Number(minSatisfied);
  if (minSatisfied === undefined)
    checked.findings.error(path, 'PROPERTY_MISSING', '"mode: AT_LEAST" needs "minSatisfied".');
  else if (!(number >= 1 && number <= entries))
    checked.findings.error(
      path,
      'PROPERTY_INVALID',
      `"minSatisfied" must be from 1 to ${entries}, the number of entries of "dependsOn".`,
    );
}

function checkPreconditions(preconditions: JsonMap, path: Path, checked: Checked): void {
  const { flows, where, timeWindow } = preconditions;
  if (!isJsonList(flows) && !isJsonList(where))
    checked.findings.error(path, 'PROPERTY_MISSING', '"preconditions" need "flows" or "where".');
  if (isJsonMap(timeWindow)) {
    const type = String((timeWindow['type'] ?? 'DURATION_WINDOW') as string);
    for (const name of Object.keys(timeWindow))
      if (name !== 'type' && WINDOW_FIELDS[type]?.includes(name) === false)
        checked.findings.error([...path, 'timeWindow', name], 'PROPERTY_INVALID', `A ${type} has no "${name}".`, {
          onKey: true,
        });
  }
  for (const [index, entry] of (isJsonList(where) ? where : []).entries())
    if (isJsonMap(entry) && isJsonList(entry['filters']))
      for (const [at, filter] of entry['filters'].entries())
        if (isJsonMap(filter)) checkFilter(filter, [...path, 'where', index, 'filters', at], checked);
}

function checkFilter({ type, value, values }: JsonMap, path: Path, { findings }: Checked): void {
  const kind = String(type as string);
  const wanted = LIST_FILTERS.includes(kind) ? 'values' : 'value';
  const [given, other] = wanted === 'values' ? [values, value] : [value, values];
  if (given === undefined && !BARE_FILTERS.includes(kind))
    findings.error([...path, wanted], 'PROPERTY_MISSING', `A filter ${kind} needs "${wanted}".`);
  if (other !== undefined)
    findings.error(
      [...path, wanted === 'values' ? 'value' : 'values'],
      'PROPERTY_INVALID',
      `A filter ${kind} goes by "${wanted}".`,
      { onKey: true },
    );
}

function checkWindow(window: JsonMap, path: Path, { findings }: Checked): void {
  const kinds = WINDOW_KINDS.filter((names) => names.some((name) => window[name] !== undefined));
  if (kinds.length > 1)
    findings.error(
      path,
      'PROPERTY_INVALID',
      `A window goes by ${kinds.map(([name]) => `"${name}"`).join(' or ')}, not by both.`,
    );
}

function ignored(name: string, path: Path, why: string, { findings }: Checked): void {
  findings.warning(path, 'PROPERTY_IGNORED', `"${name}" has no effect ${why}.`, { onKey: true });
}
