import { isJsonList, isJsonMap, type Json, type JsonMap } from '../../json.ts';
import { bracketed, joinedTerms, listOf, NoTerm, quoted, termOf } from './condition-term.ts';

const FIELDS: Readonly<Record<string, string>> = { FLOW_ID: 'flowId', NAMESPACE: 'namespace', STATE: 'state' };

/** An entry of `preconditions.where` as an expression about an execution. @throws {NoTerm} */
export function whereTerm({ operand, filters }: JsonMap): string {
  const terms = listOf(filters).map((filter) => (isJsonMap(filter) ? filterTerm(filter) : filterTerm({})));
  if (terms.length === 0) throw new NoTerm('It has no filters. Remove it.');
  return operand === 'OR' ? terms.map(bracketed).join(' or ') : joinedTerms(terms);
}

function filterTerm({ field, type, value, values }: JsonMap): string {
  const name = FIELDS[String(field as string)];
  if (name === undefined) return expressionFilter(type, value);
  const text = (): string => quoted(String(value as string));
  const list = (): string =>
    `[${(isJsonList(values) ? values : []).map((one) => quoted(String(one as string))).join(', ')}]`;
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
      throw new NoTerm(
        `The filter ${String(type as string)} of ${String(field as string)} has no counterpart. Write it under "when".`,
      );
  }
}

function expressionFilter(type: Json | undefined, value: Json | undefined): string {
  if (type !== 'IS_TRUE' && type !== 'IS_FALSE')
    throw new NoTerm(
      `The filter ${String(type as string)} of an expression has no counterpart. Write it under "when".`,
    );
  const term = termOf({ type: 'core.condition.Expression', expression: value ?? '' }, 'execution');
  return type === 'IS_TRUE' ? term : `not (${term})`;
}
