import type { ExecutionSnapshot, Json, JsonMap } from '@tutti/contracts';
import { ConditionError } from './condition-error.ts';
import { listOf } from './condition.ts';
import type { ConditionContext } from './condition.ts';
import { textOf } from './text-of.ts';

type Subject = Json | undefined;
type Test = (subject: Subject, value: string, values: readonly string[], context: ConditionContext) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  EQUAL_TO: (subject, value) => subject === value,
  NOT_EQUAL_TO: (subject, value) => subject !== value,
  IN: (subject, _, values) => values.includes(textOf(subject)),
  NOT_IN: (subject, _, values) => !values.includes(textOf(subject)),
  IS_TRUE: (subject) => textOf(subject) === 'true',
  IS_FALSE: (subject) => textOf(subject) === 'false',
  IS_NULL: isEmpty,
  IS_NOT_NULL: (subject) => !isEmpty(subject),
  STARTS_WITH: (subject, value) => textOf(subject).startsWith(value),
  ENDS_WITH: (subject, value) => textOf(subject).endsWith(value),
  CONTAINS: (subject, value) => textOf(subject).includes(value),
  // The expression language has regular expressions that cannot run away.
  REGEX: (subject, pattern, _, { templates }) =>
    templates.test("{{ subject | replace({pattern: 'yes'}, regexp=true) == 'yes' }}", {
      subject: textOf(subject),
      pattern: `^(?:${pattern})$`,
    }),
};

/** One entry of `preconditions.where`: filters joined by AND or OR. */
export function matchesFilters(
  { operand, filters }: JsonMap,
  context: ConditionContext & { readonly execution: ExecutionSnapshot },
): boolean {
  const all = (Array.isArray(filters) ? filters : []) as readonly JsonMap[];
  const matches = (filter: JsonMap): boolean => matchesFilter(filter, context);
  return operand === 'OR' ? all.some(matches) : all.every(matches);
}

function matchesFilter(
  { field, type, value, values }: JsonMap,
  context: ConditionContext & { readonly execution: ExecutionSnapshot },
): boolean {
  const test = TESTS[textOf(type)];
  if (!test) throw new ConditionError(`There is no filter of the type "${textOf(type)}".`);
  const text = typeof value === 'string' ? value : textOf(value ?? '');
  if (field === 'EXPRESSION')
    return test(context.templates.render(text, context.variables), '', listOf(values), context);
  return test(subjectOf(field, context.execution), text, listOf(values), context);
}

function subjectOf(field: Subject, execution: ExecutionSnapshot): string {
  switch (field) {
    case 'FLOW_ID':
      return execution.flowId;
    case 'NAMESPACE':
      return execution.namespace;
    case 'STATE':
      return execution.state;
    default:
      throw new ConditionError(`"${textOf(field)}" is not FLOW_ID, NAMESPACE, STATE or EXPRESSION.`);
  }
}

function isEmpty(subject: Subject): boolean {
  return subject === undefined || subject === null || subject === '';
}
