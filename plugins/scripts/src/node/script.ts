import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineTask, withLocalCopies } from '@tutti/plugin-sdk';
import { runScript } from '../run-script.ts';
import { scriptOutputs, scriptProperties, scriptProperty } from '../script-properties.ts';

/** Modules of either kind run, whatever a package.json above the folder says. */
const fileNameFor = (script: string): string =>
  /^\s*(import|export)\s/m.test(script) ? '.tutti-script.mjs' : '.tutti-script.cjs';

const SCRIPT_FLOW = `id: node-script
namespace: company.team
tasks:
  - id: sum
    type: scripts.node.Script
    taskRunner:
      type: core.runner.Process
    script: |
      const sum = [1, 2, 3].reduce((a, b) => a + b);
      console.log('::' + JSON.stringify({ outputs: { sum } }) + '::');
  - id: show
    type: core.log.Log
    message: "{{ outputs.sum.vars.sum }}"
`;

export const nodeScript = defineTask({
  type: 'scripts.node.Script',
  aliases: ['io.kestra.plugin.scripts.node.Script'],
  title: 'Run a script in JavaScript.',
  properties: { ...scriptProperty, ...scriptProperties },
  outputs: scriptOutputs,
  examples: [{ title: 'Add numbers', flow: SCRIPT_FLOW }],
  run: (context, properties) =>
    runScript(context, properties, async ({ work }) => {
      const name = fileNameFor(properties.script);
      await writeFile(join(work, name), await withLocalCopies(context, work, properties.script));
      return { commands: [`node ${name}`], program: ['node', name] };
    }),
});
