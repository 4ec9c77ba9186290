import { Readable } from 'node:stream';
import { defineTask, s, partsOf } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { extensionOf } from './extension.ts';

const REVERSE_FLOW = `id: reverse
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    content: "1\\n2\\n3\\n"
  - id: reverse
    type: core.storage.Reverse
    from: "{{ outputs.write.uri }}"
  - id: show
    type: core.log.Log
    message: "{{ read(outputs.reverse.uri) }}"
`;

const CHARSETS: Readonly<Record<string, BufferEncoding>> = {
  'utf-8': 'utf8',
  'utf-16le': 'utf16le',
  'iso-8859-1': 'latin1',
  'us-ascii': 'ascii',
};

export const storageReverse = defineTask({
  type: 'core.storage.Reverse',
  aliases: kestraNames('core.storage.Reverse', 'storages.Reverse'),
  title: 'Turn the order of the lines of a file around.',
  description: 'The file is held in memory meanwhile.',
  properties: {
    from: s.string().describe('URI of the file.'),
    separator: s.string().default('\n').describe('What ends a line.'),
    charset: s.string().default('UTF-8').describe('Character set of the file.'),
  },
  outputs: { uri: s.string().describe('Where the file lies.') },
  examples: [{ title: 'The last line first', flow: REVERSE_FLOW }],
  async run({ storage }, { from, separator, charset }) {
    const encoding = CHARSETS[charset.toLowerCase()] ?? 'utf8';
    const lines: string[] = [];
    for await (const line of partsOf(await storage.get(from), separator, encoding)) lines.push(line);
    const reversed = lines.toReversed().map((line) => Buffer.from(line + separator, encoding));
    return { uri: (await storage.put(`file${extensionOf(from)}`, Readable.from(reversed))).uri };
  },
});
