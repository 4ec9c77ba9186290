import { defineTask } from '@tutti/plugin-sdk';
import { runScript } from '../run-script.ts';
import { commandsProperty, scriptOutputs, scriptProperties } from '../script-properties.ts';

const COMMANDS_FLOW = `id: node-commands
namespace: company.team
tasks:
  - id: greet
    type: scripts.node.Commands
    taskRunner:
      type: core.runner.Process
    inputFiles:
      greet.js: console.log('Hello from Node');
    commands:
      - node greet.js
`;

export const nodeCommands = defineTask({
  type: 'scripts.node.Commands',
  aliases: ['io.kestra.plugin.scripts.node.Commands'],
  title: 'Run shell commands that use Node.js.',
  properties: { ...commandsProperty, ...scriptProperties },
  outputs: scriptOutputs,
  examples: [{ title: 'Run a file of JavaScript', flow: COMMANDS_FLOW }],
  run: (context, properties) =>
    runScript(context, properties, () => Promise.resolve({ commands: properties.commands })),
});
