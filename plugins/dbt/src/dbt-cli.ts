import { defineTask } from '@tutti/plugin-sdk';
import { commandsProperty } from '@tutti/plugin-scripts';
import { dbtOutputs, dbtProperties } from './dbt-properties.ts';
import { runDbt } from './run-dbt.ts';

const BUILD_FLOW = `id: dbt-build
namespace: company.team
tasks:
  - id: project
    type: core.flow.WorkingDirectory
    tasks:
      - id: clone
        type: git.Clone
        url: https://github.com/kestra-io/dbt-example
        branch: main
      - id: dbt
        type: dbt.cli.DbtCLI
        taskRunner:
          type: core.runner.Process
        commands:
          - dbt deps
          - dbt build
        profiles: |
          my_dbt_project:
            outputs:
              dev:
                type: duckdb
                path: ":memory:"
            target: dev
`;

const NAMESPACE_FLOW = `id: dbt-of-namespace
namespace: company.team
tasks:
  - id: sync
    type: git.SyncNamespaceFiles
    url: https://github.com/company/project
    branch: main
    gitDirectory: dbt
  - id: dbt
    type: dbt.cli.DbtCLI
    namespaceFiles:
      enabled: true
      exclude:
        - profiles.yml
    beforeCommands:
      - pip install -q dbt-postgres
    commands:
      - dbt build --select state:modified+ --defer
    loadManifest:
      key: manifest.json
    storeManifest:
      key: manifest.json
    profiles: |
      default:
        outputs:
          dev:
            type: postgres
            host: host.docker.internal
            user: kestra
            password: "{{ secret('DB_PASSWORD') }}"
            port: 5432
            dbname: warehouse
            schema: public
        target: dev
`;

export const dbtCli = defineTask({
  type: 'dbt.cli.DbtCLI',
  aliases: ['io.kestra.plugin.dbt.cli.DbtCLI'],
  title: 'Run commands of dbt.',
  description:
    'Log lines keep their level, each node gets a line and metrics, manifest.json and run_results.json become files. dbt itself must be on the runner, in the image, or be installed by `beforeCommands`.',
  properties: { ...commandsProperty, ...dbtProperties },
  outputs: dbtOutputs,
  examples: [
    { title: 'Build a project of a repository', flow: BUILD_FLOW, runs: false },
    { title: 'Build what has changed since the last run', flow: NAMESPACE_FLOW, runs: false },
  ],
  run: (context, properties) => runDbt(context, properties, properties.commands),
});
