import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskResult, pathWithin } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { runScript } from '@tutti/plugin-scripts';
import { DbtLog } from './dbt-log.ts';
import type { DbtProperties } from './dbt-properties.ts';
import { loadManifest, storeManifest } from './manifest.ts';
import { withHostAliases } from './profiles.ts';
import { reportRunResults } from './run-results.ts';
import type { RunSummary } from './run-results.ts';

const IMAGES = { CORE: 'ghcr.io/kestra-io/dbt', FUSION: 'ghcr.io/kestra-io/dbt-fusion' } as const;
/** What a shell ends with when it has not found a program. */
const NOT_FOUND = 127;

/** Where dbt leaves what it has found out. */
interface Artifacts {
  readonly target: string;
  readonly manifest: string;
  readonly runResults: string;
}

/**
 * Runs commands that use dbt, and takes from its artifacts what became of the models.
 * @throws {TaskError} FILE_PATH_OUTSIDE, and what a script throws.
 */
export async function runDbt(
  context: RunContext,
  properties: DbtProperties,
  commands: readonly string[],
): Promise<TaskResult> {
  const target = join(pathWithin(await context.workingDirectory(), properties.projectDir ?? ''), 'target');
  const artifacts = { target, manifest: join(target, 'manifest.json'), runResults: join(target, 'run_results.json') };
  const log = new DbtLog(context);
  const before = await changedAt(artifacts.runResults);
  const ended = await runScript(
    context,
    { ...properties, containerImage: properties.containerImage ?? IMAGES[properties.engine] },
    async ({ work }) => ({
      commands,
      env: await prepare(context, properties, work, artifacts),
      takeLine: (line) => log.take(line),
    }),
  );
  // A file that an earlier command in this folder has left tells nothing of this one.
  const isNew = (await changedAt(artifacts.runResults)) !== before;
  return resultOf(ended, { warned: log.warned, ...(await takeArtifacts(context, properties, artifacts, isNew)) });
}

/** Puts into the folder what dbt reads; the environment it runs in. */
async function prepare(
  context: RunContext,
  properties: DbtProperties,
  work: string,
  { target }: Artifacts,
): Promise<Record<string, string>> {
  const state = properties.loadManifest && (await loadManifest(context, properties.loadManifest, target));
  if (properties.profiles !== undefined) await writeProfiles(context, work, properties);
  return { ...environmentOf(properties, work), ...(state !== undefined && { DBT_STATE: state }) };
}

/** What there was to tell, and the files that were kept. */
interface Findings {
  readonly warned: boolean;
  readonly summary: RunSummary | undefined;
  readonly files: Readonly<Record<string, string>>;
}

async function takeArtifacts(
  context: RunContext,
  properties: DbtProperties,
  { manifest, runResults }: Artifacts,
  isNew: boolean,
): Promise<Omit<Findings, 'warned'>> {
  const files: Record<string, string> = {};
  const keep = async (name: string, path: string): Promise<void> => {
    files[name] = (await context.storage.put(name, createReadStream(path))).uri;
  };
  if ((await changedAt(manifest)) !== undefined) {
    await keep('manifest.json', manifest);
    if (properties.storeManifest) await storeManifest(context, properties.storeManifest, manifest);
  }
  if (!isNew) return { files, summary: undefined };
  await keep('run_results.json', runResults);
  return { files, summary: properties.parseRunResults ? await reportRunResults(context, runResults) : undefined };
}

/** Switches of dbt as variables, so that they hold for each call of it in the commands, however it is written. */
function environmentOf({ projectDir, logFormat, profiles }: DbtProperties, work: string): Record<string, string> {
  return {
    DBT_USE_COLORS: 'false',
    DBT_LOG_PATH: 'logs',
    ...(logFormat !== 'NONE' && { DBT_LOG_FORMAT: logFormat.toLowerCase() }),
    ...(projectDir !== undefined && { DBT_PROJECT_DIR: projectDir }),
    ...(profiles !== undefined && { DBT_PROFILES_DIR: work }),
  };
}

async function writeProfiles(
  context: RunContext,
  work: string,
  { profiles = '', taskRunner }: DbtProperties,
): Promise<void> {
  const runner = taskRunner?.['type'];
  const inContainer = typeof runner === 'string' && runner.endsWith('.Docker');
  await writeFile(join(work, 'profiles.yml'), inContainer ? profiles : await withHostAliases(context, profiles));
}

function resultOf(ended: TaskResult, { warned, summary, files }: Findings): TaskResult {
  const outputs = {
    ...ended.outputs,
    outputFiles: { ...(ended.outputs['outputFiles'] as Record<string, string>), ...files },
    results: summary?.counts ?? {},
  };
  if (ended.state !== 'FAILED')
    return new TaskResult(warned || (summary?.counts['warn'] ?? 0) > 0 ? 'WARNING' : ended.state, outputs);
  return new TaskResult('FAILED', outputs, `${ended.message ?? ''}${reasonOf(ended.outputs['exitCode'], summary)}`);
}

function reasonOf(exitCode: unknown, summary: RunSummary | undefined): string {
  if (exitCode === NOT_FOUND)
    return ': a program is missing. Install dbt where the task-runner runs, or in "beforeCommands", or name a task runner with containers.';
  return summary && summary.failed.length > 0 ? `: ${summary.failed.slice(0, 10).join(', ')}` : '';
}

/** When a file was written, Unix ms; `undefined` when it is not there. */
async function changedAt(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
