import { Readable } from 'node:stream';
import { defineTask, property, s } from '@tutti/plugin-sdk';

const MERGE_FLOW = `id: merge-outputs
namespace: company.team
tasks:
  - id: merge
    type: core.flow.MergeOutputs
    executions:
      first:
        outputs:
          rows: 3
  - id: show
    type: core.log.Log
    message: "{{ read(outputs.merge.subflowOutputs) }}"
`;

export const mergeOutputs = defineTask({
  type: 'core.flow.MergeOutputs',
  title: 'Write the outputs of executions into one file, a map on each line.',
  description: 'The last part of a ForEachItem.',
  properties: {
    executions: property(s.record(s.json()).describe('Outputs of the task runs that started them, by batch.'), {
      render: 'typed',
    }),
  },
  outputs: { subflowOutputs: s.string().describe('The file.') },
  examples: [{ title: 'The outputs of one', flow: MERGE_FLOW }],
  async run({ storage }, { executions }) {
    const { uri } = await storage.put('outputs.ion', Readable.from(linesOf(Object.values(executions))));
    return { subflowOutputs: uri };
  },
});

function* linesOf(executions: readonly unknown[]): Iterable<string> {
  for (const execution of executions) {
    const { outputs } = (execution ?? {}) as { readonly outputs?: unknown };
    if (outputs !== undefined) yield `${JSON.stringify(outputs)}\n`;
  }
}
