import { defineControl, property, s } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const DIRECTORY_FLOW = `id: one-folder
namespace: company.team
tasks:
  - id: folder
    type: core.flow.WorkingDirectory
    inputFiles:
      names.txt: |
        anna
        bert
    outputFiles: ["sorted.txt"]
    tasks:
      - id: sort
        type: scripts.shell.Commands
        commands:
          - sort -r names.txt > sorted.txt
      - id: count
        type: scripts.shell.Commands
        commands:
          - wc -l sorted.txt
`;

const namespaceFiles = s.object({
  enabled: s.boolean().optional(),
  include: s.oneOrMany(s.string()).optional(),
  exclude: s.oneOrMany(s.string()).optional(),
  namespaces: s.oneOrMany(s.string()).optional(),
  ifExists: s.string().optional(),
  folderPerNamespace: s.boolean().optional(),
});

export const workingDirectory = defineControl({
  type: 'core.flow.WorkingDirectory',
  aliases: kestraNames('core.flow.WorkingDirectory', 'flows.WorkingDirectory', 'flows.Worker'),
  control: 'workingDirectory',
  title: 'Run tasks one after another in the same folder of the same runner.',
  properties: {
    tasks: children('The tasks; none of them a control task.'),
    inputFiles: s.union([s.record(s.json()), s.string()]).optional().describe('Files to put there: path to content or URI.'), // prettier-ignore
    outputFiles: s.oneOrMany(s.string()).optional().describe('Globs of files to keep.'),
    namespaceFiles: namespaceFiles.optional().describe('Which files of the namespace to put there.'),
    cache: property(
      s.object({ patterns: s.oneOrMany(s.string()), ttl: s.duration().optional() }).optional().describe('Files kept from one execution to the next.'), // prettier-ignore
      { render: 'text' },
    ),
    ...handlers,
  },
  outputs: {
    outputFiles: s.record(s.string()).describe('URIs by path.'),
  },
  examples: [{ title: 'Hand files from script to script', flow: DIRECTORY_FLOW }],
});
