import { describe, expect, it } from 'vitest';
import { parseFlow } from '../../parse-flow.ts';
import { testCatalogue } from '../../testing/test-catalogue.ts';
import { migrate } from '../migrate.ts';

const catalogue = testCatalogue();
const HEAD = 'id: f\nnamespace: company.team\ntasks:\n';
const toTwo = (tasks: string) => migrate(HEAD + tasks, '2.0', catalogue);
const bodyOf = (source: string): string => source.slice(HEAD.length);

const BATCHES = `  - id: each # over the file
    type: io.kestra.plugin.core.flow.ForEachItem
    # made before
    items: "{{ outputs.make.uri }}"
    batch: {rows: 2}
    namespace: company.team
    flowId: child
    inputs: {part: "{{ taskrun.items }}", text: "{{ read(taskrun.items) ~ taskrun.iteration }}"}
`;
const MAKE = '  - {id: make, type: core.http.Download, uri: "https://x.org"}\n';

describe('ForEachItem to 2.0', () => {
  it('becomes a Split, and a Loop over its parts', () => {
    const { source, left } = toTwo(`${MAKE}${BATCHES}  - {id: after, type: core.log.Log, message: m}\n`);
    expect(left).toEqual([]);
    expect(parseFlow(source, catalogue).findings).toEqual([]);
    expect(bodyOf(source)).toBe(`${MAKE}  - # over the file
    # made before
    id: each_split
    type: io.kestra.plugin.core.storage.Split
    from: "{{ outputs.make.uri }}"
    rows: 2
  - id: each
    type: io.kestra.plugin.core.flow.Loop
    values: "{{ outputs['each_split'].uris }}"
    concurrencyLimit: 0
    tasks:
      - id: each_batch
        type: io.kestra.plugin.core.flow.Subflow
        namespace: company.team
        flowId: child
        inputs:
          part: "{{ item.value }}"
          text: "{{ read(item.value) ~ item.index }}"
  - {id: after, type: core.log.Log, message: m}
`);
  });

  it('takes one line a batch where nothing is said', () => {
    expect(toTwo(BATCHES.replace('    batch: {rows: 2}\n', '')).source).toContain('    rows: 1\n');
  });

  it.each([
    ['its outputs are asked for', `${BATCHES}  - {id: after, type: core.log.Log, message: "{{ outputs.each_merge.subflowOutputs }}"}\n`, '12:50', 'outputs.each_merge'],
    ['it runs beside others', `  - id: p\n    type: core.flow.Parallel\n    tasks:\n${BATCHES.replaceAll(/^/gm, '  ').trimEnd()}\n`, '7:7', 'it stands in p'],
    ['it has a condition', `${BATCHES}    runIf: "{{ inputs.x }}"\n`, '12:5', '"runIf" would have to hold'],
    ['its batches go by size and number', BATCHES.replace('rows: 2', 'rows: 2, bytes: 1MB'), '8:5', 'in another way'],
    ['it asks for its parents', BATCHES.replace('taskrun.items }}', 'parent.taskrun.value }}'), '11:21', 'parent.taskrun.value'],
  ])('stays when %s', (_what, tasks, place, why) => {
    const { source, left } = toTwo(tasks);
    expect(source).toContain('ForEachItem');
    expect(left.map(({ line, column }) => `${line}:${column}`)).toEqual([place]);
    expect(left[0]!.message).toContain(why);
  }); // prettier-ignore
});
