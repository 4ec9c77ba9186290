import { defineTask, property, s } from '@tutti/plugin-sdk';
import { dbtOutputs, dbtProperties } from './dbt-properties.ts';
import { runDbt } from './run-dbt.ts';

const verbProperties = {
  ...dbtProperties,
  dbtPath: s.string().default('./bin/dbt').describe('Where dbt lies; the one on the path when it is not there.'),
  select: s.list(s.string()).optional().describe('Nodes to take.'),
  exclude: s.list(s.string()).optional().describe('Nodes to leave out.'),
  selector: s.string().optional().describe('Name of a selector of the project.'),
  target: s.string().optional().describe('Target of the profile.'),
  thread: s.int().optional().describe('How many nodes run at once.'),
  fullRefresh: s.boolean().default(false).describe('Whether incremental models are made anew.'),
  failFast: s.boolean().default(false).describe('Whether the first node that fails ends the run.'),
  warnError: s.boolean().default(false).describe('Whether warnings are errors.'),
  debug: s.boolean().default(false).describe('Whether dbt tells everything it does.'),
  dockerOptions: property(s.record(s.json()).optional().describe('Deprecated: see containerImage and taskRunner.'), {}),
} as const;

type VerbProperties = { readonly [Name in keyof typeof verbProperties]: (typeof verbProperties)[Name]['_zod']['output'] }; // prettier-ignore

/** The types of before DbtCLI: name, command of dbt, and what it does. */
const VERBS = [
  ['Build', 'build', 'Make all models, and run their tests.'],
  ['Run', 'run', 'Make the models.'],
  ['Test', 'test', 'Run the tests.'],
  ['Seed', 'seed', 'Load the seeds.'],
  ['Snapshot', 'snapshot', 'Take the snapshots.'],
  ['Compile', 'compile', 'Compile the models.'],
  ['Deps', 'deps', 'Fetch the packages of the project.'],
  ['List', 'ls', 'List the nodes of the project.'],
  ['Freshness', 'source freshness', 'Ask how fresh the sources are.'],
] as const;

const flowWith = (name: string): string => `id: dbt-${name.toLowerCase()}
namespace: company.team
tasks:
  - id: project
    type: core.flow.WorkingDirectory
    tasks:
      - id: clone
        type: git.Clone
        url: https://github.com/kestra-io/dbt-example
      - id: dbt
        type: dbt.cli.${name}
        taskRunner:
          type: core.runner.Process
`;

/** One task type for each command of dbt, as flows of before DbtCLI have them. */
export const verbTasks = VERBS.map(([name, verb, title]) =>
  defineTask({
    type: `dbt.cli.${name}`,
    aliases: [`io.kestra.plugin.dbt.cli.${name}`],
    title,
    deprecated: 'dbt.cli.DbtCLI',
    properties: verbProperties,
    outputs: dbtOutputs,
    examples: [{ title: `dbt ${verb} in a repository`, flow: flowWith(name), runs: false }],
    run: (context, properties) => runDbt(context, { ...properties, failFast: true }, [commandOf(verb, properties)]),
  }),
);

/** A line for the shell. Switches that are off are left out: not every command of dbt knows each. */
function commandOf(verb: string, properties: VerbProperties): string {
  const { dbtPath, select = [], exclude = [], selector, target, thread, fullRefresh, failFast, warnError, debug } = properties; // prettier-ignore
  return [
    `"$(command -v ${quoted(dbtPath)} || echo dbt)"`,
    ...(debug ? ['--debug'] : []),
    ...(warnError ? ['--warn-error'] : []),
    ...(failFast ? ['--fail-fast'] : []),
    verb,
    ...(target === undefined ? [] : ['--target', quoted(target)]),
    ...(thread === undefined ? [] : ['--threads', String(thread)]),
    ...(fullRefresh ? ['--full-refresh'] : []),
    ...(selector === undefined ? [] : ['--selector', quoted(selector)]),
    ...(select.length === 0 ? [] : ['--select', ...select.map(quoted)]),
    ...(exclude.length === 0 ? [] : ['--exclude', ...exclude.map(quoted)]),
  ].join(' ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
