import { defineTask } from '@tutti/plugin-sdk';
import { runScript } from '../run-script.ts';
import { scriptOutputs, scriptProperties, scriptProperty } from '../script-properties.ts';

const SCRIPT_FLOW = `id: shell-script
namespace: company.team
tasks:
  - id: count
    type: scripts.shell.Script
    taskRunner:
      type: core.runner.Process
    script: |
      for n in 1 2 3; do
        echo "line $n"
      done
`;

export const shellScript = defineTask({
  type: 'scripts.shell.Script',
  aliases: ['io.kestra.plugin.scripts.shell.Script'],
  title: 'Run a shell script.',
  properties: { ...scriptProperty, ...scriptProperties },
  outputs: scriptOutputs,
  examples: [{ title: 'Count to three', flow: SCRIPT_FLOW }],
  run: (context, properties) =>
    runScript(context, properties, () => Promise.resolve({ commands: [properties.script] })),
});
