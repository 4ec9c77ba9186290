import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineTask, withLocalCopies } from '@tutti/plugin-sdk';
import { runScript } from '../run-script.ts';
import { pythonProperties, scriptOutputs, scriptProperties, scriptProperty } from '../script-properties.ts';
import { installDependencies } from './install-dependencies.ts';

const FILE_NAME = '.tutti-script.py';

const SCRIPT_FLOW = `id: python-script
namespace: company.team
tasks:
  - id: transform
    type: scripts.python.Script
    taskRunner:
      type: core.runner.Process
    outputFiles: ["*.json"]
    script: |
      import json
      from kestra import Kestra
      rows = [{"n": n, "square": n * n} for n in range(3)]
      with open("squares.json", "w") as file:
          json.dump(rows, file)
      Kestra.outputs({"rows": len(rows)})
      Kestra.counter("rows", len(rows))
  - id: show
    type: core.log.Log
    message: "{{ outputs.transform.vars.rows }} rows"
`;

export const pythonScript = defineTask({
  type: 'scripts.python.Script',
  aliases: ['io.kestra.plugin.scripts.python.Script'],
  title: 'Run a Python script.',
  description: '`from kestra import Kestra` works without an installation; `true`, `false` and `null` are known.',
  properties: { ...scriptProperty, ...scriptProperties, ...pythonProperties },
  outputs: scriptOutputs,
  examples: [{ title: 'Make a file and tell its size', flow: SCRIPT_FLOW }],
  run: (context, properties) =>
    runScript(context, properties, async ({ work }) => {
      const packages = await installDependencies(context, properties);
      await writeFile(join(work, FILE_NAME), await withLocalCopies(context, work, properties.script));
      return {
        commands: [`python3 ${FILE_NAME}`],
        program: ['python3', FILE_NAME],
        env: { TUTTI_PYTHON_ALIASES: '1', ...(packages !== undefined && { PYTHONPATH: packages }) },
      };
    }),
});
