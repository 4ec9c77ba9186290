import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineTask, property, s } from '@tutti/plugin-sdk';
import { runScript, scriptOutputs, scriptProperties } from '@tutti/plugin-scripts';

const SETUP_FLOW = `id: dbt-setup
namespace: company.team
tasks:
  - id: project
    type: core.flow.WorkingDirectory
    tasks:
      - id: clone
        type: git.Clone
        url: https://github.com/kestra-io/dbt-example
      - id: setup
        type: dbt.cli.Setup
        taskRunner:
          type: core.runner.Process
        requirements:
          - dbt-duckdb
        profiles:
          my_dbt_project:
            outputs:
              dev:
                type: duckdb
                path: ":memory:"
            target: dev
      - id: build
        type: dbt.cli.Build
        taskRunner:
          type: core.runner.Process
`;

export const setup = defineTask({
  type: 'dbt.cli.Setup',
  aliases: ['io.kestra.plugin.dbt.cli.Setup'],
  title: 'Install dbt into the working folder.',
  deprecated: 'dbt.cli.DbtCLI',
  properties: {
    ...scriptProperties,
    requirements: s.oneOrMany(s.string()).describe('Packages of Python, such as dbt-duckdb.'),
    profiles: property(
      s.union([s.record(s.json()), s.string()]).describe('profiles.yml, as a map or as its text.'),
      {},
    ),
    pythonPath: s.string().default('python3').describe('The Python to use.'),
    exitOnFailed: s.boolean().optional().describe('Accepted; a command that fails ends the task.'),
    dockerOptions: property(
      s.record(s.json()).optional().describe('Deprecated: see containerImage and taskRunner.'),
      {},
    ),
  },
  outputs: scriptOutputs,
  examples: [{ title: 'Install dbt, and build', flow: SETUP_FLOW, runs: false }],
  run: (context, { profiles, requirements, pythonPath, ...properties }) =>
    runScript(context, properties, async ({ work }) => {
      // JSON is YAML.
      await writeFile(join(work, 'profiles.yml'), typeof profiles === 'string' ? profiles : JSON.stringify(profiles));
      await writeFile(join(work, '.tutti-requirements.txt'), requirements.join('\n'));
      return { commands: [`"${pythonPath}" -m venv .`, './bin/pip install --quiet -r .tutti-requirements.txt'] };
    }),
});
