import type { ExecutionSnapshot, Json, JsonMap } from '@tutti/contracts';
import type { ConditionDefinition, TriggerDefinition } from '@tutti/flow-model';
import { ConditionError } from './condition-error.ts';
import { conditionFrom, conditionKind, hasLabels, holds, listOf } from './condition.ts';
import type { ConditionContext } from './condition.ts';
import { matchesFilters } from './execution-filter.ts';
import { readTimeWindow, readWindow } from './flow-window.ts';
import type { WindowRule } from './flow-window.ts';
import type { TimeZone } from './time-zone.ts';
import { textOf } from './text-of.ts';

/** States a flow trigger hears of when it names none. */
const ENDED: readonly string[] = [
  'SUCCESS',
  'WARNING',
  'FAILED',
  'KILLED',
  'CANCELLED',
  'PAUSED',
  'RETRIED',
  'SKIPPED',
];

/** Something a flow trigger waits for. */
export interface Awaited {
  readonly key: string;
  matches(context: ConditionContext & { readonly execution: ExecutionSnapshot }): boolean;
}

/** Several things that must happen within one window. */
export interface AwaitedGroup {
  readonly id: string;
  readonly entries: readonly Awaited[];
  /** How many of them are enough. */
  readonly needed: number;
  readonly window: WindowRule;
  /** Begins anew once it was complete; else every further execution within the window fires again. */
  readonly reset: boolean;
  /** Fires at most once a window. */
  readonly once: boolean;
}

/** A flow trigger, read from any of its three forms. */
export interface FlowWatch {
  /** What each execution must fulfil by itself. */
  fits(context: ConditionContext & { readonly execution: ExecutionSnapshot }): boolean;
  readonly groups: readonly AwaitedGroup[];
}

/**
 * Reads the properties of a Flow trigger: `conditions`, `preconditions`, or `dependsOn`.
 * @throws {ConditionError} when one of them has the wrong form.
 */
export function readFlowWatch(definition: TriggerDefinition, zone: TimeZone): FlowWatch {
  const { conditions = [], when, properties } = definition;
  const states = properties['states'] === undefined ? ENDED : listOf(properties['states']);
  const simple = conditions.filter(
    (condition) => conditionKind(condition) !== 'MultipleCondition' && conditionKind(condition) !== 'Multiple',
  );
  const groups = [
    ...conditions.filter((condition) => !simple.includes(condition)).map((condition) => multiple(condition, zone)),
    ...optional(properties['preconditions'], (written) => preconditions(written, zone)),
    ...dependsOn(properties, zone),
  ];
  return {
    groups,
    fits: (context) =>
      states.includes(context.execution.state) &&
      simple.every((condition) => holds(condition, context)) &&
      (when === undefined ||
        context.templates.test(when, { ...context.variables, ...whenVariables(context.execution) })),
  };
}

function multiple({ properties }: ConditionDefinition, zone: TimeZone): AwaitedGroup {
  const children = mapOf(properties['conditions'], 'conditions');
  const entries = Object.entries(children).map(([key, child]) => {
    const condition = conditionFrom(child);
    return { key, matches: (context: ConditionContext) => holds(condition, context) };
  });
  return group(properties, entries, readTimeWindow(timeWindowOf(properties), zone));
}

function preconditions(written: JsonMap, zone: TimeZone): AwaitedGroup {
  const flows = asList(written['flows']).map((flow, index) => upstream(flow, `flow${index}`));
  const filters = asList(written['where']).map((where, index) => ({
    key: typeof where['id'] === 'string' ? where['id'] : `where${index}`,
    matches: (context: ConditionContext & { readonly execution: ExecutionSnapshot }) => matchesFilters(where, context),
  }));
  return group(written, [...flows, ...filters], readTimeWindow(timeWindowOf(written), zone));
}

function group(written: JsonMap, entries: readonly Awaited[], window: WindowRule): AwaitedGroup {
  if (entries.length === 0) throw new ConditionError('A flow trigger that waits for several things names none.');
  const id = textOf(written['id'] ?? 'preconditions');
  return { id, entries, needed: entries.length, window, reset: written['resetOnSuccess'] !== false, once: false };
}

/** `timeWindow`, or the older `window` and `windowAdvance` beside the conditions. */
function timeWindowOf({ timeWindow, window, windowAdvance }: JsonMap): JsonMap {
  if (timeWindow !== undefined) return mapOf(timeWindow, 'timeWindow');
  return { ...(window !== undefined && { window }), ...(windowAdvance !== undefined && { windowAdvance }) };
}

function dependsOn(properties: JsonMap, zone: TimeZone): readonly AwaitedGroup[] {
  const entries = asList(properties['dependsOn']).map((written, index) => upstream(written, `entry${index}`));
  if (entries.length === 0) return [];
  const { mode = 'ALL', minSatisfied } = properties;
  const window = properties['window'] === undefined ? {} : mapOf(properties['window'], 'window');
  const needed = mode === 'ANY' ? 1 : mode === 'AT_LEAST' ? Number(minSatisfied ?? 1) : entries.length;
  const once = window['fireOnce'] === true;
  return [{ id: 'dependsOn', entries, needed, window: readWindow(window, zone), reset: !once, once }];
}

/** An execution of one flow, or of any flow of one namespace. */
function upstream({ namespace, flowId, states, labels, when }: JsonMap, key: string): Awaited {
  return {
    key,
    matches: ({ execution, templates, variables }) =>
      (namespace === undefined || execution.namespace === namespace) &&
      (flowId === undefined || execution.flowId === flowId) &&
      (states === undefined || listOf(states).includes(execution.state)) &&
      (labels === undefined || hasLabels(execution, labels)) &&
      (typeof when !== 'string' || templates.test(when, { ...variables, ...whenVariables(execution) })),
  };
}

/** What `when` of the 2.0 language may name without a prefix. */
function whenVariables(execution: ExecutionSnapshot): JsonMap {
  return {
    namespace: execution.namespace,
    flowId: execution.flowId,
    state: execution.state,
    labels: Object.fromEntries(execution.labels.map(({ key, value }) => [key, value])),
    outputs: execution.outputs ?? {},
    hasRetryAttempt: execution.attemptNumber > 1,
  };
}

function optional<T>(written: Json | undefined, read: (map: JsonMap) => T): readonly T[] {
  return written === undefined || written === null ? [] : [read(mapOf(written, 'preconditions'))];
}

function asList(written: Json | undefined): readonly JsonMap[] {
  return Array.isArray(written) ? written.map((each: Json) => mapOf(each, 'an entry')) : [];
}

function mapOf(written: Json | undefined, name: string): JsonMap {
  if (typeof written === 'object' && written !== null && !Array.isArray(written)) return written as JsonMap;
  throw new ConditionError(`"${name}" of a flow trigger must be a map.`);
}
