import { delimiter } from 'node:path';
import type { Json, JsonMap } from '@tutti/plugin-sdk';
import { getPacked } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions, TestContext } from '@tutti/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { dbtCli } from './dbt-cli.ts';
import { setup } from './setup.ts';
import { installDbt } from './testing/install-dbt.ts';
import { PROFILES, PROJECT } from './testing/project.ts';
import { verbTasks } from './verb-tasks.ts';

const dbt = await installDbt();
const env = { PATH: [dbt, process.env['PATH']].join(delimiter), DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' };
const run = (properties: JsonMap, options: RunTaskOptions = {}) =>
  runTask(
    dbtCli,
    { taskRunner: { type: 'core.runner.Process' }, env, inputFiles: PROJECT, profiles: PROFILES, ...properties },
    options,
  );

afterAll(removeTestFolders);

/** dbt takes seconds to start, more on a busy machine. */
const timeout = 120_000;

describe.skipIf(dbt === undefined)('DbtCLI', { timeout }, () => {
  it('builds a project, and tells how each node ended', async () => {
    const { state, outputs, log, metrics, read } = await run({ commands: ['dbt build'] });
    expect({ state, log: log.filter((line) => !line.startsWith('INFO')) }).toEqual({ state: 'SUCCESS', log: [] });
    expect(outputs['results']).toEqual({ success: 3, pass: 2 });
    expect(log).toContainEqual(expect.stringMatching(/^INFO model\.trips\.fares success in [\d.]+ s: OK$/));
    expect(log).toContainEqual(expect.stringMatching(/^INFO Done\. PASS=5 /));
    expect(metrics).toContain('counter nodes.success 3');
    expect(metrics.filter((metric) => metric.startsWith('timer node.duration '))).toHaveLength(5);
    const files = outputs['outputFiles'] as Record<string, string>;
    expect(Object.keys(files).sort()).toEqual(['manifest.json', 'run_results.json']);
    const manifest = JSON.parse(await read(files['manifest.json'])) as { nodes: object };
    expect(Object.keys(manifest.nodes)).toContain('model.trips.top_zone');
  });

  it('fails with the nodes that failed, and still tells of the others', async () => {
    const inputFiles = { ...PROJECT, 'models/top_zone.sql': "select nowhere from {{ ref('fares') }}" };
    const { state, message, outputs, log } = await run({ commands: ['dbt build'], inputFiles });
    expect({ state, message }).toEqual({
      state: 'FAILED',
      message: 'Command failed with exit code 1: model.trips.top_zone',
    });
    expect(outputs).toMatchObject({ exitCode: 1, results: { success: 2, pass: 2, error: 1 } });
    expect(log.some((line) => /^ERROR model\.trips\.top_zone error.*nowhere/s.test(line))).toBe(true);
  });

  it('ends as a warning when a test warns', async () => {
    const schema = PROJECT['models/schema.yml'].replace('[unique, not_null]', '[{accepted_values: {arguments: {values: [1]}, config: {severity: warn}}}]'); // prettier-ignore
    const { state, outputs } = await run({ commands: ['dbt build'], inputFiles: { ...PROJECT, 'models/schema.yml': schema } }); // prettier-ignore
    expect({ state, results: outputs['results'] }).toMatchObject({ state: 'WARNING', results: { warn: 1 } });
  });

  it('works on a project in a folder, by a command of several, and keeps the manifest for the next run', async () => {
    const inputFiles = Object.fromEntries(Object.entries(PROJECT).map(([path, text]) => [`dbt/${path}`, text]));
    const place = { namespace: 'company.team', key: 'manifest.json' };
    const { context, prepare } = remembered();
    const properties = { inputFiles, projectDir: 'dbt', storeManifest: place };
    const built = await run({ ...properties, commands: ['dbt deps && dbt build'], outputFiles: ['trips.duckdb'] }, { prepare }); // prettier-ignore
    expect({ state: built.state, results: built.outputs['results'] }).toEqual({ state: 'SUCCESS', results: { success: 3, pass: 2 } }); // prettier-ignore
    const manifest = (await getPacked(context().keyValues, place)) as { nodes: Record<string, Json> };
    expect(Object.keys(manifest.nodes)).toContain('model.trips.fares');

    const { keyValues } = context();
    const changed = { ...inputFiles, 'dbt/models/top_zone.sql': "select 1 as zone from {{ ref('fares') }}" };
    const commands = ['dbt ls --select state:modified --quiet > changed.txt'];
    const again = await run({ inputFiles: changed, projectDir: 'dbt', loadManifest: place, commands, logFormat: 'TEXT', outputFiles: ['changed.txt'] }, { context: { keyValues } }); // prettier-ignore
    expect(again.state).toBe('SUCCESS');
    expect((await again.read((again.outputs['outputFiles'] as Record<string, string>)['changed.txt'])).trim()).toBe('trips.top_zone'); // prettier-ignore
    expect(again.outputs['results']).toEqual({});
  });

  it('goes without a manifest that was never kept, with a word about it', async () => {
    const { log, state } = await run({ commands: ['dbt parse'], loadManifest: { key: 'none' } });
    expect({ state, warned: log.filter((line) => line.startsWith('WARN')) }).toEqual({
      state: 'SUCCESS',
      warned: ['WARN There is no manifest at the key "none" yet: dbt goes without it.'],
    });
  });
});

describe.skipIf(dbt === undefined)('Build', { timeout }, () => {
  it('runs the dbt on the path where there is none in the folder', async () => {
    const build = verbTasks.find(({ type }) => type === 'dbt.cli.Build');
    const { state, outputs } = await runTask(build, { taskRunner: { type: 'core.runner.Process' }, env, inputFiles: PROJECT, profiles: PROFILES, exclude: ['top_zone'], failFast: true }); // prettier-ignore
    expect({ state, results: outputs['results'] }).toEqual({ state: 'SUCCESS', results: { success: 2, pass: 2 } });
  });
});

describe.skipIf(dbt === undefined)('Setup', { timeout }, () => {
  it('makes an environment of its own, and writes the profiles', async () => {
    const { state, outputs, read } = await runTask(setup, { taskRunner: { type: 'core.runner.Process' }, requirements: [], profiles: { default: { target: 'dev' } }, outputFiles: ['profiles.yml', 'bin/pip'] }); // prettier-ignore
    const files = outputs['outputFiles'] as Record<string, string>;
    expect({ state, files: Object.keys(files) }).toEqual({ state: 'SUCCESS', files: ['bin/pip', 'profiles.yml'] });
    expect(JSON.parse(await read(files['profiles.yml']))).toEqual({ default: { target: 'dev' } });
  });
});

describe('DbtCLI without dbt', () => {
  it('says what is missing', async () => {
    const { state, message } = await run({ commands: ['dbt build'], env: { PATH: '/usr/bin:/bin' } });
    expect({ state, message }).toEqual({ state: 'FAILED', message: expect.stringMatching(/exit code 127: .*Install dbt/) }); // prettier-ignore
  });
});

/** The context of a run, for the next one. */
function remembered(): { context: () => TestContext; prepare: (context: TestContext) => Promise<void> } {
  let found: TestContext | undefined;
  return {
    context: () => found!,
    async prepare(context) {
      found = context;
    },
  };
}
