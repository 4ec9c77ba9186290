import { isJsonList, isJsonMap, type Json, type JsonMap } from '../../json.ts';
import { bracketed, conditionType, inner, labelPairs, listOf, NoTerm, quoted, termOf } from './condition-term.ts';

/** States that a Flow trigger of 1.x hears of when it names none; what 2.0 does then is not certain. */
const HEARD = ['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'RETRIED', 'SKIPPED', 'PAUSED'];

/** An entry of `dependsOn` under construction. */
interface Draft {
  namespace?: string;
  flowId?: string;
  states: string[];
  labels: Record<string, string>;
  /** Expressions that are true or false. */
  terms: string[];
  /** A template that stands alone, as it was. */
  template?: string;
}

/** What goes into an entry: the states that the trigger names, and the conditions that all must hold. */
export interface DependencyParts {
  readonly states: Json | undefined;
  readonly conditions: readonly Json[];
  /** An entry of `preconditions.flows`. */
  readonly flow?: JsonMap;
  /** An entry of `preconditions.where`. */
  readonly where?: JsonMap;
}

/**
 * An entry of `dependsOn` that an execution meets when all of the parts hold.
 * @throws {NoTerm} when that cannot be said for certain.
 */
export function dependencyOf({ states, conditions, flow, where }: DependencyParts): JsonMap {
  const draft: Draft = { states: HEARD, labels: {}, terms: [] };
  keepStates(draft, states);
  if (flow) addFlow(draft, flow);
  if (where) draft.terms.push(whereTerm(where));
  for (const condition of conditions) addCondition(draft, condition);
  return entryOf(draft);
}

function entryOf({ namespace, flowId, states, labels, terms, template }: Draft): JsonMap {
  if (states.length === 0) throw new NoTerm('No state fits all of it. Mend the states.');
  if (template !== undefined && terms.length > 0)
    throw new NoTerm('An expression that is not visibly true or false stands beside others. Compare it with something.'); // prettier-ignore
  const when = template ?? (terms.length === 0 ? undefined : `{{ ${joined(terms)} }}`);
  return {
    ...(namespace !== undefined && { namespace }),
    ...(flowId !== undefined && { flowId }),
    states,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(when !== undefined && { when }),
  };
}

const joined = (terms: readonly string[]): string =>
  terms.length === 1 ? terms[0]! : terms.map(bracketed).join(' and ');

function addFlow(draft: Draft, { namespace, flowId, states, labels }: JsonMap): void {
  if (typeof namespace === 'string') draft.namespace = plain(namespace);
  if (typeof flowId === 'string') draft.flowId = plain(flowId);
  keepStates(draft, states);
  if (labels !== undefined) addLabels(draft, labels);
}

function addCondition(draft: Draft, condition: Json): void {
  const properties = condition as JsonMap;
  switch (conditionType(condition)) {
    case 'core.condition.ExecutionFlow':
    case 'core.condition.FlowCondition':
      if (draft.namespace !== undefined || draft.flowId !== undefined) break;
      addFlow(draft, { namespace: properties['namespace'], flowId: properties['flowId'] });
      return;
    case 'core.condition.ExecutionNamespace':
    case 'core.condition.FlowNamespaceCondition':
      if (draft.namespace !== undefined || !termOf(condition, 'execution').startsWith('namespace == ')) break;
      addFlow(draft, { namespace: properties['namespace'] });
      return;
    case 'core.condition.ExecutionStatus': {
      if (properties['in'] !== undefined) keepStates(draft, properties['in']);
      const without = listOf(properties['notIn']);
      draft.states = draft.states.filter((state) => !without.includes(state));
      return;
    }
    case 'core.condition.ExecutionLabels':
      addLabels(draft, properties['labels']);
      return;
    case 'core.condition.Expression':
    case 'core.condition.ExecutionOutputs':
      if (tryTerm(condition) !== undefined || draft.template !== undefined) break;
      draft.template = String(properties['expression'] as string);
      return;
    default:
  }
  draft.terms.push(termOf(condition, 'execution'));
}

function tryTerm(condition: Json): string | undefined {
  try {
    return termOf(condition, 'execution');
  } catch (error) {
    if (error instanceof NoTerm) return undefined;
    throw error;
  }
}

function keepStates(draft: Draft, states: Json | undefined): void {
  if (states === undefined || states === null) return;
  const kept = listOf(states);
  draft.states = draft.states.filter((state) => kept.includes(state));
}

function addLabels(draft: Draft, labels: Json | undefined): void {
  for (const [key, value] of labelPairs(labels)) {
    if (draft.labels[key] !== undefined && draft.labels[key] !== value) throw new NoTerm(`No label "${key}" fits all of it. Mend the labels.`); // prettier-ignore
    draft.labels[key] = plain(value);
  }
}

/** A name that is no template: entries are compared as they are written. @throws {NoTerm} */
function plain(text: string): string {
  if (/\{[{%]/.test(text)) throw new NoTerm(`${JSON.stringify(text)} is rendered. Write it as a comparison under "when".`); // prettier-ignore
  return text;
}

const FIELDS: Readonly<Record<string, string>> = { FLOW_ID: 'flowId', NAMESPACE: 'namespace', STATE: 'state' };

function whereTerm({ operand, filters }: JsonMap): string {
  const terms = listOf(filters).map((filter) => (isJsonMap(filter) ? filterTerm(filter) : filterTerm({})));
  if (terms.length === 0) throw new NoTerm('It has no filters. Remove it.');
  return operand === 'OR' ? terms.map(bracketed).join(' or ') : joined(terms);
}

function filterTerm({ field, type, value, values }: JsonMap): string {
  const name = FIELDS[String(field as string)];
  if (name === undefined) return expressionFilter(type, value);
  const text = (): string => quoted(String(value as string));
  const list = (): string => `[${(isJsonList(values) ? values : []).map((one) => quoted(String(one as string))).join(', ')}]`; // prettier-ignore
  switch (type) {
    case 'EQUAL_TO':
      return `${name} == ${text()}`;
    case 'NOT_EQUAL_TO':
      return `${name} != ${text()}`;
    case 'IN':
      return `${list()} contains ${name}`;
    case 'NOT_IN':
      return `not (${list()} contains ${name})`;
    case 'STARTS_WITH':
      return `${name} | startsWith(${text()})`;
    case 'ENDS_WITH':
      return `${name} | endsWith(${text()})`;
    case 'CONTAINS':
      return `${name} contains ${text()}`;
    case 'REGEX':
      return `${name} | regexMatch(${quoted(`^(?:${String(value as string)})$`)})`;
    default:
      throw new NoTerm(`The filter ${String(type as string)} of ${String(field as string)} has no counterpart. Write it under "when".`); // prettier-ignore
  }
}

function expressionFilter(type: Json | undefined, value: Json | undefined): string {
  const term = inner(value);
  const isTrue = termOfExpression(value);
  if (term === undefined || isTrue === undefined || (type !== 'IS_TRUE' && type !== 'IS_FALSE'))
    throw new NoTerm('A filter of an expression can be written when it is visibly true or false. Write it under "when".'); // prettier-ignore
  return type === 'IS_TRUE' ? isTrue : `not (${isTrue})`;
}

const termOfExpression = (expression: Json | undefined): string | undefined =>
  tryTerm({ type: 'core.condition.Expression', ...(expression !== undefined && { expression }) });
