import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { filesProperty, namespaceProperty } from './namespace-properties.ts';

const DELETE_FLOW = `id: delete-files
namespace: company.team
tasks:
  - id: delete
    type: core.namespace.DeleteFiles
    namespace: "{{ flow.namespace }}"
    files: ["**/*.bak"]
`;

export const deleteFiles = defineTask({
  type: 'core.namespace.DeleteFiles',
  aliases: kestraNames('core.namespace.DeleteFiles'),
  title: 'Delete files of a namespace.',
  properties: { ...namespaceProperty, ...filesProperty },
  outputs: { deleted: s.int().describe('Number of files that were deleted.') },
  examples: [{ title: 'Delete backups', flow: DELETE_FLOW }],
  async run({ namespaceFiles, execution }, { namespace = execution.namespace, files }) {
    let deleted = 0;
    for (const path of await namespaceFiles.list({ namespace, include: files }))
      deleted += await namespaceFiles.delete(path, { namespace });
    return { deleted };
  },
});
