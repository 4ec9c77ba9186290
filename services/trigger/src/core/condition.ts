import type { ExecutionSnapshot, Json, JsonMap } from '@tutti/contracts';
import type { ConditionDefinition } from '@tutti/flow-model';
import { ConditionError } from './condition-error.ts';
import { parseTime, parseTimeOfDay } from './iso-time.ts';
import type { LocalTime } from './iso-time.ts';
import type { Templates } from './templates.ts';
import type { TimeZone } from './time-zone.ts';
import { textOf } from './text-of.ts';

/** What conditions are judged by. */
export interface ConditionContext {
  readonly templates: Templates;
  readonly variables: JsonMap;
  /** Zone of times without an offset. */
  readonly zone: TimeZone;
  /** The execution that has ended; flow triggers only. */
  readonly execution?: ExecutionSnapshot;
}

type Judge = (properties: JsonMap, context: ConditionContext) => boolean;

const DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];
const DAY_MS = 86_400_000;

/** By the last part of the type name, which is the same in every dialect but for the ending "Condition". */
const JUDGES: Readonly<Record<string, Judge>> = {
  DateTimeBetween: (properties, context) => {
    const { atMs } = dateOf(properties, context);
    const [after, before] = [timeOf(properties, 'after', context), timeOf(properties, 'before', context)];
    return (after === undefined || atMs > after.atMs) && (before === undefined || atMs < before.atMs);
  },
  TimeBetween: timeBetween,
  DayWeek: (properties, context) => dateOf(properties, context).wall.getUTCDay() === dayOf(properties, context),
  DayWeekInMonth: dayWeekInMonth,
  Weekend: (properties, context) => [0, 6].includes(dateOf(properties, context).wall.getUTCDay()),
  PublicHoliday: publicHoliday,
  Not: (properties, context) => !childrenOf(properties).some((child) => holds(child, context)),
  Or: (properties, context) => childrenOf(properties).some((child) => holds(child, context)),
  Expression: expression,
  Variable: expression,
  ExecutionFlow: (properties, context) => {
    const { namespace, flowId } = executionOf(context);
    return namespace === text(properties, 'namespace', context) && flowId === text(properties, 'flowId', context);
  },
  ExecutionNamespace: executionNamespace,
  ExecutionStatus: ({ in: included, notIn }, context) => {
    const { state } = executionOf(context);
    return (!included || listOf(included).includes(state)) && !(notIn && listOf(notIn).includes(state));
  },
  ExecutionLabels: ({ labels = {} }, context) => hasLabels(executionOf(context), labels),
  ExecutionOutputs: expression,
  HasRetryAttempt: (_, context) => executionOf(context).attemptNumber > 1,
  Flow: (properties, context) => JUDGES['ExecutionFlow']!(properties, context),
  FlowNamespace: (properties, context) => JUDGES['ExecutionNamespace']!(properties, context),
};

/**
 * Whether a condition holds.
 * @throws {ConditionError} for an unknown type or a value of the wrong form; whatever the templates throw.
 */
export function holds(condition: ConditionDefinition, context: ConditionContext): boolean {
  const judge = JUDGES[conditionKind(condition)];
  if (!judge) throw new ConditionError(`There is no condition of the type "${condition.type}".`);
  return judge(condition.properties, context);
}

/** `io.kestra.core.models.conditions.types.DayWeekCondition` and `core.condition.DayWeek` are `DayWeek`. */
export function conditionKind({ type }: ConditionDefinition): string {
  return (type.split('.').at(-1) ?? '').replace(/Condition$/, '');
}

/** A nested condition as written: `type` beside its properties, or already apart. */
export function conditionFrom(written: Json | undefined): ConditionDefinition {
  const map = typeof written === 'object' && written !== null && !Array.isArray(written) ? (written as JsonMap) : {};
  const { type, properties, ...rest } = map;
  if (typeof type !== 'string') throw new ConditionError('A condition has no type.');
  const apart = typeof properties === 'object' && properties !== null && !Array.isArray(properties);
  return { type, properties: apart ? (properties as JsonMap) : rest };
}

/** Whether an execution has these labels, given as a map or as a list of `{key, value}`. */
export function hasLabels(execution: ExecutionSnapshot, wanted: Json): boolean {
  const pairs = Array.isArray(wanted)
    ? wanted.map((each: { key?: Json; value?: Json }) => [textOf(each.key), each.value] as const)
    : Object.entries(wanted as JsonMap);
  return pairs.every(([key, value]) =>
    execution.labels.some((label) => label.key === key && label.value === textOf(value)),
  );
}

/** A value or a list of values, as texts. */
export function listOf(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(textOf);
}

function timeBetween(properties: JsonMap, context: ConditionContext): boolean {
  const date = dateOf(properties, context);
  const bound = (name: 'after' | 'before'): number | undefined => {
    const given = optionalText(properties, name, context);
    const time = given === undefined ? undefined : parseTimeOfDay(given);
    if (given !== undefined && !time) throw new ConditionError(`"${given}" is no time of day, such as 08:00:00+01:00.`);
    const midnightMs = Math.floor(date.wall.getTime() / DAY_MS) * DAY_MS;
    if (!time) return undefined;
    return midnightMs + time.ms + (time.offsetMs === undefined ? 0 : date.wall.getTime() - date.atMs - time.offsetMs);
  };
  const [after, before, atMs] = [bound('after'), bound('before'), date.wall.getTime()];
  return (after === undefined || atMs > after) && (before === undefined || atMs < before);
}

function dayWeekInMonth(properties: JsonMap, context: ConditionContext): boolean {
  const { wall } = dateOf(properties, context);
  if (wall.getUTCDay() !== dayOf(properties, context)) return false;
  const which = text(properties, 'dayInMonth', context).toUpperCase();
  const nextWeek = new Date(wall.getTime() + 7 * DAY_MS);
  if (which === 'LAST') return nextWeek.getUTCMonth() !== wall.getUTCMonth();
  const index = ['FIRST', 'SECOND', 'THIRD', 'FOURTH'].indexOf(which);
  if (index < 0) throw new ConditionError(`"${which}" is not FIRST, SECOND, THIRD, FOURTH or LAST.`);
  return Math.floor((wall.getUTCDate() - 1) / 7) === index;
}

/** Asks the expression language, which knows the calendars. */
function publicHoliday(properties: JsonMap, context: ConditionContext): boolean {
  const variables = {
    date: dateOf(properties, context).wall.toISOString().slice(0, 10),
    country: optionalText(properties, 'country', context) ?? null,
    subDivision: optionalText(properties, 'subDivision', context) ?? null,
  };
  return context.templates.test('{{ isPublicHoliday(date, country, subDivision) }}', variables);
}

function expression(properties: JsonMap, { templates, variables }: ConditionContext): boolean {
  const { expression: template } = properties;
  if (typeof template !== 'string') return template === true;
  return templates.test(template, variables);
}

function executionNamespace(properties: JsonMap, context: ConditionContext): boolean {
  const { namespace } = executionOf(context);
  const wanted = text(properties, 'namespace', context);
  const comparison = optionalText(properties, 'comparison', context) ?? (properties['prefix'] === true ? 'PREFIX' : '');
  if (comparison === 'PREFIX') return namespace.startsWith(wanted);
  if (comparison === 'SUFFIX') return namespace.endsWith(wanted);
  return namespace === wanted;
}

function executionOf({ execution }: ConditionContext): ExecutionSnapshot {
  if (execution) return execution;
  throw new ConditionError('This condition is about an execution, which only a Flow trigger has.');
}

function childrenOf({ conditions }: JsonMap): readonly ConditionDefinition[] {
  return Array.isArray(conditions) ? conditions.map(conditionFrom) : [];
}

function dateOf(properties: JsonMap, context: ConditionContext): LocalTime {
  return timeOf({ date: '{{ trigger.date }}', ...properties }, 'date', context)!;
}

function timeOf(properties: JsonMap, name: string, context: ConditionContext): LocalTime | undefined {
  const given = optionalText(properties, name, context);
  if (given === undefined) return undefined;
  const time = parseTime(given, context.zone);
  if (!time) throw new ConditionError(`"${given}" is no date and time, such as 2030-01-31T08:00:00Z.`);
  return time;
}

function dayOf(properties: JsonMap, context: ConditionContext): number {
  const given = text(properties, 'dayOfWeek', context).toUpperCase();
  const day = DAYS.findIndex((name) => name === given || name.slice(0, 3) === given);
  if (day < 0) throw new ConditionError(`"${given}" is no day of the week, such as MONDAY.`);
  return day;
}

function text(properties: JsonMap, name: string, context: ConditionContext): string {
  const value = optionalText(properties, name, context);
  if (value === undefined) throw new ConditionError(`The condition lacks "${name}".`);
  return value;
}

function optionalText(
  properties: JsonMap,
  name: string,
  { templates, variables }: ConditionContext,
): string | undefined {
  const value = properties[name];
  if (value === undefined || value === null) return undefined;
  return textOf(typeof value === 'string' ? templates.render(value, variables) : value);
}
