import { describe, expect, it } from 'vitest';
import { testCatalogue } from '../../testing/test-catalogue.ts';
import { migrate } from '../migrate.ts';

const catalogue = testCatalogue();
const HEAD = 'id: f\nnamespace: company.team\ntasks:\n';
const toOne = (tasks: string) => migrate(HEAD + tasks, '1.x', catalogue);
const bodyOf = (source: string): string => source.slice(HEAD.length);

const FOR_EACH = `  - id: each # over all
    type: io.kestra.plugin.core.flow.ForEach
    values: [a, b]
    concurrencyLimit: 2
    tasks:
      # says it
      - {id: one-a, type: core.debug.Return, format: '{{ taskrun.value }} {{ taskrun.iteration }}'}
      - id: group
        type: core.flow.Sequential
        tasks:
          - {id: b, type: core.log.Log, message: '{{ outputs[''one-a''][parent.taskrun.value].value }}'}
      - {id: c, type: core.log.Log, message: "{{ outputs.b[taskrun.value].value ?? taskrun.id }}"}
`;

describe('a Loop to 1.x', () => {
  it('becomes the ForEach that it was made of', () => {
    const { source: loop, left } = migrate(HEAD + FOR_EACH, '2.0', catalogue);
    expect(left).toEqual([]);
    expect(loop).toContain('core.flow.Loop');
    const back = migrate(loop, '1.x', catalogue);
    expect(back.left).toEqual([]);
    expect(bodyOf(back.source)).toBe(FOR_EACH);
  });

  it.each([
    ['hands something out', '{{ item.value }}', '    outputs: []\n', '9:5', 'has no "outputs"'],
    ['asks for its key', '{{ item.key }}', '', '8:50', '"item.key" has no certain counterpart'],
    ['asks for its task run', '{{ taskrun.parentId }}', '', '8:50', '"taskrun.parentId" has no certain'],
    ['is asked for from outside', 'x', '  - {id: after, type: core.log.Log, message: "{{ outputs.each.iterationCount }}"}\n', '9:50', '"outputs.each.iterationCount" is asked for'],
    ['stands around another', 'x', '      - {id: i, type: core.flow.Loop, values: [1], tasks: [{id: j, type: core.log.Log, message: m}]}\n', '4:5', 'another'],
  ])('that %s stays', (_what, message, more, place, why) => {
    const tasks = `  - id: each
    type: core.flow.Loop
    values: [a]
    tasks:
      - {id: a, type: core.log.Log, message: "${message}"}
${more}`;
    const { source, left } = toOne(tasks);
    expect(source).toContain('core.flow.Loop');
    expect(`${left[0]!.line}:${left[0]!.column}`).toBe(place);
    expect(left[0]!.message).toContain(why);
  }); // prettier-ignore

  it('over values that may be a map or a file stays', () => {
    const { left } = toOne('  - {id: each, type: core.flow.Loop, values: "{{ inputs.x }}", tasks: [{id: a, type: core.log.Log, message: m}]}\n'); // prettier-ignore
    expect(left[0]!.message).toContain('may be a map or a file');
  });
});
