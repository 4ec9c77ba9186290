import { collectFiles, defineTask, property, s, writeInputFiles } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const LOCAL_FLOW = `id: files-in-a-folder
namespace: company.team
tasks:
  - id: folder
    type: core.flow.WorkingDirectory
    tasks:
      - id: files
        type: core.storage.LocalFiles
        inputs:
          names.txt: |
            anna
            bert
        outputs: ["*.txt"]
      - id: show
        type: core.log.Log
        message: "{{ outputs.files.uris['names.txt'] }}"
`;

export const localFiles = defineTask({
  type: 'core.storage.LocalFiles',
  aliases: kestraNames('core.storage.LocalFiles', 'storages.LocalFiles'),
  deprecated: 'core.flow.WorkingDirectory',
  title: 'Put files into the working folder, and keep files of it.',
  properties: {
    inputs: s
      .record(s.json())
      .optional()
      .describe('Files to put there: content or URI by path; or the JSON text of such a map.'),
    outputs: property(s.oneOrMany(s.string()).default([]).describe('Globs of the files to keep.'), {}),
  },
  outputs: { uris: s.record(s.string()).describe('URIs by path.') },
  examples: [{ title: 'Share a file between tasks', flow: LOCAL_FLOW }],
  async run(context, { inputs, outputs }) {
    const directory = await context.workingDirectory();
    await writeInputFiles(context, directory, { inputFiles: inputs });
    return { uris: await collectFiles(context, directory, outputs) };
  },
});
