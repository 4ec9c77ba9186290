import { Readable } from 'node:stream';
import { defineTask, s } from '@tutti/plugin-sdk';
import type { TaskStorage } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const CONCAT_FLOW = `id: concat
namespace: company.team
tasks:
  - id: one
    type: core.storage.Write
    content: "one\\n"
  - id: two
    type: core.storage.Write
    content: "two\\n"
  - id: both
    type: core.storage.Concat
    files:
      - "{{ outputs.one.uri }}"
      - "{{ outputs.two.uri }}"
    extension: .txt
`;

export const storageConcat = defineTask({
  type: 'core.storage.Concat',
  aliases: kestraNames('core.storage.Concat', 'storages.Concat'),
  title: 'Put files one after another into one.',
  properties: {
    files: s.oneOrMany(s.string()).describe('URIs of the files: a list, or the JSON text of one.'),
    separator: s.string().optional().describe('Text after each file.'),
    extension: s.string().default('.tmp').describe('Extension of the file, with the dot.'),
  },
  outputs: { uri: s.string().describe('Where the file lies.') },
  examples: [{ title: 'Join two files', flow: CONCAT_FLOW }],
  async run({ storage }, { files, separator, extension }) {
    const { uri } = await storage.put(`file${extension}`, Readable.from(joined(storage, files, separator)));
    return { uri };
  },
});

async function* joined(storage: TaskStorage, files: readonly string[], separator?: string): AsyncGenerator<Buffer> {
  for (const file of files) {
    yield* (await storage.get(file)) as AsyncIterable<Buffer>;
    if (separator !== undefined) yield Buffer.from(separator);
  }
}
