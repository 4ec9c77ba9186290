import { Expressions } from '@tutti/expressions';
import { describe, expect, it } from 'vitest';
import { compile } from '../../compile.ts';
import { parseFlow } from '../../parse-flow.ts';
import type { PlanNode } from '../../plan.ts';
import { testCatalogue } from '../../testing/test-catalogue.ts';
import { migrate } from '../migrate.ts';

const catalogue = testCatalogue();
const templates = new Expressions();
const HEAD = 'id: f\nnamespace: company.team\n';
const toTwo = (tasks: string) => migrate(`${HEAD}tasks:\n${tasks}`, '2.0', catalogue);
const bodyOf = (source: string): string => source.slice(`${HEAD}tasks:\n`.length);

/** The tasks that run, with their texts; of a loop also what it goes over and how many values at once. */
function planOf(source: string): unknown {
  const { flow, findings } = parseFlow(source, catalogue, { templates });
  expect(findings.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
  return compile(flow!, catalogue, templates).lists['tasks']!.map(nodeOf);
}

function nodeOf({ id, control, task: { properties }, lists }: PlanNode): unknown {
  if (control !== 'forEach' && control !== 'loop' && control !== 'eachSequential' && control !== 'eachParallel')
    return { id, control, properties, lists: Object.values(lists).map((list) => list.map(nodeOf)) };
  const children = lists['tasks']!.flatMap((node) => (node.control === 'sequential' && control === 'loop' ? node.lists['tasks']! : [node])); // prettier-ignore
  const { values, value, concurrencyLimit, concurrent } = properties;
  const limit = concurrencyLimit ?? concurrent ?? (control === 'eachParallel' ? 0 : 1);
  return { id, values: values ?? value, limit, children: children.map(nodeOf) };
}

/** What templates say of values and outputs, in the words of a Loop. */
const inNewWords = (plan: unknown): string =>
  JSON.stringify(plan)
    .replaceAll(/currentEachOutput\(outputs\.(\w+)\)/g, 'outputs.$1')
    .replaceAll(/outputs\.(\w+)(\[(?:parent\.)?taskrun\.value\])+/g, 'outputs.$1')
    .replaceAll('parent.taskrun.value', 'item.parent.value')
    .replaceAll('taskrun.iteration', 'item.index')
    .replaceAll('taskrun.value', 'item.value');

const FOR_EACH = `  - id: each # over all
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ inputs.names }}"
    concurrencyLimit: 3   # at once
    tasks:
      # says it
      - {id: a, type: core.debug.Return, format: '{{ taskrun.value }} {{ taskrun.iteration }}'}
      - id: b
        type: core.log.Log
        message: |
          {{ outputs.a[taskrun.value].value }} and
          {{ currentEachOutput( outputs.a ).value | upper }} {{ taskrun.attemptsCount }}
        runIf: "{{ outputs['a'][ taskrun.value ].value != \\"x\\" }}"
`;

describe('loops to 2.0', () => {
  it('a ForEach becomes a Loop whose tasks speak of their item', () => {
    const { source, left } = toTwo(FOR_EACH.replace('{{ inputs.names }}', "{{ ['x', 'y'] }}"));
    expect(left).toEqual([]);
    expect(bodyOf(source)).toBe(`  - id: each # over all
    type: io.kestra.plugin.core.flow.Loop
    values: "{{ ['x', 'y'] }}"
    concurrencyLimit: 3   # at once
    tasks:
      # says it
      - {id: a, type: core.debug.Return, format: '{{ item.value }} {{ item.index }}'}
      - id: b
        type: core.log.Log
        message: |
          {{ outputs.a.value }} and
          {{ outputs.a.value | upper }} {{ taskrun.attemptsCount }}
        runIf: "{{ outputs['a'].value != \\"x\\" }}"
`);
  });

  it.each([
    ['a ForEach', `  - {id: each, type: core.flow.ForEach, values: [a, b], tasks: [{id: r, type: core.debug.Return, format: "{{ taskrun.value }} {{ taskrun.iteration }}"}]}\n`], // prettier-ignore
    ['an EachSequential', `  - {id: each, type: core.flow.EachSequential, value: [a, b], tasks: [{id: r, type: core.debug.Return, format: "{{ taskrun.value }}"}, {id: s, type: core.debug.Return, format: "{{ outputs.r[taskrun.value].value }}"}]}\n`], // prettier-ignore
    ['an EachParallel', `  - {id: each, type: core.flow.EachParallel, value: [a, b], tasks: [{id: r, type: core.debug.Return, format: "{{ taskrun.value }}"}]}\n`], // prettier-ignore
    ['an EachParallel with a limit', `  - {id: each, type: core.flow.EachParallel, concurrent: 2, value: [a, b], tasks: [{id: r, type: core.debug.Return, format: "{{ taskrun.value }}"}]}\n`], // prettier-ignore
    ['loops in loops', `  - id: outer
    type: core.flow.ForEach
    values: [a, b]
    tasks:
      - {id: o, type: core.debug.Return, format: "{{ taskrun.value }}"}
      - id: inner
        type: core.flow.EachSequential
        value: ["1", "{{ taskrun.value }}"]
        tasks:
          - {id: cell, type: core.debug.Return, format: "{{ parent.taskrun.value }} {{ taskrun.value }} {{ outputs.o[parent.taskrun.value].value }}"}
          - {id: same, type: core.debug.Return, format: "{{ outputs.cell[parent.taskrun.value][taskrun.value].value }}"}
`], // prettier-ignore
  ])('%s compiles to the same plan before and after', (_what, tasks) => {
    const { source, left } = toTwo(tasks);
    expect(left).toEqual([]);
    expect(source).not.toMatch(/Each|taskrun\.value/);
    const before = `${HEAD}tasks:\n${tasks}`;
    expect(JSON.parse(inNewWords(planOf(source)))).toEqual(
      JSON.parse(inNewWords(planOf(before)).replaceAll('"1","{{ item.parent.value', '"1","{{ item.value')),
    );
    expect(migrate(source, '2.0', catalogue)).toEqual({ source, changes: [], left: [] });
  });

  it('counts the loops around a group from where a task stands', () => {
    const { source, left } = toTwo(`  - id: one
    type: core.flow.ForEach
    values: [a]
    tasks:
      - id: two
        type: core.flow.ForEach
        values: [b]
        tasks:
          - id: three
            type: core.flow.ForEach
            values: [c]
            tasks:
              - id: group
                type: core.flow.Sequential
                tasks:
                  - {id: r, type: core.debug.Return, format: "{{ parents[2].taskrun.value }}{{ parents[1].taskrun.value }}{{ parent.taskrun.value }}"}
`);
    expect(left).toEqual([]);
    expect(source).toContain('{{ item.parents[1].value }}{{ item.parent.value }}{{ item.value }}');
  });

  it('several tasks of an EachParallel stand in a Parallel', () => {
    const { source, left } = toTwo(`  - id: each
    type: core.flow.EachParallel
    value: [a, b]
    tasks:
      # first
      - id: r
        type: core.log.Log
        message: |-
          {{ taskrun.value }}

            indented
      - {id: s, type: core.log.Log, message: m}
  - {id: after, type: core.log.Log, message: m}
`);
    expect(left).toEqual([]);
    expect(bodyOf(source)).toBe(`  - id: each
    type: core.flow.Loop
    concurrencyLimit: 0
    values: [a, b]
    tasks:
      # first
      - id: each_tasks
        type: core.flow.Parallel
        tasks:
          - id: r
            type: core.log.Log
            message: |-
              {{ item.value }}

                indented
          - {id: s, type: core.log.Log, message: m}
  - {id: after, type: core.log.Log, message: m}
`);
  });

  it.each([
    ['outputs from outside', '', 'x', '{{ outputs.a[inputs.x].value }}', '11:18', 'from outside its loop'],
    ['outputs of no known value', '', 'x', '{{ outputs.a.c.value }}', '11:18', 'from outside its loop'],
    ['outputs of another iteration', '', "{{ outputs.a['b'].value }}", 'x', '8:74', 'not asked for by the values'],
    ['all outputs', '', '{{ outputs[inputs.x].value }}', 'x', '8:74', 'as a whole'],
    ['the list of parents', '', '{{ parents | length }}', 'x', '8:74', '"parents" has no certain counterpart'],
    ['states of its tasks', '', '{{ tasks.a[taskrun.value].state }}', 'x', '8:74', '"tasks.a"'],
    ['text that is rendered later', '', '{{ render(inputs.x) }}', 'x', '8:74', 'may refer to the loop'],
    ['errors of its own', '    errors: [{id: e, type: core.log.Log, message: m}]\n', 'x', 'x', '9:5', 'run once'],
  ])('%s keep a loop as it is, with the place and what to do', (_what, more, inside, behind, place, why) => {
    const tasks = `  - id: each
    type: core.flow.ForEach
    values: [b]
    tasks:
      - {id: a, type: core.debug.Return, format: "{{ taskrun.value }} ${inside}"}
${more}  - id: after
    type: core.log.Log
    message: "${behind}"
`;
    const { source, left } = toTwo(tasks);
    expect(bodyOf(source)).toBe(tasks);
    expect(left).toHaveLength(1);
    expect(`${left[0]!.line}:${left[0]!.column}`).toBe(place);
    expect(left[0]!.message).toContain('"each" stays core.flow.ForEach: ');
    expect(left[0]!.message).toContain(why);
  });

  it('outputs that are asked for behind the loop are handed out by their number', () => {
    const { source, left } = toTwo(`  - id: each
    type: core.flow.ForEach
    values: [b, value 2, 3]
    tasks:
      - {id: one-a, type: core.debug.Return, format: "{{ taskrun.value }}"}
      - {id: two, type: core.debug.Return, format: x}
  - id: after
    type: core.log.Log
    message: '{{ outputs[''one-a''][''value 2''].value }} {{ outputs.two[3].value ?? ''none'' }} {{ outputs["one-a"].b["value"] }}'
`);
    expect(left).toEqual([]);
    expect(bodyOf(source)).toBe(`  - id: each
    type: core.flow.Loop
    outputs:
      - id: one-a
        type: JSON
        value: "{{ outputs['one-a'] ?? {} }}"
      - id: two
        type: JSON
        value: "{{ outputs['two'] ?? {} }}"
    values: [b, value 2, 3]
    tasks:
      - {id: one-a, type: core.debug.Return, format: "{{ item.value }}"}
      - {id: two, type: core.debug.Return, format: x}
  - id: after
    type: core.log.Log
    message: '{{ outputs.each.outputs[1].outputs[''one-a''].value }} {{ outputs.each.outputs[2].outputs.two.value ?? ''none'' }} {{ outputs.each.outputs[0].outputs["one-a"]["value"] }}'
`);
  });

  it.each([
    ['{% for x in outputs.a[taskrun.value].list %}{{ x }}{{ taskrun.value }}{% endfor %}', '{% for x in outputs.a.list %}{{ x }}{{ item.value }}{% endfor %}'],
    ["{% if taskrun . value == 'a' %}y{% endif %}", "{% if item.value == 'a' %}y{% endif %}"],
    ['{{ fromJson(taskrun.value).field ~ inputs[taskrun.value] }}', '{{ fromJson(item.value).field ~ inputs[item.value] }}'],
    ["{{ outputs.a[taskrun.value]['x'] ?? outputs.a[ taskrun.value ].y }}", "{{ outputs.a['x'] ?? outputs.a.y }}"],
    ["{# taskrun.value #}{{ 'taskrun.value' ~ taskrun.value }}", "{# taskrun.value #}{{ 'taskrun.value' ~ item.value }}"],
    ['{% raw %}{{ taskrun.value }}{% endraw %}{{ "#{taskrun.value}" }}', '{% raw %}{{ taskrun.value }}{% endraw %}{{ "#{item.value}" }}'],
    ['{{ taskrun.value ?? 1 | upper }}', '{{ (item.value ?? 1) | upper }}'],
  ])('%s is said as %s', (before, after) => {
    const flow = (message: string): string =>
      `  - {id: each, type: core.flow.ForEach, values: [a], tasks: [{id: a, type: core.debug.Return, format: x}, {id: m, type: core.log.Log, message: ${JSON.stringify(message)}}]}\n`;
    const { source, left } = toTwo(flow(before));
    expect(left).toEqual([]);
    expect(bodyOf(source)).toBe(flow(after).replace('ForEach', 'Loop'));
  }); // prettier-ignore

  it.each(['{% set v = taskrun.value %}{{ outputs.a[v].x }}', "{{ taskrun['value'] }}", '{{ outputs[taskrun.value].x }}', '{{ taskrun }}', '{% assign y = taskrun.value %}{{ y }}', '{{ parent.taskrun.value }}'])('%s is left to a person', (message) => {
    const flow = `  - {id: each, type: core.flow.ForEach, values: [a], tasks: [{id: a, type: core.debug.Return, format: x}, {id: m, type: core.log.Log, message: ${JSON.stringify(message)}}]}\n`;
    const { source, left } = toTwo(flow);
    expect(left.length).toBeGreaterThan(0);
    expect(bodyOf(source)).toBe(flow);
  }); // prettier-ignore

  it('a quote within a quoted text stays as it is written', () => {
    const { source } = toTwo(`  - id: each
    type: core.flow.ForEach
    values: [b]
    tasks:
      - {id: one-a, type: core.debug.Return, format: x}
      - {id: two, type: core.log.Log, message: '{{ outputs[''one-a''][taskrun.value].value }} {{ currentEachOutput(outputs[''one-a'']).value }}'}
`);
    expect(source).toContain("'{{ outputs[''one-a''].value }} {{ outputs[''one-a''].value }}'");
  });

  it('a task that changes the execution stays in its loop', () => {
    const { left } = toTwo(`  - id: each
    type: core.flow.ForEach
    values: [b]
    tasks: [{id: l, type: core.execution.Labels, labels: {k: v}}]
`);
    expect(left).toEqual([expect.objectContaining({ line: 7, message: expect.stringContaining('one iteration') as string })]); // prettier-ignore
  });
});
