import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { filesOutput, filesProperty, namespaceProperty } from './namespace-properties.ts';

const DOWNLOAD_FLOW = `id: download-files
namespace: company.team
tasks:
  - id: get
    type: core.namespace.DownloadFiles
    namespace: "{{ flow.namespace }}"
    files: ["**/*.sql"]
  - id: show
    type: core.log.Log
    message: "{{ outputs.get.files | length }} files"
`;

export const downloadFiles = defineTask({
  type: 'core.namespace.DownloadFiles',
  aliases: kestraNames('core.namespace.DownloadFiles'),
  title: 'Copy files of a namespace into internal storage.',
  properties: {
    ...namespaceProperty,
    ...filesProperty,
    destination: s.string().default('').describe('Folder put before the paths of the outputs.'),
  },
  outputs: filesOutput,
  examples: [{ title: 'Get all queries', flow: DOWNLOAD_FLOW }],
  async run({ namespaceFiles, storage, execution }, { namespace = execution.namespace, files, destination }) {
    const found: Record<string, string> = {};
    for (const path of await namespaceFiles.list({ namespace, include: files })) {
      const stored = await storage.put(path, await namespaceFiles.read(path, { namespace }));
      found[`${destination}${path}`] = stored.uri;
    }
    return { files: found };
  },
});
