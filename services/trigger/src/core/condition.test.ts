import type { ExecutionSnapshot, JsonMap } from '@tutti/contracts';
import { Expressions } from '@tutti/expressions';
import { beforeAll, describe, expect, it } from 'vitest';
import { conditionFrom, holds } from './condition.ts';
import type { ConditionContext } from './condition.ts';
import { matchesFilters } from './execution-filter.ts';
import type { Templates } from './templates.ts';
import { timeZone } from './time-zone.ts';

const expressions = new Expressions();
/** Calendars are loaded when first asked for. */
beforeAll(async () => void (await expressions.render("{{ isPublicHoliday('2024-01-01', 'FR') }}", {})));
const templates: Templates = {
  render: (template, variables) => expressions.renderTyped(template, variables as never) as never,
  test: (condition, variables) => expressions.test(condition, variables as never) as boolean,
};
const context = (date: string, more: Partial<ConditionContext> = {}): ConditionContext => ({
  templates,
  zone: timeZone('Europe/Paris'),
  variables: { trigger: { date } },
  ...more,
});
const judge = (type: string, properties: JsonMap, given: ConditionContext): boolean =>
  holds({ type: `core.condition.${type}`, properties }, given);

/** A Monday, the third one of its month. */
const MONDAY = '2024-01-15T08:30:00+01:00';

describe('conditions on dates', () => {
  it.each<[string, JsonMap, boolean]>([
    ['DayWeek', { dayOfWeek: 'MONDAY' }, true],
    ['DayWeek', { dayOfWeek: 'SUNDAY' }, false],
    ['DayWeek', { dayOfWeek: 'SUNDAY', date: '2024-01-15T00:30:00+01:00' }, false],
    ['DayWeekInMonth', { dayOfWeek: 'MONDAY', dayInMonth: 'THIRD' }, true],
    ['DayWeekInMonth', { dayOfWeek: 'MONDAY', dayInMonth: 'FIRST' }, false],
    ['DayWeekInMonth', { dayOfWeek: 'MONDAY', dayInMonth: 'LAST', date: '2024-01-29' }, true],
    ['DayWeekInMonth', { dayOfWeek: 'MONDAY', dayInMonth: 'LAST', date: '2024-01-22' }, false],
    ['Weekend', {}, false],
    ['Weekend', { date: '2024-01-13T23:59:00Z' }, true],
    ['DateTimeBetween', { after: '2024-01-01T00:00:00Z' }, true],
    ['DateTimeBetween', { after: '2024-01-01T00:00:00Z', before: '2024-01-15T07:30:00Z' }, false],
    ['DateTimeBetween', { before: '2024-01-15T08:31:00' }, true],
    ['TimeBetween', { after: '08:00:00', before: '09:00' }, true],
    ['TimeBetween', { after: '08:00:00Z' }, false],
    ['TimeBetween', { after: '07:00:00Z', before: '08:00:00Z' }, true],
    ['PublicHoliday', { country: 'FR' }, false],
    ['PublicHoliday', { country: 'FR', date: '2024-07-14' }, true],
    ['Expression', { expression: "{{ trigger.date | date('MM') == '01' }}" }, true],
    ['VariableCondition', { expression: '{{ false }}' }, false],
    ['Not', { conditions: [{ type: 'core.condition.Weekend' }] }, true],
    [
      'Not',
      { conditions: [{ type: 'core.condition.Weekend' }, { type: 'DayWeekCondition', dayOfWeek: 'MONDAY' }] },
      false,
    ],
    ['Or', { conditions: [{ type: 'core.condition.Weekend' }, { type: 'DayWeek', dayOfWeek: 'MONDAY' }] }, true],
    ['Or', { conditions: [{ type: 'core.condition.Weekend' }] }, false],
  ])('%s %j is %s', (type, properties, expected) => {
    expect(judge(type, properties, context(MONDAY))).toBe(expected);
  });

  it.each<[string, JsonMap, RegExp]>([
    ['Sunny', {}, /no condition of the type "core.condition.Sunny"/],
    ['DayWeek', { dayOfWeek: 'MOANDAY' }, /no day of the week/],
    ['DayWeek', { dayOfWeek: 'MONDAY', date: 'soon' }, /no date and time/],
    ['TimeBetween', { after: 'noon' }, /no time of day/],
    ['DayWeek', {}, /lacks "dayOfWeek"/],
    ['ExecutionStatus', { in: ['SUCCESS'] }, /only a Flow trigger has/],
  ])('%s %j says what is wrong', (type, properties, message) => {
    expect(() => judge(type, properties, context(MONDAY))).toThrow(message);
  });
});

const execution: ExecutionSnapshot = {
  id: 'e',
  namespace: 'company.team',
  flowId: 'load',
  flowRevision: 1,
  state: 'WARNING',
  histories: [],
  version: 1,
  labels: [{ key: 'env', value: 'prod' }],
  outputs: { rows: 3 },
  originalId: 'e',
  attemptNumber: 2,
  createdAtMs: 0,
};
const about = context(MONDAY, { execution, variables: { outputs: { rows: 3 } } }) as ConditionContext & {
  execution: ExecutionSnapshot;
};

describe('conditions on executions', () => {
  it.each<[string, JsonMap, boolean]>([
    ['ExecutionFlow', { namespace: 'company.team', flowId: 'load' }, true],
    ['FlowCondition', { namespace: 'company.team', flowId: 'other' }, false],
    ['ExecutionNamespace', { namespace: 'company.team' }, true],
    ['ExecutionNamespace', { namespace: 'company' }, false],
    ['ExecutionNamespace', { namespace: 'company', prefix: true }, true],
    ['ExecutionNamespace', { namespace: 'team', comparison: 'SUFFIX' }, true],
    ['ExecutionStatus', { in: ['SUCCESS', 'WARNING'] }, true],
    ['ExecutionStatus', { notIn: ['WARNING'] }, false],
    ['ExecutionLabels', { labels: { env: 'prod' } }, true],
    ['ExecutionLabels', { labels: [{ key: 'env', value: 'test' }] }, false],
    ['ExecutionOutputs', { expression: '{{ outputs.rows > 2 }}' }, true],
    ['HasRetryAttempt', {}, true],
  ])('%s %j is %s', (type, properties, expected) => {
    expect(judge(type, properties, about)).toBe(expected);
  });

  it.each<[JsonMap, boolean]>([
    [{ field: 'FLOW_ID', type: 'EQUAL_TO', value: 'load' }, true],
    [{ field: 'NAMESPACE', type: 'STARTS_WITH', value: 'company' }, true],
    [{ field: 'NAMESPACE', type: 'REGEX', value: 'company\\..*' }, true],
    [{ field: 'NAMESPACE', type: 'REGEX', value: 'comp' }, false],
    [{ field: 'STATE', type: 'IN', values: ['SUCCESS', 'FAILED'] }, false],
    [{ field: 'STATE', type: 'NOT_IN', values: ['SUCCESS'] }, true],
    [{ field: 'EXPRESSION', type: 'IS_TRUE', value: '{{ outputs.rows == 3 }}' }, true],
    [{ field: 'EXPRESSION', type: 'IS_NULL', value: "{{ outputs.none ?? '' }}" }, true],
  ])('the filter %j is %s', (filter, expected) => {
    expect(matchesFilters({ filters: [filter] }, about)).toBe(expected);
  });

  it('joins filters by AND, or by OR', () => {
    const filters = [
      { field: 'FLOW_ID', type: 'EQUAL_TO', value: 'load' },
      { field: 'STATE', type: 'EQUAL_TO', value: 'SUCCESS' },
    ];
    expect(matchesFilters({ filters, operand: 'AND' }, about)).toBe(false);
    expect(matchesFilters({ filters, operand: 'OR' }, about)).toBe(true);
  });
});

it('refuses a nested condition without a type', () => {
  expect(() => conditionFrom({ dayOfWeek: 'MONDAY' })).toThrow('has no type');
});
