import { mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { TaskError, defineTask, s, partsOf } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { extensionOf } from './extension.ts';
import { parseSize } from './size-units.ts';

const SPLIT_FLOW = `id: split
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    content: "a\\nb\\nc\\n"
    extension: .txt
  - id: split
    type: core.storage.Split
    from: "{{ outputs.write.uri }}"
    rows: 2
  - id: show
    type: core.log.Log
    message: "{{ outputs.split.uris | length }} files"
`;

export const storageSplit = defineTask({
  type: 'core.storage.Split',
  aliases: kestraNames('core.storage.Split', 'storages.Split'),
  title: 'Split a file by rows, by size or into a number of parts.',
  properties: {
    from: s.string().describe('URI of the file.'),
    rows: s.int().optional().describe('Rows of each part.'),
    bytes: s.string().optional().describe('Size of each part at most, such as 10MB; rows stay whole.'),
    partitions: s.int().optional().describe('Number of parts; rows are dealt out in turn.'),
    separator: s.string().default('\n').describe('What ends a row.'),
  },
  outputs: { uris: s.list(s.string()).describe('Where the parts lie, in order.') },
  examples: [{ title: 'Two rows each', flow: SPLIT_FLOW }],
  async run(context, { from, separator, ...by }) {
    const choose = chooserFor(by, separator);
    const folder = await mkdtemp(join(await context.workingDirectory(), 'split-'));
    try {
      const parts = new Parts(folder);
      for await (const row of partsOf(await context.storage.get(from), separator))
        await parts.write(choose(row), row + separator);
      return { uris: await store(context, await parts.close(), extensionOf(from)) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

interface SplitBy {
  readonly rows: number | undefined;
  readonly bytes: string | undefined;
  readonly partitions: number | undefined;
}

/** To which part, from 0, the next row goes. */
function chooserFor({ rows, bytes, partitions }: SplitBy, separator: string): (row: string) => number {
  if ([rows, bytes, partitions].filter((by) => by !== undefined).length !== 1)
    throw new TaskError('SPLIT_UNCLEAR', 'Give exactly one of `rows`, `bytes` and `partitions`.', { retryable: false });
  let count = 0;
  if (rows !== undefined) return () => Math.floor(count++ / Math.max(1, rows));
  if (partitions !== undefined) return () => count++ % Math.max(1, partitions);
  const maxBytes = parseSize(bytes ?? '');
  let part = 0;
  let filledBytes = 0;
  return (row) => {
    const sizeBytes = Buffer.byteLength(row) + Buffer.byteLength(separator);
    if (filledBytes > 0 && filledBytes + sizeBytes > maxBytes) {
      part++;
      filledBytes = 0;
    }
    filledBytes += sizeBytes;
    return part;
  };
}

const BUFFER_CHARACTERS = 64 * 1024;

/** Files being filled, written in larger pieces. */
class Parts {
  readonly #folder: string;
  readonly #files: { readonly handle: FileHandle; readonly path: string; buffered: string }[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(part: number, text: string): Promise<void> {
    const file = this.#files[part] ?? (await this.#open(part));
    file.buffered += text;
    if (file.buffered.length < BUFFER_CHARACTERS) return;
    await file.handle.write(file.buffered);
    file.buffered = '';
  }

  async close(): Promise<string[]> {
    for (const { handle, buffered } of this.#files) {
      await handle.write(buffered);
      await handle.close();
    }
    return this.#files.map(({ path }) => path);
  }

  async #open(part: number) {
    const path = join(this.#folder, String(part));
    return (this.#files[part] = { handle: await open(path, 'w'), path, buffered: '' });
  }
}

async function store({ storage }: RunContext, paths: readonly string[], extension: string): Promise<string[]> {
  const uris: string[] = [];
  for (const [n, path] of paths.entries())
    uris.push((await storage.put(`part-${n}${extension}`, createReadStream(path))).uri);
  return uris;
}
