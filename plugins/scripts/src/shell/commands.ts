import { defineTask } from '@tutti/plugin-sdk';
import { runScript } from '../run-script.ts';
import { commandsProperty, scriptOutputs, scriptProperties } from '../script-properties.ts';

const COMMANDS_FLOW = `id: shell-commands
namespace: company.team
tasks:
  - id: sort
    type: scripts.shell.Commands
    taskRunner:
      type: core.runner.Process
    inputFiles:
      names.txt: |
        bert
        anna
    outputFiles: ["*.sorted"]
    commands:
      - sort names.txt > names.sorted
      - echo '::{"outputs":{"lines":2}}::'
  - id: show
    type: core.log.Log
    message: "{{ outputs.sort.vars.lines }} lines, the first is {{ read(outputs.sort.outputFiles['names.sorted']) | split('\\n') | first }}"
`;

export const shellCommands = defineTask({
  type: 'scripts.shell.Commands',
  aliases: ['io.kestra.plugin.scripts.shell.Commands', 'io.kestra.core.tasks.scripts.Bash'],
  title: 'Run shell commands.',
  properties: { ...commandsProperty, ...scriptProperties },
  outputs: scriptOutputs,
  examples: [{ title: 'Sort a file', flow: COMMANDS_FLOW }],
  run: (context, properties) =>
    runScript(context, properties, () => Promise.resolve({ commands: properties.commands })),
});
