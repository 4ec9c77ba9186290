import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const SIZE_FLOW = `id: size-of-a-file
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    content: hello
  - id: size
    type: core.storage.Size
    uri: "{{ outputs.write.uri }}"
  - id: show
    type: core.log.Log
    message: "{{ outputs.size.size }} bytes"
`;

export const storageSize = defineTask({
  type: 'core.storage.Size',
  aliases: kestraNames('core.storage.Size', 'storages.Size'),
  title: 'Tell the size of a file.',
  properties: { uri: s.string().describe('URI of the file.') },
  outputs: { size: s.int().describe('Its length, bytes.') },
  examples: [{ title: 'Measure a file', flow: SIZE_FLOW }],
  run: async ({ storage }, { uri }) => ({ size: await storage.sizeBytes(uri) }),
});
