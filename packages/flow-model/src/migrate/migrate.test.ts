import { describe, expect, it } from 'vitest';
import type { Flow } from '../flow.ts';
import { parseFlow } from '../parse-flow.ts';
import { testCatalogue } from '../testing/test-catalogue.ts';
import { migrate } from './migrate.ts';

const catalogue = testCatalogue();
/** The flow without the names of types as they were written. */
const flowOf = (source: string): Flow =>
  JSON.parse(JSON.stringify(parseFlow(source, catalogue).flow, (key, value: unknown) => (key === 'typeAsWritten' ? undefined : value))) as Flow; // prettier-ignore

const OLD = `# Loads the trips.
id: trips   # never renamed
namespace: company.team
inputs:
  - name: day   # of the week
    type: STRING
    defaults: monday
  - {name: full, type: BOOLEAN, defaults: false}
taskDefaults:
  - type: io.kestra.core.tasks.log.Log
    values:
      level: WARN
  - type: io.kestra.plugin.jdbc.postgresql
    values: {url: "jdbc:postgresql://h/d", username: "{{ secret('USER') }}"}
    forced: true
tasks:
  - id: wait
    type: io.kestra.plugin.core.flow.WaitFor # until it is there
    condition: "{{ true }}"
    tasks:
      - id: log
        type: io.kestra.core.tasks.log.Log
        # said every time
        message: "{{ inputs.day }}"
        runIf: "{{ inputs.full }}"
        retry: {type: constant, interval: PT1S, maxAttempt: 3}
  - id: run
    type: 'io.kestra.plugin.scripts.python.Script'
    runner: DOCKER
    docker:
      image: python:3.11
      networkMode: host
    script: |
      # a script with runner: in it
      print(1)

  - {id: query, type: io.kestra.plugin.jdbc.postgresql.Query, sql: SELECT 1, store: true, username: own}
  - id: first
    type: io.kestra.plugin.jdbc.postgresql.Query
    sql: SELECT 2
    fetchOne: false
triggers:
  - id: daily
    type: io.kestra.core.models.triggers.types.Schedule
    cron: 0 0 * * *
    scheduleConditions:
      - type: io.kestra.core.models.conditions.types.DayWeekCondition
        dayOfWeek: MONDAY
      - type: io.kestra.core.models.conditions.types.VariableCondition
        expression: "{{ trigger.date is defined }}"
`;

describe('migrate', () => {
  it('to 1.x writes every newer name and changes nothing else', () => {
    const { source, changes, left } = migrate(OLD, '1.x', catalogue);
    expect(flowOf(source)).toEqual(flowOf(OLD));
    expect(parseFlow(source, catalogue).findings).toEqual([]);
    expect(left).toEqual([]);
    expect(changes.map(({ line, message }) => `${line} ${message}`)).toContain('5 "name" -> "id"');
    expect(source.split('\n').slice(0, 10)).toEqual([
      '# Loads the trips.',
      'id: trips   # never renamed',
      'namespace: company.team',
      'inputs:',
      '  - id: day   # of the week',
      '    type: STRING',
      '    defaults: monday',
      '  - {id: full, type: BOOLEAN, defaults: false}',
      'pluginDefaults:',
      '  - type: io.kestra.plugin.core.log.Log',
    ]);
    expect(source).toContain(`    taskRunner:
      type: io.kestra.plugin.scripts.runner.docker.Docker
      networkMode: host
    containerImage: python:3.11
    script: |
      # a script with runner: in it
      print(1)

  - {id: query, type: io.kestra.plugin.jdbc.postgresql.Query, sql: SELECT 1, fetchType: "STORE", username: own}
`);
  });

  it('to 1.x is done once: a second time there is nothing to do', () => {
    const { source } = migrate(OLD, '1.x', catalogue);
    expect(migrate(source, '1.x', catalogue)).toEqual({ source, changes: [], left: [] });
  });

  it('to 2.0 writes plugin defaults into the tasks, and "when" for every condition', () => {
    const { source, left } = migrate(OLD, '2.0', catalogue);
    const [before, after] = [flowOf(OLD), flowOf(source)];
    expect(after.tasks).toEqual(before.tasks);
    expect(source).not.toMatch(/pluginDefaults|taskDefaults|conditions|BOOLEAN/);
    expect(source).toContain('# said every time');
    expect(after.triggers[0]).toMatchObject({
      when: "{{ (dayOfWeek(trigger.date) == 'MONDAY') and (trigger.date is defined) }}",
    });
    expect(left).toEqual([]);
  });

  it('to 2.0 writes defaults of conditions and task runners too, and keeps every comment', () => {
    const source = `id: f
namespace: company.team
pluginDefaults: # of the team
  # every container
  - type: io.kestra.plugin.scripts.runner.docker.Docker
    values: {pullPolicy: NEVER} # ours are local
  - type: io.kestra.plugin.core.condition.DayWeek
    values: {dayOfWeek: MONDAY}
  - type: io.kestra.plugin.core.log.Log
    values: {level: WARN}
tasks:
  - type: io.kestra.plugin.core.log.Log # loud
    id: log
    message: m
  - id: run
    type: io.kestra.plugin.scripts.python.Script
    taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker}
    script: print(1)
triggers:
  - conditions: # once a week
      - type: io.kestra.plugin.core.condition.DayWeek
    id: daily
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "@daily"
`;
    const { source: newer, left } = migrate(source, '2.0', catalogue);
    expect(left).toEqual([]);
    expect(flowOf(newer).tasks).toEqual(flowOf(source).tasks);
    expect(newer).toBe(`id: f
namespace: company.team
# of the team
# every container
# ours are local
tasks:
  - type: io.kestra.plugin.core.log.Log # loud
    level: WARN
    id: log
    message: m
  - id: run
    type: io.kestra.plugin.scripts.python.Script
    taskRunner:
      pullPolicy: NEVER
      type: io.kestra.plugin.scripts.runner.docker.Docker
    script: print(1)
triggers:
  - # once a week
    when: "{{ dayOfWeek(trigger.date) == 'MONDAY' }}"
    id: daily
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "@daily"
`);
  });

  it('takes the first pair of an item away without moving the others', () => {
    const source = `id: f
namespace: company.team
tasks:
  - colour: red # of old
    id: a
    type: io.kestra.core.tasks.log.Log
    message: m
  - id: b
    type: io.kestra.core.tasks.log.Log
    message: m
    colour: |
      red

# the end
`;
    expect(migrate(source, '1.x', catalogue).source).toBe(`id: f
namespace: company.team
tasks:
  - # of old
    id: a
    type: io.kestra.plugin.core.log.Log
    message: m
  - id: b
    type: io.kestra.plugin.core.log.Log
    message: m

# the end
`);
  });

  it('to 2.0 says what it leaves, and what to write instead', () => {
    const source = `id: f
namespace: company.team
tasks:
  - {id: each, type: core.flow.ForEachItem, items: x, namespace: a, flowId: b, allowFailure: true}
triggers:
  - id: t
    type: core.trigger.Webhook
    key: k
    conditions:
      - {type: io.kestra.plugin.core.condition.TimeBetween, after: "08:00:00Z"}
`;
    const { source: same, left } = migrate(source, '2.0', catalogue);
    expect(same).toBe(source);
    expect(left.map(({ path, line }) => `${line} ${path}`)).toEqual([
      '4 tasks[0].allowFailure',
      '9 triggers[0].conditions',
    ]);
  });

  it('to 2.0 renames types of inputs that a task asks for, and says which properties are gone', () => {
    const source = `id: f
namespace: company.team
tasks:
  - id: wait
    type: io.kestra.plugin.core.flow.Pause
    onResume: [{id: ok, type: BOOLEAN}]
    tasks: [{id: a, type: core.log.Log, message: m}]
`;
    const { source: newer, left } = migrate(source, '2.0', catalogue);
    expect(newer).toBe(source.replace('BOOLEAN', 'BOOL'));
    expect(left).toEqual([{ path: 'tasks[0].tasks', line: 7, column: 5, message: '"tasks" is not in 2.0. Write them behind the Pause.' }]); // prettier-ignore
  });

  it('takes out what only the oldest names let pass', () => {
    const source = `id: f
namespace: company.team
tasks:
  - id: a
    type: io.kestra.core.tasks.log.Log
    # of no use
    colour: red
    message: m
  - {id: b, type: io.kestra.core.tasks.log.Log, message: m, colour: red}
`;
    const { source: newer } = migrate(source, '1.x', catalogue);
    expect(newer).toBe(source.replaceAll('io.kestra.core.tasks', 'io.kestra.plugin.core').replace('    colour: red\n', '').replace(', colour: red', '')); // prettier-ignore
    expect(parseFlow(newer, catalogue).findings).toEqual([]);
  });

  it('from 2.0 to 1.x takes "when" back', () => {
    const source = `id: f\nnamespace: company.team\nchecks:\n  - when: "{{ true }}" # always\n    message: m\ntasks:\n  - {id: a, type: core.log.Log, message: m, when: "{{ false }}"}\n`; // prettier-ignore
    const { source: older } = migrate(source, '1.x', catalogue);
    expect(older).toBe(source.replace('  - when:', '  - condition:').replace('m, when:', 'm, runIf:'));
  });

  it('to 2.0 puts parentheses where an expression would be read in another way', () => {
    const source = `id: f
namespace: company.team
tasks:
  - id: a
    type: io.kestra.plugin.core.log.Log
    message: >- # said twice
      On {{ trigger.date ?? execution.startDate
      | date('yyyy') }} and {{ 'x' ~ inputs.a ?? 'y' }}
  - {id: b, type: io.kestra.plugin.core.log.Log, message: 'It''s {{ inputs.a ?? ''b'' | upper }}'}
`;
    const { source: settled, left } = migrate(source, '2.0', catalogue);
    expect(settled).toBe(
      source
        .replace('trigger.date ?? execution.startDate', '(trigger.date ?? execution.startDate)')
        .replace("inputs.a ?? 'y'", "(inputs.a ?? 'y')")
        .replace("inputs.a ?? ''b''", "(inputs.a ?? ''b'')"),
    );
    expect(left).toEqual([]);
    expect(migrate(settled, '2.0', catalogue).changes).toEqual([]);
  });

  it('from 2.0 to 1.x writes the conditions of triggers in the words of 1.x', () => {
    const source = `id: f
namespace: company.team
tasks: [{id: a, type: core.log.Log, message: m}]
triggers:
  - id: weekends
    type: core.trigger.Schedule
    cron: "@daily"
    when: "{{ isWeekend(trigger.date) }}"
  - id: both
    type: core.trigger.Flow
    # of the morning
    dependsOn: [{namespace: a, flowId: b, states: [SUCCESS]}, {namespace: a, flowId: c}]
    window: {lookback: PT1H}
`;
    const { source: older, left } = migrate(source, '1.x', catalogue);
    expect(left).toEqual([]);
    expect(older).toContain('    # of the morning\n    preconditions:\n');
    const { triggers } = flowOf(older);
    expect(triggers[0]).toMatchObject({ conditions: [{ type: 'core.condition.Expression', properties: { expression: '{{ isWeekend(trigger.date) }}' } }] }); // prettier-ignore
    expect(triggers[1]!.properties['preconditions']).toMatchObject({
      flows: [{ flowId: 'b', states: ['SUCCESS'] }, { flowId: 'c' }],
      timeWindow: { type: 'SLIDING_WINDOW', window: 'PT1H' },
    });
    const back = flowOf(migrate(older, '2.0', catalogue).source);
    expect(back.triggers[0]).toEqual(flowOf(source).triggers[0]);
    expect(back.triggers[1]!.properties).toMatchObject({ dependsOn: [{ flowId: 'b', states: ['SUCCESS'] }, { flowId: 'c' }], window: { lookback: 'PT1H' } }); // prettier-ignore
  });

  it('from 2.0 to 1.x says what 1.x does not have', () => {
    const source = `id: f
namespace: company.team
tasks:
  - {id: each, type: core.flow.Loop, values: [1], outputs: [], tasks: [{id: a, type: core.log.Log, message: m}]}
triggers:
  - {id: t, type: core.trigger.Flow, dependsOn: [{when: "{{ state == 'FAILED' }}"}]}
  - {id: u, type: core.trigger.Flow, when: "{{ state == 'FAILED' }}"}
`;
    const { source: same, left } = migrate(source, '1.x', catalogue);
    expect(same).toBe(source);
    expect(left.map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '4:51 tasks[0].outputs',
      '6:38 triggers[0].dependsOn',
      '7:38 triggers[1].when',
    ]);
  });

  it('refuses what it cannot read', () => {
    expect(() => migrate('a: [', '1.x', catalogue)).toThrow(SyntaxError);
  });
});
