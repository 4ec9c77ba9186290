import { Expressions } from '@tutti/expressions';
import { describe, expect, it } from 'vitest';
import { parseFlow } from '../../parse-flow.ts';
import { testCatalogue } from '../../testing/test-catalogue.ts';
import { migrate } from '../migrate.ts';

const catalogue = testCatalogue();
const expressions = new Expressions();
const HEAD = 'id: f\nnamespace: company.team\ntasks: [{id: a, type: core.log.Log, message: m}]\ntriggers:\n';
const toTwo = (trigger: string) => migrate(HEAD + trigger, '2.0', catalogue);
const bodyOf = (source: string): string => source.slice(HEAD.length);

/** The trigger after the migration, as it is read. */
function triggerOf(trigger: string) {
  const { source, left } = toTwo(trigger);
  expect(left).toEqual([]);
  const { flow, findings } = parseFlow(source, catalogue, { templates: expressions });
  expect(findings.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
  return flow!.triggers[0]!;
}

const schedule = (...conditions: string[]): string =>
  `  - id: t\n    type: core.trigger.Schedule\n    cron: "@daily"\n    conditions:\n${conditions.map((one) => `      - ${one}\n`).join('')}`; // prettier-ignore
const condition = (type: string, properties = ''): string => `{type: io.kestra.plugin.core.condition.${type}${properties}}`; // prettier-ignore

const MONDAY = '2024-01-01T00:30:00+01:00';
const SATURDAY = '2024-01-06T12:00:00Z';

describe('conditions to "when"', () => {
  it.each([
    [condition('DayWeek', ', dayOfWeek: mon'), "dayOfWeek(trigger.date) == 'MONDAY'", true, false],
    [condition('DayWeekInMonth', ', dayOfWeek: SATURDAY, dayInMonth: FIRST'), "isDayWeekInMonth(trigger.date, 'SATURDAY', 'FIRST')", false, true],
    [condition('Weekend'), 'isWeekend(trigger.date)', false, true],
    [condition('PublicHoliday', ', country: FR'), "isPublicHoliday(trigger.date, 'FR')", true, false],
    [condition('DateTimeBetween', ', after: "2024-01-01T00:00:00Z"'), "(trigger.date | timestampMilli) > ('2024-01-01T00:00:00Z' | timestampMilli)", false, true],
    [condition('DateTimeBetween', ', date: "{{ trigger.date }}", before: "2024-01-01T00:00:00Z"'), "(trigger.date | timestampMilli) < ('2024-01-01T00:00:00Z' | timestampMilli)", true, false],
    [condition('Not', `, conditions: [${condition('Weekend')}, ${condition('DayWeek', ', dayOfWeek: SUNDAY')}]`), "not (isWeekend(trigger.date) or (dayOfWeek(trigger.date) == 'SUNDAY'))", true, false],
    [condition('Or', `, conditions: [${condition('Weekend')}, ${condition('DayWeek', ', dayOfWeek: MONDAY')}]`), "isWeekend(trigger.date) or (dayOfWeek(trigger.date) == 'MONDAY')", true, true],
    [condition('Expression', ', expression: "{{ trigger.date }}"'), 'trigger.date', true, true],
  ])('%s says the same of a Monday and of a Saturday', async (written, term, onMonday, onSaturday) => { // prettier-ignore
    const { when } = triggerOf(schedule(written));
    expect(when).toBe(`{{ ${term} }}`);
    expect(await expressions.test(when!, { trigger: { date: MONDAY } })).toBe(onMonday);
    expect(await expressions.test(when!, { trigger: { date: SATURDAY } })).toBe(onSaturday);
  }); // prettier-ignore

  it('of which all must hold become one, behind the comments that stood there', () => {
    const { source } = toTwo(`  - id: t
    type: core.trigger.Schedule
    cron: "@daily"
    conditions: # of old
      # at weekends
      - type: io.kestra.plugin.core.condition.Weekend
      - type: io.kestra.plugin.core.condition.Expression # this year
        expression: "{{ trigger.date is defined }}"
    # behind
    timezone: UTC
`);
    expect(bodyOf(source)).toBe(`  - id: t
    type: core.trigger.Schedule
    cron: "@daily"
    # of old
    # at weekends
    # this year
    when: "{{ isWeekend(trigger.date) and (trigger.date is defined) }}"
    # behind
    timezone: UTC
`);
  });

  it.each([
    ['compares times of day', condition('TimeBetween', ', after: "08:00:00+01:00"')],
    ['country of the server', condition('PublicHoliday')],
    ['zone of the server', condition('DateTimeBetween', ', after: "2024-01-01T00:00:00"')],
    ['about an execution', condition('ExecutionStatus', ', in: [FAILED]')],
    ['not visibly true or false', `${condition('Weekend')}\n      - ${condition('Expression', ', expression: "{{ vars.x }}"')}`],
    ['not visibly true or false', `${condition('Weekend')}\n      - ${condition('Expression', ', expression: "{% if true %}x{% endif %}"')}`],
  ])('stay when the expression would not be certain: %s', (why, written) => { // prettier-ignore
    const trigger = schedule(written);
    const { source, left } = toTwo(trigger);
    expect(bodyOf(source)).toBe(trigger);
    expect(left).toEqual([expect.objectContaining({ line: 8, column: 5, message: expect.stringContaining(why) as string })]); // prettier-ignore
  }); // prettier-ignore
});

const ALL = ['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'RETRIED', 'SKIPPED', 'PAUSED'];
const flowTrigger = (rest: string): string => `  - id: t\n    type: core.trigger.Flow\n${rest}`;

describe('Flow triggers to "dependsOn"', () => {
  it('conditions of one execution become one entry', () => {
    const { properties, conditions } = triggerOf(
      flowTrigger(`    states: [SUCCESS, WARNING, FAILED]
    conditions:
      - ${condition('ExecutionFlow', ', namespace: a.b, flowId: c')}
      - ${condition('ExecutionStatus', ', in: [FAILED, KILLED, SUCCESS], notIn: [SUCCESS]')}
      - ${condition('ExecutionLabels', ', labels: {team: x}')}
      - ${condition('ExecutionNamespace', ', namespace: a, comparison: PREFIX')}
      - ${condition('Expression', ', expression: "{{ trigger.outputs.rows > 3 }}"')}
`),
    );
    expect(conditions).toBeUndefined();
    expect(properties).toEqual({
      dependsOn: [
        { namespace: 'a.b', flowId: 'c', states: ['FAILED'], labels: { team: 'x' }, when: "{{ (namespace | startsWith('a')) and (trigger.outputs.rows > 3) }}" }, // prettier-ignore
      ],
    });
  });

  it('a template of its own stays as it is', () => {
    const { properties } = triggerOf(flowTrigger(`    conditions: [${condition('Expression', ', expression: "{% if outputs.a %}yes{% endif %}"')}]\n`)); // prettier-ignore
    expect(properties).toEqual({ dependsOn: [{ states: ALL, when: '{% if outputs.a %}yes{% endif %}' }] });
  });

  it('alternatives are said by names of the execution', () => {
    const { properties } = triggerOf(
      flowTrigger(`    conditions:
      - type: io.kestra.core.models.conditions.types.OrCondition
        conditions:
          - ${condition('ExecutionFlow', ', namespace: a, flowId: b')}
          - ${condition('Not', `, conditions: [${condition('ExecutionStatus', ', in: [FAILED]')}]`)}
`),
    );
    const [{ when }] = properties['dependsOn'] as unknown as [{ when: string }];
    const test = (namespace: string, flowId: string, state: string) => expressions.test(when, { namespace, flowId, state }); // prettier-ignore
    expect([test('a', 'b', 'FAILED'), test('a', 'c', 'FAILED'), test('x', 'y', 'SUCCESS')]).toEqual([true, false, true]); // prettier-ignore
  });

  it('preconditions become entries and a window', () => {
    const { properties } = triggerOf(
      flowTrigger(`    preconditions:
      id: both
      timeWindow: {type: DAILY_TIME_WINDOW, startTime: "06:00:00", endTime: "09:00:00"}
      flows:
        - {namespace: a, flowId: b, states: [SUCCESS]}
        - {namespace: a, flowId: c, labels: {k: v}}
      where:
        - id: other
          operand: OR
          filters:
            - {field: FLOW_ID, type: IN, values: [x, y]}
            - {field: NAMESPACE, type: STARTS_WITH, value: z}
`),
    );
    expect(properties).toEqual({
      dependsOn: [
        { namespace: 'a', flowId: 'b', states: ['SUCCESS'] },
        { namespace: 'a', flowId: 'c', states: ALL, labels: { k: 'v' } },
        { states: ALL, when: "{{ (['x', 'y'] contains flowId) or (namespace | startsWith('z')) }}" },
      ],
      window: { from: '06:00:00', to: '09:00:00' },
    });
  });

  it.each([
    ['{type: DURATION_WINDOW, window: PT6H, windowAdvance: PT1H}', { every: 'PT6H', offset: 'PT1H' }],
    ['{type: SLIDING_WINDOW, window: PT1H}', { lookback: 'PT1H' }],
    ['{type: DAILY_TIME_DEADLINE, deadline: "09:00:00Z"}', { deadline: '09:00:00Z' }],
    ['{}', { every: 'PT24H' }],
  ])('the window %s becomes %j', (timeWindow, window) => {
    const { properties } = triggerOf(
      flowTrigger(`    conditions:
      - type: io.kestra.plugin.core.condition.MultipleCondition
        id: multiple
        timeWindow: ${timeWindow}
        conditions:
          one: ${condition('ExecutionFlow', ', namespace: a, flowId: b')}
          two: ${condition('ExecutionFlow', ', namespace: a, flowId: c')}
`),
    );
    expect(properties).toMatchObject({ dependsOn: [{ flowId: 'b' }, { flowId: 'c' }], window });
  });

  it('outputs of several flows are to be asked for by their flow', () => {
    const { left, source } = toTwo(
      flowTrigger(`    inputs: {rows: "{{ trigger.outputs.rows }}", other: "{{ trigger.outputs.b.rows }}"}
    preconditions:
      id: both
      flows: [{namespace: a, flowId: b}, {namespace: a, flowId: c}]
`),
    );
    expect(source).toContain('dependsOn:');
    expect(left).toEqual([{ line: 7, column: 24, path: 'triggers[0].inputs.rows', message: expect.stringContaining('trigger.outputs.<flowId>.rows') as string }]); // prettier-ignore
  });

  it('a window that goes on after it has fired stays', () => {
    const trigger = flowTrigger(`    preconditions:
      id: both
      resetOnSuccess: false
      flows: [{namespace: a, flowId: b}, {namespace: a, flowId: c}]
`);
    const { source, left } = toTwo(trigger);
    expect(bodyOf(source)).toBe(trigger);
    expect(left).toEqual([expect.objectContaining({ line: 7, message: expect.stringContaining('fireOnce') as string })]); // prettier-ignore
  });
});
