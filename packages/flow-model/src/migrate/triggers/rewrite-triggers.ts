import type { Catalogue } from '../../catalogue.ts';
import { isJsonMap, type Json, type JsonMap } from '../../json.ts';
import type { Editable } from '../editable.ts';
import { migrationTemplates } from '../migration-templates.ts';
import { sourceParts, type SourcePart } from '../source-parts.ts';
import { sourceTemplates } from '../source-templates.ts';
import { bracketed, conditionType, listOf, NoTerm, termOf } from './condition-term.ts';
import { dependencyOf } from './dependency.ts';

/** Writes the conditions of triggers as `when`, those of Flow triggers as `dependsOn` and `window`. */
export function rewriteTriggers(flow: Editable, catalogue: Catalogue): void {
  for (const part of sourceParts(flow.data, catalogue)) {
    const { scope, data, path } = part;
    if (scope !== 'trigger' || (data['conditions'] === undefined && data['preconditions'] === undefined)) continue;
    try {
      if (isFlowTrigger(part)) writeDependencies(flow, part);
      else writeWhen(flow, part);
    } catch (error) {
      if (!(error instanceof NoTerm)) throw error;
      const name = data['preconditions'] === undefined ? 'conditions' : 'preconditions';
      flow.leave([...path, name], `"${name}" of the trigger "${String(data['id'] as string)}" stay: ${error.message}`);
    }
  }
}

const isFlowTrigger = ({ type, data }: SourcePart): boolean =>
  type?.type === 'core.trigger.Flow' || String(data['type'] as string).endsWith('.trigger.Flow');

/** One condition of an expression stays as it is written; several become one expression. */
function writeWhen(flow: Editable, { path, data }: SourcePart): void {
  const conditions = listOf(data['conditions']);
  const { when } = data;
  const [only] = conditions;
  const at = [...path, 'conditions'];
  if (conditions.length === 1 && when === undefined && conditionType(only) === 'core.condition.Expression')
    flow.replacePair(at, [['when', (only as JsonMap)['expression'] ?? '']]);
  else {
    const own = when === undefined ? [] : [termOf({ type: 'core.condition.Expression', expression: when }, 'date')];
    const terms = [...own, ...conditions.map((condition) => termOf(condition, 'date'))];
    flow.replacePair(at, [['when', `{{ ${terms.length === 1 ? terms[0]! : terms.map(bracketed).join(' and ')} }}`]]);
    if (when !== undefined) flow.replacePair([...path, 'when'], []);
  }
  flow.changed(at, '"conditions" -> "when"');
}

/** Several things to wait for within a window, or none but the conditions of one execution. */
interface Group {
  readonly entries: readonly JsonMap[];
  readonly window?: JsonMap;
}

function writeDependencies(flow: Editable, { path, data }: SourcePart): void {
  const { entries, window } = groupOf(data);
  const names = ['conditions', 'preconditions', 'states'].filter((name) => data[name] !== undefined);
  const pairs: [string, Json][] = [['dependsOn', entries], ...(window ? [['window', window] as [string, Json]] : [])];
  for (const [index, name] of names.entries()) flow.replacePair([...path, name], index === 0 ? pairs : []);
  flow.changed([...path, names[0]!], `${names.map((name) => `"${name}"`).join(', ')} -> "dependsOn"`);
  if (entries.length > 1) remindOfOutputs(flow, entries);
}

/** @throws {NoTerm} */
function groupOf(data: JsonMap): Group {
  const { states, preconditions, dependsOn } = data;
  const conditions = listOf(data['conditions']);
  const groups = conditions.filter((condition) => conditionType(condition) === 'core.condition.MultipleCondition');
  const simple = conditions.filter((condition) => !groups.includes(condition));
  if (groups.length + Number(preconditions !== undefined) + Number(dependsOn !== undefined) > 1)
    throw new NoTerm('It waits for several things at a time. Make a trigger of each.');
  const common = { states, conditions: simple };
  if (isJsonMap(preconditions)) {
    const flows = listOf(preconditions['flows']).map((one) => dependencyOf({ ...common, flow: one as JsonMap }));
    const wheres = listOf(preconditions['where']).map((one) => dependencyOf({ ...common, where: one as JsonMap }));
    return within(preconditions, [...flows, ...wheres]);
  }
  const [group] = groups as JsonMap[];
  if (!group) return { entries: [dependencyOf(common)] };
  const children = isJsonMap(group['conditions']) ? Object.values(group['conditions']) : [];
  return within(
    group,
    children.map((child) => dependencyOf({ states, conditions: [...simple, child ?? null] })),
  );
}

/** @throws {NoTerm} when the window, or what becomes of it, has no counterpart. */
function within(group: JsonMap, entries: readonly JsonMap[]): Group {
  if (entries.length === 0) throw new NoTerm('It names nothing to wait for. Write it under "dependsOn".');
  // A single entry starts an execution each time, window or not.
  if (entries.length === 1) return { entries };
  if (group['resetOnSuccess'] === false)
    throw new NoTerm('From 2.0 on a window that has fired begins anew, or fires only once. Choose by "fireOnce".');
  return { entries, window: windowOf(group) };
}

function windowOf({ timeWindow, window, windowAdvance }: JsonMap): JsonMap {
  const rule = isJsonMap(timeWindow) ? timeWindow : { window, windowAdvance };
  const { startTime, endTime, deadline } = rule;
  switch (rule['type'] ?? 'DURATION_WINDOW') {
    case 'DAILY_TIME_DEADLINE':
      return { ...(deadline !== undefined && { deadline }) };
    case 'DAILY_TIME_WINDOW':
      return { ...(startTime !== undefined && { from: startTime }), ...(endTime !== undefined && { to: endTime }) };
    case 'SLIDING_WINDOW':
      return { lookback: rule['window'] ?? 'PT24H' };
    case 'DURATION_WINDOW':
      return {
        every: rule['window'] ?? 'PT24H',
        ...(rule['windowAdvance'] !== undefined && { offset: rule['windowAdvance'] }),
      };
    default:
      throw new NoTerm('Its time window has no counterpart. Write a "window".');
  }
}

/** Where several flows are waited for, the 2.0 language keeps the outputs of each under its id. */
function remindOfOutputs(flow: Editable, entries: readonly JsonMap[]): void {
  const flows = entries.map(({ flowId }) => flowId);
  for (const { template, path } of sourceTemplates(flow.data, []))
    for (const { path: names, offset } of migrationTemplates.references(template)?.uses ?? [])
      if (isUnscoped(names, flows))
        flow.leave(
          path,
          `Write "trigger.outputs.<flowId>.${names[2] ?? ''}": from 2.0 on outputs of several flows go by the id of the flow.`,
          offset,
        );
}

const isUnscoped = ([root, member, name]: readonly string[], flows: readonly (Json | undefined)[]): boolean =>
  root === 'trigger' && member === 'outputs' && name !== undefined && !flows.includes(name);
