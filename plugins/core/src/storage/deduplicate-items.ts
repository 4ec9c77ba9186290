import { Readable } from 'node:stream';
import { defineTask, property, s, itemsOf } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const DEDUPLICATE_FLOW = `id: deduplicate
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    extension: .jsonl
    content: |
      {"id": 1, "name": "old"}
      {"id": 1, "name": "new"}
  - id: unique
    type: core.storage.DeduplicateItems
    from: "{{ outputs.write.uri }}"
    expr: "{{ id }}"
`;

export const deduplicateItems = defineTask({
  type: 'core.storage.DeduplicateItems',
  aliases: kestraNames('core.storage.DeduplicateItems', 'storages.DeduplicateItems'),
  title: 'Keep only the last of the items of a file that have the same key.',
  properties: {
    from: s.string().describe('URI of a file with one item a line.'),
    expr: property(s.string().describe('Template over the members of an item; gives its key.'), { render: 'none' }),
  },
  outputs: {
    uri: s.string().describe('Where the new file lies.'),
    numKeys: s.int().describe('Number of different keys.'),
    processedItemsTotal: s.int().describe('Items read.'),
    droppedItemsTotal: s.int().describe('Items left out.'),
  },
  examples: [{ title: 'The newest wins', flow: DEDUPLICATE_FLOW }],
  async run(context, { from, expr }) {
    const lastOf = new Map<string, number>();
    let total = 0;
    for await (const key of keysOf(context, from, expr)) lastOf.set(key, total++);
    const kept = new Set(lastOf.values());
    const { uri } = await context.storage.put('items.ion', Readable.from(chosen(context, from, kept)));
    return { uri, numKeys: kept.size, processedItemsTotal: total, droppedItemsTotal: total - kept.size };
  },
});

async function* keysOf({ storage, render }: RunContext, from: string, expr: string): AsyncGenerator<string> {
  for await (const { values } of itemsOf(await storage.get(from))) yield await render(expr, values);
}

async function* chosen({ storage }: RunContext, from: string, kept: ReadonlySet<number>): AsyncGenerator<Buffer> {
  let index = 0;
  for await (const { line } of itemsOf(await storage.get(from))) if (kept.has(index++)) yield Buffer.from(`${line}\n`);
}
