import { Expressions } from '@tutti/expressions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow } from './flow.ts';
import { isValid, parseFlow, type ParseOptions } from './parse-flow.ts';
import { testCatalogue } from './testing/test-catalogue.ts';

const catalogue = testCatalogue();
const templates = new Expressions();
const parse = (source: string, options: ParseOptions = {}) => parseFlow(source, catalogue, { templates, ...options });

/** `12:5 CODE path` of each finding. */
const places = (source: string, options?: ParseOptions): string[] =>
  parse(source, options).findings.map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`);

/** The flow of a source that must be sound. */
function sound(source: string, options?: ParseOptions): Flow {
  const { flow, findings } = parse(source, options);
  expect(findings.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
  return flow!;
}

/** The flow without the names of types as they were written. */
const canonical = (flow: Flow): unknown => JSON.parse(JSON.stringify(flow, (key, value: unknown) => (key === 'typeAsWritten' ? undefined : value))); // prettier-ignore

const HEAD = 'id: f\nnamespace: company.team\n';
const LOG = '  - {id: log, type: core.log.Log, message: hello}\n';

describe('YAML', () => {
  it('is read as version 1.1, in which dates stay text', () => {
    const variables = `{a: yes, b: off, c: 010, d: 0x1F, e: 1_000, f: 1e3, g: 2024-05-06, h: 12:30:45, i: "yes", j: y, k: 0o17}`;
    expect(sound(`${HEAD}variables: ${variables}\ntasks:\n${LOG}`).variables).toEqual(
      { a: true, b: false, c: 8, d: 31, e: 1000, f: 1000, g: '2024-05-06', h: '12:30:45', i: 'yes', j: 'y', k: '0o17' }, // prettier-ignore
    );
  });

  it('keeps keys as they are written and drops variables that are null', () => {
    expect(sound(`${HEAD}variables: {on: 1, 0x10: 2, nothing: ~}\ntasks:\n${LOG}`).variables).toEqual({
      on: 1,
      '0x10': 2,
    });
  });

  it('follows anchors and merge keys', () => {
    const source = `${HEAD}variables:\n  base: &b {x: 1, y: 2}\n  more: {<<: *b, y: 3}\ntasks:\n${LOG}`;
    expect(sound(source).variables).toEqual({ base: { x: 1, y: 2 }, more: { x: 1, y: 3 } });
  });

  it('with the same key twice is refused at the second', () => {
    expect(places(`${HEAD}variables:\n  tf: 1\n  tf: 2\ntasks:\n${LOG}`)).toEqual([
      '5:3 YAML_DUPLICATE_KEY variables.tf',
    ]);
  });

  it.each([
    ['message: {{ inputs.x }}', '6:14'],
    ['message: {{ inputs.x }} and more', '6:14'],
    ['message: {{ inputs.x ~ "a" }} # why', '6:14'],
  ])('says that %s needs quotes, and goes on', (line, place) => {
    const source = `${HEAD}inputs: [{id: x, type: STRING}]\ntasks:\n  - id: log\n    ${line}\n    type: core.log.Log\n    levle: 1\n`;
    const { findings } = parse(source);
    expect(findings.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
      `${place.replace('6:14', '6:14')} YAML_TEMPLATE_UNQUOTED`,
      '8:5 PROPERTY_UNKNOWN',
    ]);
    expect(findings[0]?.hint).toMatch(/^Write ["']\{\{ inputs\.x/);
  });

  it.each([
    ['id: x\n\ttasks: 1\n', 'YAML_INVALID', 2],
    ['id: "x\n', 'YAML_INVALID', 2],
    ['', 'YAML_EMPTY', 1],
    ['just text', 'FLOW_INVALID', 1],
    [`a: ${'['.repeat(200)}`, 'YAML_TOO_DEEP', 1],
    ['- '.repeat(50_000), 'YAML_TOO_DEEP', 1],
    [`${'x'.repeat(1_100_000)}`, 'YAML_TOO_LARGE', 1],
  ])('%# that cannot be read gives one clear error', (source, code, line) => {
    const { flow, findings } = parse(source);
    expect(flow).toBeUndefined();
    expect(findings[0]).toMatchObject({ severity: 'ERROR', code, line });
  });

  it('reads a form as inputs under its id, which depend on what the form depends on', () => {
    const source = `${HEAD}inputs:
  - {id: kind, type: STRING}
  - id: form
    type: FORM
    displayName: A form
    dependsOn: {inputs: [kind], condition: "{{ inputs.kind == 'x' }}"}
    inputs:
      - {id: name, type: STRING}
      - {id: pick, type: SELECT, values: [a, {label: The second, value: b}], dependsOn: {inputs: [form.name]}}
tasks:
${LOG}`;
    const { flow, findings } = parse(source);
    expect(findings).toEqual([]);
    const form = { id: 'form', displayName: 'A form' };
    const condition = "{{ inputs.kind == 'x' }}";
    expect(flow?.inputs.slice(1)).toEqual([
      { id: 'form.name', type: 'STRING', required: true, form, dependsOn: { inputs: ['kind'], condition }, properties: {} }, // prettier-ignore
      { id: 'form.pick', type: 'SELECT', required: true, form, dependsOn: { inputs: ['kind', 'form.name'], condition }, properties: { values: ['a', 'b'], labels: { b: 'The second' } } }, // prettier-ignore
    ]);
  });

  it('says where a form, its inputs and their schemas are wrong', () => {
    const source = `${HEAD}inputs:
  - id: form
    type: FORM
    defaults: x
    inputs:
      - {id: inner, type: FORM, inputs: []}
      - {id: a, type: INT, min: 3, max: 1}
      - {id: s, type: SELECT, values: [{label: no value}]}
      - {id: j, type: JSON, jsonSchema: "{"}
      - {id: k, type: JSON, jsonSchema: {pattern: "(a+)+"}}
      - {id: file, type: FILE, extension: .csv}
tasks:
${LOG}`;
    expect(places(source)).toEqual([
      '6:5 PROPERTY_UNKNOWN inputs[0].defaults',
      '8:27 PROPERTY_INVALID inputs[0].inputs[0].type',
      '9:33 PROPERTY_INVALID inputs[0].inputs[1].min',
      '10:40 PROPERTY_INVALID inputs[0].inputs[2].values[0]',
      '11:41 PROPERTY_INVALID inputs[0].inputs[3].jsonSchema',
      '12:41 PROPERTY_INVALID inputs[0].inputs[4].jsonSchema',
      '13:32 PROPERTY_IGNORED inputs[0].inputs[5].extension',
    ]);
  });

  it('warns of whatever is accepted and has no effect', () => {
    const source = `${HEAD}quotas: []
tasks:
${LOG}triggers:
  - {id: hook, type: core.trigger.Webhook, key: k, responseCode: 204, failOnTriggerError: true, logLevel: WARN}
  - {id: poll, type: core.trigger.Poll}
`;
    const line = source.split('\n').findIndex((text) => text.includes('hook')) + 1;
    expect(parse(source).findings.map(({ severity, code, line: at, column }) => `${severity} ${code} ${at}:${column}`)).toEqual([
      'WARNING PROPERTY_IGNORED 3:1',
      `WARNING PROPERTY_IGNORED ${line}:52`,
      `WARNING PROPERTY_IGNORED ${line}:71`,
      `WARNING PROPERTY_IGNORED ${line}:97`,
      `WARNING TRIGGER_INERT ${line + 1}:22`,
    ]); // prettier-ignore
  });

  it('names both readings of an expression that versions read differently', () => {
    const source = `${HEAD}tasks:\n  - id: a\n    type: core.log.Log\n    message: "On {{ trigger.date ?? 'x' | upper }}"\n`;
    expect(parse(source).findings).toEqual([
      {
        severity: 'WARNING',
        code: 'EXPRESSION_TWO_READINGS',
        message: expect.stringContaining("as up to 1.3, (trigger.date ?? 'x') | upper; from 2.0 on") as string,
        hint: "Write the parentheses: (trigger.date ?? 'x') | upper, or trigger.date ?? ('x' | upper).",
        path: 'tasks[0].message',
        line: 6,
        column: 21,
      },
    ]);
    expect(parse(source.replace("trigger.date ?? 'x'", "(trigger.date ?? 'x')")).findings).toEqual([]);
  });

  it('does not blow up by aliases', () => {
    const levels = Array.from(
      { length: 9 },
      (_, n) => `  l${n + 1}: &l${n + 1} [${Array(10).fill(`*l${n}`).join(', ')}]`,
    );
    const source = `${HEAD}variables:\n  l0: &l0 x\n${levels.join('\n')}\ntasks:\n${LOG}`;
    expect(parse(source).findings.map(({ code }) => code)).toContain('YAML_TOO_LARGE');
  });

  it('does not follow an alias into what it names, nor to any depth', () => {
    expect(places(`${HEAD}variables: &a {x: *a}\ntasks:\n${LOG}`)).toEqual(['3:19 YAML_ALIAS_UNKNOWN variables.x']);
    const chain = Array.from({ length: 5_000 }, (_, n) => `  l${n + 1}: &l${n + 1} [*l${n}]`).join('\n');
    const { findings } = parse(`${HEAD}variables:\n  l0: &l0 x\n${chain}\ntasks:\n${LOG}`);
    expect(findings[0]?.code).toBe('YAML_TOO_DEEP');
    expect(findings).toHaveLength(201);
    expect(findings.at(-1)?.message).toMatch(/^\d+ more faults/);
  });

  it('of any kind gives findings and never throws', () => {
    const piece = fc.constantFrom('id', ':', ' ', '\n', '- ', '{', '}', '[', ']', '{{ a.b }}', '"', "'", '|', '&a', '*a', '<<', 'tasks', '\t', '#', '---', '~', '1', '__proto__', ','); // prettier-ignore
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(parse(`${HEAD}${pieces.join('')}`).findings).toBeInstanceOf(Array);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the three dialects', () => {
  const oldest = `
id: f
namespace: company.team
inputs:
  - {name: day, type: STRING, defaults: monday}
taskDefaults:
  - {type: io.kestra.core.tasks.log.Log, values: {level: WARN}}
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.WaitFor
    condition: "{{ true }}"
    tasks:
      - id: log
        type: io.kestra.core.tasks.log.Log
        message: "{{ inputs.day }}"
        retry: {type: constant, interval: PT1S, maxAttempt: 3}
  - id: run
    type: io.kestra.plugin.scripts.python.Script
    script: print(1)
    runner: PROCESS
  - id: query
    type: io.kestra.plugin.jdbc.postgresql.Query
    sql: SELECT 1
    store: true
triggers:
  - id: daily
    type: io.kestra.core.models.triggers.types.Schedule
    cron: 0 0 * * *
    scheduleConditions:
      - {type: io.kestra.core.models.conditions.types.DayWeekCondition, dayOfWeek: MONDAY}
`;
  const newer = `
id: f
namespace: company.team
inputs:
  - {id: day, type: STRING, defaults: monday}
pluginDefaults:
  - {type: io.kestra.plugin.core.log.Log, values: {level: WARN}}
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ true }}"
    tasks:
      - id: log
        type: io.kestra.plugin.core.log.Log
        message: "{{ inputs.day }}"
        retry: {type: constant, interval: PT1S, maxAttempts: 3}
  - id: run
    type: io.kestra.plugin.scripts.python.Script
    script: print(1)
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
  - id: query
    type: io.kestra.plugin.jdbc.postgresql.Query
    sql: SELECT 1
    fetchType: STORE
triggers:
  - id: daily
    type: io.kestra.plugin.core.trigger.Schedule
    cron: 0 0 * * *
    conditions:
      - {type: io.kestra.plugin.core.condition.DayWeek, dayOfWeek: MONDAY}
`;

  it('give the same flow for the same job', () => {
    expect(canonical(sound(oldest))).toEqual(canonical(sound(newer)));
    expect(sound(newer).tasks.map(({ type }) => type)).toEqual(['core.flow.LoopUntil', 'scripts.python.Script', 'jdbc.postgresql.Query']); // prettier-ignore
  });

  it('name the newer form of what is old, and nothing where it is new', () => {
    expect(parse(newer).findings).toEqual([]);
    const { findings } = parse(oldest);
    expect(findings.map(({ severity, line, message }) => `${severity} ${line} ${message}`)).toEqual([
      'WARNING 5 "name" is replaced by "id".',
      'WARNING 6 "taskDefaults" is replaced by "pluginDefaults".',
      'INFO 10 io.kestra.plugin.core.flow.WaitFor is replaced by io.kestra.plugin.core.flow.LoopUntil',
      'INFO 14 io.kestra.core.tasks.log.Log is replaced by io.kestra.plugin.core.log.Log',
      'WARNING 16 "maxAttempt" is replaced by "maxAttempts".',
      'WARNING 20 "runner" is replaced by "taskRunner".',
      'WARNING 24 "store" is replaced by "fetchType: STORE".',
      'INFO 27 io.kestra.core.models.triggers.types.Schedule is replaced by io.kestra.plugin.core.trigger.Schedule',
      'WARNING 29 "scheduleConditions" is replaced by "conditions".',
      'INFO 30 io.kestra.core.models.conditions.types.DayWeekCondition is replaced by io.kestra.plugin.core.condition.DayWeek',
    ]);
  });

  it('read "when" as "runIf", and as the condition of a check', () => {
    const { tasks, checks } = sound(`${HEAD}checks: [{when: "{{ true }}", message: m}]\ntasks:\n  - {id: a, type: core.log.Log, message: m, when: "{{ false }}"}\n`); // prettier-ignore
    expect(tasks[0]).toMatchObject({ runIf: '{{ false }}' });
    expect(checks[0]).toMatchObject({ condition: '{{ true }}', behavior: 'BLOCK_EXECUTION' });
  });

  it('turn listeners into tasks after the execution', () => {
    const listener = `listeners:\n  - conditions: [{type: io.kestra.core.models.conditions.types.ExecutionStatusCondition, in: [FAILED]}]\n    tasks: [{id: told, type: core.log.Log, message: m}]\n`; // prettier-ignore
    expect(sound(`${HEAD}tasks:\n${LOG}${listener}`).afterExecution).toMatchObject([
      { id: 'told', runIf: "{{ (['FAILED'] contains execution.state) }}" },
    ]);
  });

  it('take the image and the other options of "docker" apart', () => {
    const { tasks } = sound(`${HEAD}tasks:\n  - {id: a, type: scripts.python.Script, script: x, docker: {image: i, networkMode: host}}\n`); // prettier-ignore
    expect(tasks[0]?.properties).toEqual({
      script: 'x',
      containerImage: 'i',
      taskRunner: { type: 'io.kestra.plugin.scripts.runner.docker.Docker', networkMode: 'host' },
    });
  });

  it('forgive properties nobody knows on types with a legacy name', () => {
    const source = `${HEAD}tasks:\n  - {id: a, type: io.kestra.core.tasks.log.Log, message: m, wrong: 1}\n`;
    expect(sound(source).tasks[0]?.properties).toEqual({ message: 'm' });
    expect(parse(source).findings.map(({ severity, code }) => `${severity} ${code}`)).toContain(
      'WARNING PROPERTY_UNKNOWN',
    );
  });
});

describe('plugin defaults', () => {
  const QUERY = 'tasks:\n  - {id: q, type: io.kestra.plugin.jdbc.postgresql.Query, sql: S, username: own}\n';
  const properties = (source: string, options?: ParseOptions) => sound(source, options).tasks[0]?.properties;

  it('come by type and by the beginning of types; the longer type and the task itself win', () => {
    const defaults = `pluginDefaults:
  - {type: io.kestra.plugin.jdbc.postgresql.Query, values: {url: exact}}
  - {type: io.kestra.plugin.jdbc, values: {url: prefix, password: prefix, username: prefix, nobody: has}}
`;
    expect(properties(HEAD + defaults + QUERY)).toEqual({
      sql: 'S',
      username: 'own',
      url: 'exact',
      password: 'prefix',
    });
  });

  it('win over the task when forced', () => {
    const defaults = 'pluginDefaults: [{type: jdbc, values: {username: forced}, forced: true}]\n';
    expect(properties(HEAD + defaults + QUERY)).toMatchObject({ username: 'forced' });
  });

  it('of the flow win over those of the namespace, and those over the installation', () => {
    const own = 'pluginDefaults: [{type: jdbc, values: {url: flow}}]\n';
    const of = (values: Record<string, string>) => [{ type: 'jdbc.postgresql.Query', values, forced: false }];
    const defaults = {
      namespace: of({ url: 'namespace', password: 'namespace' }),
      installation: of({ url: 'installation', password: 'installation', fetchType: 'FETCH' }),
    };
    expect(properties(HEAD + own + QUERY, { defaults })).toEqual({ sql: 'S', username: 'own', url: 'flow', password: 'namespace', fetchType: 'FETCH' }); // prettier-ignore
  });

  it('reach children, triggers, conditions and task runners, and give common properties', () => {
    const { tasks, triggers } = sound(`${HEAD}pluginDefaults:
  - {type: core.log, values: {level: WARN, timeout: PT5S}}
  - {type: core.trigger.Schedule, values: {timezone: Europe/Paris}}
  - {type: core.condition.Weekend, values: {date: "{{ trigger.date }}"}}
  - {type: io.kestra.plugin.scripts.runner.docker.Docker, values: {networkMode: host}}
tasks:
  - {id: if, type: core.flow.If, condition: "true", then: [{id: log, type: core.log.Log, message: m}]}
  - {id: py, type: scripts.python.Script, script: s, taskRunner: {type: scripts.runner.docker.Docker}}
triggers:
  - {id: t, type: core.trigger.Schedule, cron: "@daily", conditions: [{type: core.condition.Weekend}]}
`);
    expect(tasks[0]?.children?.['then']?.[0]).toMatchObject({ timeout: 'PT5S', properties: { level: 'WARN' } });
    expect(tasks[1]?.properties['taskRunner']).toEqual({ type: 'scripts.runner.docker.Docker', networkMode: 'host' });
    expect(triggers[0]).toMatchObject({
      properties: { timezone: 'Europe/Paris' },
      conditions: [{ type: 'core.condition.Weekend', properties: { date: '{{ trigger.date }}' } }],
    });
  });

  it('are warned of when they name nothing, and refused when they are null', () => {
    const of = (entry: string) => places(`${HEAD}pluginDefaults: [${entry}]\ntasks:\n${LOG}`);
    expect(of('{type: core.logg, values: {a: 1}}')).toEqual(['3:25 PLUGIN_DEFAULT_UNKNOWN pluginDefaults[0].type']);
    expect(of('{type: core.log, values: {colour: 1}}')).toEqual(['3:44 PLUGIN_DEFAULT_UNUSED pluginDefaults[0].values.colour']); // prettier-ignore
    expect(of('{type: core.log, values: {level: }}')).toContain(
      '3:51 PLUGIN_DEFAULT_NULL pluginDefaults[0].values.level',
    );
  });
});

describe('faults', () => {
  it('are all reported at once, each at its line and column', () => {
    const source = `id: f
namespace: Company
inputs:
  - {id: day, type: DTE}
  - {id: n, type: INT, mim: 3}
tasks:
  - id: first task
    type: core.log.Log
    mesage: hello
  - id: log
    type: core.log.Logg
  - id: log
    type: core.log.Log
    message: "{{ inputs.daay }}"
    retry: {type: constant, interval: PT1M, maxDuration: PT1S}
  - id: text
    type: core.log.Log
    message: |
      one
      {{ inputs.n | uper }}
    level: "{{ outputs.nothing.uri }}"
  - id: dag
    type: core.flow.Dag
    tasks:
      - task: {id: d1, type: core.log.Log, message: a}
        dependsOn: [d2]
      - task: {id: d2, type: core.log.Log, message: a}
        dependsOn: [d1, d3]
colour: red
`;
    expect(places(source)).toEqual([
      '2:12 ID_INVALID namespace',
      '4:21 PROPERTY_INVALID inputs[0].type',
      '5:24 PROPERTY_UNKNOWN inputs[1].mim',
      '7:5 PROPERTY_MISSING tasks[0].message',
      '7:9 ID_INVALID tasks[0].id',
      '9:5 PROPERTY_UNKNOWN tasks[0].mesage',
      '11:11 TYPE_UNKNOWN tasks[1].type',
      '12:9 ID_DUPLICATE tasks[2].id',
      '14:18 INPUT_UNKNOWN tasks[2].message',
      '15:39 RETRY_INTERVALS tasks[2].retry.interval',
      '20:21 EXPRESSION_UNKNOWN tasks[3].message',
      '21:16 TASK_UNKNOWN tasks[3].level',
      '26:20 DAG_CYCLE tasks[4].tasks[0].dependsOn',
      '28:25 DAG_TASK_UNKNOWN tasks[4].tasks[1].dependsOn[1]',
      '29:1 PROPERTY_UNKNOWN colour',
    ]);
  });

  it.each([
    ['tasks:\n  - {id: a, type: core.log.Log, mesage: m}', 'Did you mean "message"?'],
    [
      'tasks:\n  - {id: a, type: io.kestra.plugin.core.log.log, message: m}',
      'Did you mean "io.kestra.plugin.core.log.Log"?',
    ],
    ['task:\n  - {id: a, type: core.log.Log, message: m}', 'Did you mean "tasks"?'],
    [
      'inputs: [{id: month, type: STRING}]\ntasks:\n  - {id: a, type: core.log.Log, message: "{{ inputs.mont }}"}',
      'Did you mean "month"?',
    ],
    ['tasks:\n  - {id: load, type: core.log.Log, message: "{{ outputs.laod.x }}"}', 'Did you mean "load"?'],
    ['tasks:\n  - {id: a, type: core.log.Log, message: "{{ input.x }}"}', 'Did you mean "inputs"?'],
  ])('suggest what was meant: %s', (rest, hint) => {
    expect(parse(HEAD + rest).findings.map((finding) => finding.hint)).toContain(hint);
  });

  it.each([
    ['{{ outputs.nothing.x ?? "none" }}'],
    ['{{ inputs.nothing | default("none") }}'],
    ['{{ outputs.nothing is defined ? outputs.nothing.x : "none" }}'],
    ['{% if outputs.nothing is defined %}{{ outputs.nothing.x }}{% endif %}'],
    ['{{ outputs[vars.which].x }}'],
  ])('are not seen in a reference that may be absent: %s', (template) => {
    sound(`${HEAD}tasks:\n  - id: a\n    type: core.log.Log\n    message: '${template}'\n`);
  });

  it.each([
    ['inputs: [{id: a, type: ARRAY}]', 'PROPERTY_MISSING inputs[0].itemType'],
    ['inputs: [{id: a, type: SELECT}]', 'PROPERTY_MISSING inputs[0].values'],
    ['inputs: [{id: a, type: STRING, validator: "["}]', 'PATTERN_INVALID inputs[0].validator'],
    ['inputs: [{id: a, type: STRING, dependsOn: {inputs: [b]}}]', 'INPUT_UNKNOWN inputs[0].dependsOn.inputs[0]'],
    ['inputs: [{id: a, type: STRING, dependsOn: {inputs: [a]}}]', 'INPUT_CYCLE inputs[0].dependsOn'],
    ['labels: {system.x: y}', 'LABEL_SYSTEM labels["system.x"]'],
    ['concurrency: {limit: 0}', 'PROPERTY_INVALID concurrency.limit'],
    ['sla: [{id: s, type: MAX_DURATION, behavior: FAIL}]', 'PROPERTY_MISSING sla[0].duration'],
    ['outputs: [{id: o, type: STRING}]', 'PROPERTY_MISSING outputs[0].value'],
    ['triggers: [{id: t, type: core.trigger.Schedule}]', 'PROPERTY_MISSING triggers[0].cron'],
    ['triggers: [{id: t, type: core.trigger.Flow}]', 'TRIGGER_UNCONDITIONAL triggers[0]'],
  ])('of the flow: %s', (property, expected) => {
    expect(places(`${HEAD}${property}\ntasks:\n${LOG}`).map((place) => place.replace(/^\S+ /, ''))).toContain(expected);
  });

  it.each([
    ['{id: s, type: core.flow.Switch, value: x}', 'SWITCH_EMPTY tasks[0]'],
    ['{id: w, type: core.flow.WorkingDirectory, tasks: []}', 'TASKS_EMPTY tasks[0]'],
    ['{id: s, type: core.flow.Sequential, tasks: []}', 'TASKS_EMPTY tasks[0]'],
    ['{id: d, type: core.flow.Dag, tasks: []}', 'TASKS_EMPTY tasks[0]'],
    ['{id: s, type: core.flow.Subflow, namespace: company.team, flowId: f}', 'FLOW_RECURSIVE tasks[0].flowId'],
    [
      '{id: p, type: core.flow.Pause, onResume: [{id: why, type: STRNG}]}',
      'PROPERTY_INVALID tasks[0].onResume[0].type',
    ],
    ['{id: l, type: core.log.Log, message: m, timeout: 5m}', 'PROPERTY_INVALID tasks[0].timeout'],
    ['{id: l, type: core.log.Log, message: m, runIf: "{{ 1 +* 2 }}"}', 'EXPRESSION_SYNTAX tasks[0].runIf'],
  ])('of a task: %s', (task, expected) => {
    expect(places(`${HEAD}tasks: [${task}]\n`).map((place) => place.replace(/^\S+ /, ''))).toContain(expected);
  });

  it('of a schedule are told field by field', () => {
    const of = (cron: string) => parse(`${HEAD}tasks:\n${LOG}triggers: [{id: t, type: core.trigger.Schedule, cron: "${cron}"}]\n`); // prettier-ignore
    expect(isValid(of('0 0 * * *').findings)).toBe(true);
    expect(of('99 * * * *').findings).toMatchObject([
      {
        code: 'CRON_INVALID',
        path: 'triggers[0].cron',
        line: 5,
        message: `triggers[0]: invalid cron expression '99 * * * *': "99" is no minute.`,
      },
    ]);
  });
});

describe('the canonical flow', () => {
  it('has the common properties apart from those of the type, and children by their lists', () => {
    const { tasks } = sound(`${HEAD}tasks:
  - id: switch
    type: io.kestra.plugin.core.flow.Switch
    description: Which.
    value: "{{ inputs.x ?? 'a' }}"
    cases:
      true:
        - {id: a, type: core.log.Log, message: m, runIf: "{{ true }}", allowFailure: true}
    defaults:
      - {id: b, type: core.log.Log, message: m}
    errors:
      - {id: c, type: core.log.Log, message: m}
`);
    expect(tasks).toEqual([
      {
        id: 'switch',
        type: 'core.flow.Switch',
        typeAsWritten: 'io.kestra.plugin.core.flow.Switch',
        description: 'Which.',
        properties: { value: "{{ inputs.x ?? 'a' }}" },
        children: {
          'cases.true': [{ id: 'a', type: 'core.log.Log', runIf: '{{ true }}', allowFailure: true, properties: { message: 'm' } }], // prettier-ignore
          defaults: [{ id: 'b', type: 'core.log.Log', properties: { message: 'm' } }],
          errors: [{ id: 'c', type: 'core.log.Log', properties: { message: 'm' } }],
        },
      },
    ]);
  });

  it('keeps a type’s own property of a common name to the type', () => {
    const { tasks } = sound(`${HEAD}tasks: [{id: p, type: core.flow.Pause, timeout: PT1M, delay: PT1S}]\n`);
    expect(tasks).toEqual([
      { id: 'p', type: 'core.flow.Pause', properties: { timeout: 'PT1M', pauseDuration: 'PT1S' } },
    ]);
  });

  it('is plain JSON', () => {
    const flow = sound(`${HEAD}labels: [{key: a, value: 1}]\nretry: {type: exponential, interval: PT1S, maxInterval: PT1M}\ntasks:\n${LOG}`); // prettier-ignore
    expect(JSON.parse(JSON.stringify(flow))).toEqual(flow);
    expect(flow).toMatchObject({ labels: { a: '1' }, retry: { type: 'exponential', intervalMs: 1_000, maxIntervalMs: 60_000, delayFactor: 2 } }); // prettier-ignore
  });
});
