import type { Json, JsonMap } from '../../json.ts';
import { conditionType, joinedTerms, labelPairs, listOf, NoTerm, termOf } from './condition-term.ts';
import { whereTerm } from './filter-term.ts';

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
    throw new NoTerm(
      'An expression that is not visibly true or false stands beside others. Compare it with something.',
    );
  const when = template ?? (terms.length === 0 ? undefined : `{{ ${joinedTerms(terms)} }}`);
  return {
    ...(namespace !== undefined && { namespace }),
    ...(flowId !== undefined && { flowId }),
    states,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(when !== undefined && { when }),
  };
}

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
    if (draft.labels[key] !== undefined && draft.labels[key] !== value)
      throw new NoTerm(`No label "${key}" fits all of it. Mend the labels.`);
    draft.labels[key] = plain(value);
  }
}

/** A name that is no template: entries are compared as they are written. @throws {NoTerm} */
function plain(text: string): string {
  if (/\{[{%]/.test(text))
    throw new NoTerm(`${JSON.stringify(text)} is rendered. Write it as a comparison under "when".`);
  return text;
}
