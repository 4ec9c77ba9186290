import { defineTask } from '@tutti/plugin-sdk';
import { runScript } from '../run-script.ts';
import { commandsProperty, pythonProperties, scriptOutputs, scriptProperties } from '../script-properties.ts';
import { installDependencies } from './install-dependencies.ts';

const COMMANDS_FLOW = `id: python-commands
namespace: company.team
tasks:
  - id: sum
    type: scripts.python.Commands
    taskRunner:
      type: core.runner.Process
    inputFiles:
      sum.py: |
        from kestra import Kestra
        Kestra.outputs({"sum": sum(range(10))})
    commands:
      - python sum.py
  - id: show
    type: core.log.Log
    message: "{{ outputs.sum.vars.sum }}"
`;

export const pythonCommands = defineTask({
  type: 'scripts.python.Commands',
  aliases: ['io.kestra.plugin.scripts.python.Commands'],
  title: 'Run shell commands that use Python.',
  description: '`from kestra import Kestra` works without an installation.',
  properties: { ...commandsProperty, ...scriptProperties, ...pythonProperties },
  outputs: scriptOutputs,
  examples: [{ title: 'Run a file of Python', flow: COMMANDS_FLOW }],
  run: (context, properties) =>
    runScript(context, properties, async () => {
      const packages = await installDependencies(context, properties);
      return { commands: properties.commands, ...(packages !== undefined && { env: { PYTHONPATH: packages } }) };
    }),
});
