import { namesOf } from '../../dialect/relocations.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../../json.ts';
import { isTemplate } from '../../template-text.ts';
import { migrationTemplates } from '../migration-templates.ts';

/** A condition that no expression says for certain; the message says why, and what to do. */
export class NoTerm extends Error {
  override readonly name = 'NoTerm';
}

/** Where a condition is judged: a Flow trigger's about an execution, the others' about a date. */
export type Subject = 'execution' | 'date';

type Say = (properties: JsonMap, subject: Subject) => string;

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const INSTANT = /T.*(?:Z|[+-]\d{2}:?\d{2})$/;

const SAYINGS: Readonly<Record<string, Say>> = {
  'core.condition.Expression': ({ expression }) => expressionTerm(expression),
  'core.condition.ExecutionOutputs': ({ expression }) => expressionTerm(expression),
  'core.condition.Weekend': (properties, subject) => `isWeekend(${dateOf(properties, subject)})`,
  'core.condition.DayWeek': (properties, subject) =>
    `dayOfWeek(${dateOf(properties, subject)}) == ${dayOf(properties)}`,
  'core.condition.DayWeekInMonth': (properties, subject) =>
    `isDayWeekInMonth(${dateOf(properties, subject)}, ${dayOf(properties)}, ${valueOf(properties['dayInMonth'])})`,
  'core.condition.PublicHoliday': publicHoliday,
  'core.condition.DateTimeBetween': dateTimeBetween,
  'core.condition.Not': ({ conditions }, subject) => `not (${termsOf(conditions, subject).join(' or ')})`,
  'core.condition.Or': ({ conditions }, subject) => termsOf(conditions, subject).join(' or '),
  'core.condition.ExecutionFlow': ({ namespace, flowId }) =>
    `namespace == ${valueOf(namespace)} and flowId == ${valueOf(flowId)}`,
  'core.condition.FlowCondition': ({ namespace, flowId }) =>
    `namespace == ${valueOf(namespace)} and flowId == ${valueOf(flowId)}`,
  'core.condition.ExecutionNamespace': namespaceTerm,
  'core.condition.FlowNamespaceCondition': namespaceTerm,
  'core.condition.ExecutionStatus': statusTerm,
  'core.condition.ExecutionLabels': ({ labels }) =>
    labelPairs(labels)
      .map(([key, value]) => `(labels[${quoted(key)}] ?? '') == ${quoted(value)}`)
      .join(' and '),
  'core.condition.HasRetryAttempt': hasRetryAttempt,
};

/**
 * What a condition of the older dialects says, as an expression that is true or false.
 * @throws {NoTerm} when that is not certain.
 */
export function termOf(condition: Json | undefined, subject: Subject): string {
  const type = conditionType(condition);
  const say = SAYINGS[type];
  if (!say && type === 'core.condition.TimeBetween')
    throw new NoTerm(
      'TimeBetween compares times of day across zones. Whole hours can be written as hourOfDay(trigger.date) >= 8.',
    );
  if (!say)
    throw new NoTerm(`${type === '' ? 'It' : type} has no counterpart. Write it as an expression under "when".`);
  if (subject === 'date' && /\.(Execution|HasRetry|Flow)/.test(type) && type !== 'core.condition.ExecutionOutputs')
    throw new NoTerm(`${type} is about an execution, which only a Flow trigger has. Remove it.`);
  return say(condition as JsonMap, subject);
}

/** Canonical type of a condition; empty for what is none. */
export function conditionType(condition: Json | undefined): string {
  const type = isJsonMap(condition) ? condition['type'] : undefined;
  if (typeof type !== 'string') return '';
  return namesOf(type).find((name) => name.startsWith('core.condition.')) ?? type;
}

export const listOf = (value: Json | undefined): readonly Json[] => {
  if (value === undefined || value === null) return [];
  return isJsonList(value) ? value : [value];
};

/** Labels given as a map or as a list of `key` and `value`. @throws {NoTerm} */
export function labelPairs(labels: Json | undefined): [key: string, value: string][] {
  const pairs = isJsonMap(labels)
    ? Object.entries(labels)
    : listOf(labels).map((entry) => (isJsonMap(entry) ? [entry['key'], entry['value']] : []));
  return pairs.map(([key, value]) => {
    if (
      typeof key !== 'string' ||
      key.includes('.') ||
      value === undefined ||
      value === null ||
      value === '' ||
      typeof value === 'object'
    )
      throw new NoTerm('Its labels cannot be written one by one. Write them under "when".');
    return [key, String(value)];
  });
}

/** A text without a template, between quotes. @throws {NoTerm} when it cannot stand there. */
export function quoted(text: string): string {
  if (/['\\]/.test(text) || isTemplate(text))
    throw new NoTerm(`${JSON.stringify(text)} cannot stand in an expression as it is. Write it under "when".`);
  return `'${text}'`;
}

/** What stands between the braces of a lone expression. */
export const inner = (template: Json | undefined): string | undefined =>
  typeof template === 'string' ? /^\s*\{\{((?:(?!\}\}|\{\{).)*)\}\}\s*$/s.exec(template)?.[1]?.trim() : undefined;

/** Brackets around what would bind otherwise. */
export const bracketed = (term: string): string => (/^[\w.]+(?:\([^()]*\))?$/.test(term) ? term : `(${term})`);

/** Terms that must all hold, as one. */
export const joinedTerms = (terms: readonly string[]): string =>
  terms.length === 1 ? terms[0]! : terms.map(bracketed).join(' and ');

function termsOf(conditions: Json | undefined, subject: Subject): string[] {
  const terms = listOf(conditions).map((condition) => bracketed(termOf(condition, subject)));
  if (terms.length === 0) throw new NoTerm('It has no conditions. Remove it.');
  return terms;
}

/** An expression that is true or false; of others the text counts, which `and` and `or` do not look at. */
function expressionTerm(expression: Json | undefined): string {
  const term = inner(expression);
  if (term === undefined || !migrationTemplates.givesBoolean(String(expression as string)))
    throw new NoTerm(
      'Its expression is not visibly true or false. Compare it with something, and write it under "when".',
    );
  return term;
}

/** A text as an expression, whether it is one already or not. */
function valueOf(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  const term = inner(text);
  return term === undefined ? quoted(text) : bracketed(term);
}

function dateOf({ date }: JsonMap, subject: Subject): string {
  if (date !== undefined) return valueOf(date);
  if (subject === 'date') return 'trigger.date';
  throw new NoTerm('A Flow trigger has no "trigger.date". Say which date is meant.');
}

function dayOf({ dayOfWeek }: JsonMap): string {
  const given = typeof dayOfWeek === 'string' ? dayOfWeek.toUpperCase() : '';
  const day = DAYS.find((name) => name === given || name.slice(0, 3) === given);
  return day === undefined ? valueOf(dayOfWeek) : `'${day}'`;
}

function publicHoliday(properties: JsonMap, subject: Subject): string {
  const { country, subDivision } = properties;
  if (country === undefined) throw new NoTerm('PublicHoliday goes by the country of the server. Name one.');
  const more = subDivision === undefined ? '' : `, ${valueOf(subDivision)}`;
  return `isPublicHoliday(${dateOf(properties, subject)}, ${valueOf(country)}${more})`;
}

/** Compared as points in time: the texts of two dates may differ in their zones. */
function dateTimeBetween(properties: JsonMap, subject: Subject): string {
  const date = `(${dateOf(properties, subject)} | timestampMilli)`;
  const { after, before } = properties;
  const point = (value: Json): string => {
    const text = valueOf(value);
    if (text.startsWith("'") && !INSTANT.test(text.slice(1, -1)))
      throw new NoTerm(`${text} goes by the zone of the server. Write its offset.`);
    return `(${text} | timestampMilli)`;
  };
  const terms = [
    ...(after === undefined ? [] : [`${date} > ${point(after)}`]),
    ...(before === undefined ? [] : [`${date} < ${point(before)}`]),
  ];
  if (terms.length === 0) throw new NoTerm('DateTimeBetween has neither "after" nor "before". Remove it.');
  return terms.join(' and ');
}

function namespaceTerm({ namespace, comparison, prefix }: JsonMap): string {
  const how = comparison ?? (prefix === true ? 'PREFIX' : 'EQUALS');
  if (how === 'PREFIX') return `namespace | startsWith(${valueOf(namespace)})`;
  if (how === 'SUFFIX') return `namespace | endsWith(${valueOf(namespace)})`;
  return `namespace == ${valueOf(namespace)}`;
}

function statusTerm({ in: included, notIn }: JsonMap): string {
  const states = (list: Json): string => `[${listOf(list).map(valueOf).join(', ')}]`;
  const terms = [
    ...(included === undefined ? [] : [`${states(included)} contains state`]),
    ...(notIn === undefined ? [] : [`not (${states(notIn)} contains state)`]),
  ];
  if (terms.length === 0) throw new NoTerm('ExecutionStatus names no states. Remove it.');
  return terms.join(' and ');
}

function hasRetryAttempt({ in: included, notIn }: JsonMap): string {
  if (included !== undefined || notIn !== undefined)
    throw new NoTerm('From 2.0 on nothing says in which state an attempt ended. Write "hasRetryAttempt" under "when".');
  return 'hasRetryAttempt';
}
