import { Readable } from 'node:stream';
import { TaskError, defineTask, property, s, itemsOf } from '@tutti/plugin-sdk';
import type { Item, RunContext } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { isTruthy } from '../truth.ts';

const FILTER_FLOW = `id: filter
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    extension: .jsonl
    content: |
      {"price": 5}
      {"price": 50}
  - id: cheap
    type: core.storage.FilterItems
    from: "{{ outputs.write.uri }}"
    filterCondition: "{{ price < 10 }}"
`;

const WHEN_UNCLEAR = ['FAIL', 'INCLUDE', 'EXCLUDE'] as const;

export const filterItems = defineTask({
  type: 'core.storage.FilterItems',
  aliases: kestraNames('core.storage.FilterItems', 'storages.FilterItems'),
  title: 'Keep the items of a file for which a condition holds.',
  properties: {
    from: s.string().describe('URI of a file with one item a line.'),
    filterCondition: property(s.string().describe('Template over the members of an item.'), { render: 'none' }),
    filterType: s.enum(['INCLUDE', 'EXCLUDE']).default('INCLUDE').describe('What becomes of items for which it holds.'),
    errorOrNullBehavior: s.enum(WHEN_UNCLEAR).default('FAIL').describe('What to do when the condition fails or gives nothing.'), // prettier-ignore
  },
  outputs: {
    uri: s.string().describe('Where the new file lies.'),
    processedItemsTotal: s.int().describe('Items read.'),
    droppedItemsTotal: s.int().describe('Items left out.'),
  },
  examples: [{ title: 'Cheap things only', flow: FILTER_FLOW }],
  async run(context, { from, ...filter }) {
    const counts = { all: 0, kept: 0 };
    const { uri } = await context.storage.put('items.ion', Readable.from(kept(context, from, filter, counts)));
    return { uri, processedItemsTotal: counts.all, droppedItemsTotal: counts.all - counts.kept };
  },
});

interface Filter {
  readonly filterCondition: string;
  readonly filterType: 'INCLUDE' | 'EXCLUDE';
  readonly errorOrNullBehavior: (typeof WHEN_UNCLEAR)[number];
}

async function* kept(
  context: RunContext,
  from: string,
  filter: Filter,
  counts: { all: number; kept: number },
): AsyncGenerator<Buffer> {
  for await (const item of itemsOf(await context.storage.get(from))) {
    counts.all++;
    if (!(await isKept(context, item, filter))) continue;
    counts.kept++;
    yield Buffer.from(`${item.line}\n`);
  }
}

async function isKept({ render }: RunContext, { values, line }: Item, filter: Filter): Promise<boolean> {
  const { filterCondition, filterType, errorOrNullBehavior: unclear } = filter;
  const rendered = await render(filterCondition, values).catch((cause: unknown) => {
    if (unclear !== 'FAIL') return undefined;
    throw new TaskError('CONDITION_FAILED', `The condition fails for ${line.slice(0, 100)}: ${String(cause)}`, {
      cause,
    });
  });
  if (rendered !== undefined && rendered !== '') return isTruthy(rendered) === (filterType === 'INCLUDE');
  if (unclear !== 'FAIL') return unclear === 'INCLUDE';
  throw new TaskError('CONDITION_FAILED', `The condition gives nothing for ${line.slice(0, 100)}.`, {
    retryable: false,
  });
}
