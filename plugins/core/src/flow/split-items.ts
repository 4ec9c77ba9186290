import { defineTask, s } from '@tutti/plugin-sdk';
import { storageSplit } from '../storage/split.ts';

const SPLIT_FLOW = `id: split-items
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    content: "a\\nb\\nc\\n"
  - id: split
    type: core.flow.SplitItems
    from: "{{ outputs.write.uri }}"
    batch:
      rows: 2
  - id: show
    type: core.log.Log
    message: "{{ read(outputs.split.splits) }}"
`;

const batch = s.object({
  rows: s.int().optional(),
  bytes: s.string().optional(),
  partitions: s.int().optional(),
  separator: s.string().default('\n'),
  regexPattern: s.string().optional(),
});

export const splitItems = defineTask({
  type: 'core.flow.SplitItems',
  title: 'Split a file into batches, and list where they lie.',
  description: 'The first part of a ForEachItem.',
  properties: {
    from: s.string().describe('URI of the file.'),
    batch: batch.optional().describe('One of `rows` (1), `bytes` or `partitions`; and the `separator`.'),
  },
  outputs: { splits: s.string().describe('File with the URI of a batch on each line.') },
  examples: [{ title: 'Two lines each', flow: SPLIT_FLOW }],
  async run(context, { from, batch: { rows, bytes, partitions, separator } = { separator: '\n' } }) {
    const oneByOne = bytes === undefined && partitions === undefined ? 1 : undefined;
    const by = { rows: rows ?? oneByOne, bytes, partitions, separator };
    const { uris = [] } = (await storageSplit.run(context, { from, ...by })) as { readonly uris?: readonly string[] };
    const { uri } = await context.storage.put('splits.txt', uris.map((part) => `${part}\n`).join(''));
    return { splits: uri };
  },
});
