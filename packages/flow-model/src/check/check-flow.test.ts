import { describe, expect, it } from 'vitest';
import { parseFlow } from '../parse-flow.ts';
import { testCatalogue } from '../testing/test-catalogue.ts';

const catalogue = testCatalogue();
const LOG = '{id: l, type: core.log.Log, message: m}';
const HEAD = `id: f\nnamespace: company.team\n`;

/** What is found, each with the part of the source it points at, up to the next comma or bracket. */
function found(source: string): string[] {
  const lines = source.split('\n');
  return parseFlow(source, catalogue).findings.map(({ severity, code, line, column }) => {
    const at = lines[line! - 1]!.slice(column! - 1);
    return `${severity} ${code} ${/^[^,:\]}]*/.exec(at)![0].trim()}`;
  });
}

const withTask = (task: string): string => `${HEAD}tasks: [${task}]\n`;
const withInput = (input: string): string => `${HEAD}inputs: [${input}]\ntasks: [${LOG}]\n`;
const withTrigger = (trigger: string): string => `${HEAD}tasks: [${LOG}]\ntriggers: [${trigger}]\n`;
const schedule = (conditions: string): string => withTrigger(`{id: t, type: core.trigger.Schedule, cron: "@daily", conditions: [${conditions}]}`); // prettier-ignore
const flowTrigger = (rest: string): string => withTrigger(`{id: t, type: core.trigger.Flow, ${rest}}`);
const DAY = 'type: core.condition.DayWeek';

describe('what would have no effect is warned of:', () => {
  it.each([
    ['a name beside the one that replaced it', withTask('{id: l, type: core.log.Log, message: m, runIf: "a", when: "b"}'), 'when'],
    ['the timeout of a group', withTask(`{id: s, type: core.flow.Sequential, timeout: PT1S, tasks: [${LOG}]}`), 'timeout'],
    ['the cache of a group', withTask(`{id: s, type: core.flow.Sequential, taskCache: {enabled: true}, tasks: [${LOG}]}`), 'taskCache'],
    ['where a task may run otherwise', withTask('{id: l, type: core.log.Log, message: m, workerGroup: {key: a, fallback: WAIT}}'), 'fallback'],
    ['batches by a pattern', withTask('{id: e, type: core.flow.ForEachItem, items: i, namespace: a, flowId: b, batch: {regexPattern: x}}'), 'regexPattern'],
    ['a mode without entries', flowTrigger('states: [FAILED], when: a, mode: ANY'), 'mode'],
    ['a number without its mode', flowTrigger('dependsOn: [{flowId: a}], minSatisfied: 1'), 'minSatisfied'],
    ['states of attempts', flowTrigger('conditions: [{type: core.condition.HasRetryAttempt, in: [FAILED]}]'), 'in'],
  ])('%s', (_what, source, at) => {
    expect(found(source)).toEqual([`WARNING PROPERTY_IGNORED ${at}`]);
  }); // prettier-ignore
});

describe('conditions', () => {
  it.each([
    [`{${DAY}, dayOfWeek: FUNDAY}`, 'PROPERTY_INVALID FUNDAY'],
    ['{type: core.condition.DayWeekInMonth, dayOfWeek: MONDAY, dayInMonth: FIFTH}', 'PROPERTY_INVALID FIFTH'],
    ['{type: core.condition.TimeBetween, after: noon}', 'PROPERTY_INVALID noon'],
    [`{type: core.condition.Not, conditions: [{${DAY}, dayOfWeek: MON}, {${DAY}, dayOfWeek: MOON}]}`, 'PROPERTY_INVALID MOON'],
    ['{type: core.condition.ExecutionStatus, in: [FAILED]}', 'CONDITION_MISPLACED core.condition.ExecutionStatus'],
  ])('of a schedule: %s is refused', (condition, fault) => {
    expect(found(schedule(condition))).toEqual([`ERROR ${fault}`]);
  }); // prettier-ignore

  it.each([`{${DAY}, dayOfWeek: "{{ vars.day }}"}`, `{${DAY}, dayOfWeek: fri}`, '{type: core.condition.TimeBetween, before: "08:00:00+01:00"}'])('of a schedule: %s is fine', (condition) => {
    expect(found(schedule(condition))).toEqual([]);
  }); // prettier-ignore

  it('of a flow trigger name states that there are', () => {
    expect(found(flowTrigger('stopAfter: [FAILD], conditions: [{type: core.condition.ExecutionStatus, in: [FAILED, OK]}]'))).toEqual([
      'ERROR PROPERTY_INVALID FAILD',
      'ERROR PROPERTY_INVALID OK',
    ]); // prettier-ignore
  });
});

describe('a flow trigger', () => {
  it.each([
    ['preconditions: {id: p}', 'PROPERTY_MISSING {id'],
    ['preconditions: {id: p, flows: [], timeWindow: {type: SLIDING_WINDOW, deadline: "09:00"}}', 'PROPERTY_INVALID deadline'],
    ['preconditions: {id: p, where: [{id: w, filters: [{field: STATE, type: IN}]}]}', 'PROPERTY_MISSING {field'],
    ['preconditions: {id: p, where: [{id: w, filters: [{field: STATE, type: EQUAL_TO, value: A, values: [B]}]}]}', 'PROPERTY_INVALID values'],
    ['dependsOn: [{flowId: a}], mode: AT_LEAST', 'PROPERTY_MISSING {id'],
    ['dependsOn: [{flowId: a}], mode: AT_LEAST, minSatisfied: 2', 'PROPERTY_INVALID 2'],
    ['dependsOn: [{flowId: a}], window: {deadline: "09:00", every: PT1H}', 'PROPERTY_INVALID {deadline'],
  ])('with %s is refused', (rest, fault) => {
    expect(found(flowTrigger(rest))).toEqual([`ERROR ${fault}`]);
  }); // prettier-ignore
});

describe('an input', () => {
  it.each([
    ['{id: x, type: INT, defaults: abc}', 'WARNING INPUT_DEFAULT_INVALID abc'],
    ['{id: x, type: INT, max: 3, defaults: 4}', 'WARNING INPUT_DEFAULT_INVALID 4'],
    ['{id: x, type: SELECT, values: [a], defaults: b}', 'WARNING INPUT_DEFAULT_INVALID b'],
    ['{id: x, type: FILE, defaults: here.csv}', 'WARNING INPUT_DEFAULT_INVALID here.csv'],
    ['{id: x, type: DATE, after: soon}', 'ERROR PROPERTY_INVALID soon'],
    ['{id: x, type: DURATION, min: long}', 'ERROR PROPERTY_INVALID long'],
    ['{id: x, type: FLOAT, min: low}', 'ERROR PROPERTY_INVALID low'],
  ])('%s is found at its place', (input, fault) => {
    expect(found(withInput(input))).toEqual([fault]);
  });

  it.each([
    '{id: x, type: INT, defaults: "{{ 1 }}"}',
    '{id: x, type: INT, defaults: "7", min: 1}',
    '{id: x, type: SELECT, values: [a], allowCustomValue: true, defaults: b}',
    '{id: x, type: SELECT, expression: "{{ [1] }}", defaults: b}',
    '{id: x, type: JSON, defaults: {a: 1}}',
    '{id: x, type: JSON, defaults: "{\\"a\\": 1}"}',
    '{id: x, type: ARRAY, itemType: INT, defaults: [1, 2]}',
    '{id: x, type: FILE, defaults: "nsfile:///a.csv"}',
    '{id: x, type: BOOLEAN, defaults: false}',
    '{id: x, type: DURATION, defaults: PT1H, min: PT1M}',
  ])('%s is fine', (input) => {
    expect(found(withInput(input))).toEqual([]);
  });
});
