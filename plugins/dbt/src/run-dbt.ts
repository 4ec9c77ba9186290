import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskResult } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { runScript } from '@tutti/plugin-scripts';
import type { Script } from '@tutti/plugin-scripts';
import { DbtLog } from './dbt-log.ts';
import type { DbtProperties } from './dbt-properties.ts';
import { loadManifest, storeManifest } from './manifest.ts';
import { withHostAliases } from './profiles.ts';
import { reportRunResults } from './run-results.ts';
import type { RunSummary } from './run-results.ts';

const IMAGES = { CORE: 'ghcr.io/kestra-io/dbt', FUSION: 'ghcr.io/kestra-io/dbt-fusion' } as const;
/** What a shell ends with when it has not found a program. */
const NOT_FOUND = 127;

/** Runs commands that use dbt, and takes from its artifacts what became of the models. */
export async function runDbt(
  context: RunContext,
  properties: DbtProperties,
  commands: readonly string[],
): Promise<TaskResult> {
  const target = join(await context.workingDirectory(), properties.projectDir ?? '', 'target');
  const artifacts = { manifest: join(target, 'manifest.json'), runResults: join(target, 'run_results.json') };
  const log = new DbtLog(context);
  const before = await changedAt(artifacts.runResults);
  const ended = await runScript(
    context,
    { ...properties, containerImage: properties.containerImage ?? IMAGES[properties.engine] },
    async ({ work }) => {
      const state = properties.loadManifest && (await loadManifest(context, properties.loadManifest, target));
      if (properties.profiles !== undefined) await writeProfiles(context, work, properties);
      return {
        commands,
        env: { ...environmentOf(properties, work), ...(state !== undefined && { DBT_STATE: state }) },
        takeLine: (line) => log.take(line),
      } satisfies Script;
    },
  );
  const isNew = (await changedAt(artifacts.runResults)) !== before;
  const summary =
    isNew && properties.parseRunResults ? await reportRunResults(context, artifacts.runResults) : undefined;
  const hasManifest = (await changedAt(artifacts.manifest)) !== undefined;
  if (properties.storeManifest && hasManifest)
    await storeManifest(context, properties.storeManifest, artifacts.manifest);
  const kept = { ...(hasManifest && { 'manifest.json': artifacts.manifest }), ...(isNew && { 'run_results.json': artifacts.runResults }) }; // prettier-ignore
  return resultOf(ended, { log, summary, artifacts: await store(context, kept) });
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

interface Findings {
  readonly log: DbtLog;
  readonly summary: RunSummary | undefined;
  readonly artifacts: Readonly<Record<string, string>>;
}

function resultOf(ended: TaskResult, { log, summary, artifacts }: Findings): TaskResult {
  const outputs = {
    ...ended.outputs,
    outputFiles: { ...(ended.outputs['outputFiles'] as Record<string, string>), ...artifacts },
    results: summary?.counts ?? {},
  };
  if (ended.state !== 'FAILED')
    return new TaskResult(log.warned || (summary?.counts['warn'] ?? 0) > 0 ? 'WARNING' : ended.state, outputs);
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

async function store(
  { storage }: RunContext,
  files: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const stored: Record<string, string> = {};
  for (const [name, path] of Object.entries(files))
    stored[name] = (await storage.put(name, createReadStream(path))).uri;
  return stored;
}
