import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const PURGE_FLOW = `id: clean-up
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    content: only needed for a while
  - id: purge
    type: core.storage.PurgeCurrentExecutionFiles
`;

export const purgeCurrentExecutionFiles = defineTask({
  type: 'core.storage.PurgeCurrentExecutionFiles',
  aliases: [
    ...kestraNames('core.storage.PurgeCurrentExecutionFiles', 'storages.PurgeExecution'),
    'io.kestra.plugin.core.storage.PurgeExecution',
  ],
  title: 'Delete every file that this execution has stored.',
  properties: {},
  outputs: { uris: s.list(s.string()).describe('URIs of the files that were deleted.') },
  examples: [{ title: 'Clean up at the end', flow: PURGE_FLOW }],
  run: async ({ storage }) => ({ uris: [...(await storage.purgeExecution())] }),
});
