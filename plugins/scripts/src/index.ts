import { definePlugin } from '@tutti/plugin-sdk';
import { nodeCommands } from './node/commands.ts';
import { nodeScript } from './node/script.ts';
import { pythonCommands } from './python/commands.ts';
import { pythonScript } from './python/script.ts';
import { shellCommands } from './shell/commands.ts';
import { shellScript } from './shell/script.ts';

/** Scripts in several languages, as processes of the runner. */
export const scriptsPlugin = definePlugin({
  name: 'scripts',
  title: 'Scripts',
  tasks: [shellCommands, shellScript, pythonCommands, pythonScript, nodeCommands, nodeScript],
});

// For plugins whose tasks are commands, too.
export { runScript, type Script, type ScriptFolders } from './run-script.ts';
export { commandsProperty, scriptOutputs, scriptProperties, type ScriptProperties } from './script-properties.ts';
export { runProcess, type ProcessEnd, type ProcessOptions } from './process/run-process.ts';
export { findProgram } from './support-folder.ts';
