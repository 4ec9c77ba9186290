import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const DELETE_FLOW = `id: delete-a-file
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    content: hello
  - id: delete
    type: core.storage.Delete
    uri: "{{ outputs.write.uri }}"
`;

export const storageDelete = defineTask({
  type: 'core.storage.Delete',
  aliases: kestraNames('core.storage.Delete', 'storages.Delete'),
  title: 'Delete a file of internal storage.',
  properties: {
    uri: s.string().describe('URI of the file.'),
    errorOnMissing: s.boolean().default(false).describe('Whether a file that does not exist fails the task.'),
  },
  outputs: {
    uri: s.string().describe('URI of the file.'),
    deleted: s.boolean().describe('Whether there was one.'),
  },
  examples: [{ title: 'Delete what was written', flow: DELETE_FLOW }],
  async run({ storage }, { uri, errorOnMissing }) {
    const deleted = await storage.delete(uri);
    if (!deleted && errorOnMissing)
      throw new TaskError('FILE_NOT_FOUND', `There is no file ${uri} in internal storage.`, { retryable: false });
    return { uri, deleted };
  },
});
