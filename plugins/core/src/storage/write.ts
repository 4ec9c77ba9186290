import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const WRITE_FLOW = `id: write-a-file
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    content: |
      name,age
      Anna,30
    extension: .csv
  - id: size
    type: core.storage.Size
    uri: "{{ outputs.write.uri }}"
`;

export const storageWrite = defineTask({
  type: 'core.storage.Write',
  aliases: kestraNames('core.storage.Write'),
  title: 'Write a text as a file into internal storage.',
  properties: {
    content: s.string().describe('The text.'),
    extension: s.string().optional().describe('Extension of the file, with the dot.'),
  },
  outputs: { uri: s.string().describe('Where the file lies.') },
  examples: [{ title: 'Write two lines', flow: WRITE_FLOW }],
  run: async ({ storage }, { content, extension = '' }) => ({ uri: (await storage.put(`file${extension}`, content)).uri }), // prettier-ignore
});
