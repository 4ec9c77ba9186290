import type { JsonMap, TaskRunState } from '@tutti/contracts';
import type { TaskDefinition } from '@tutti/flow-model';
import { collectFiles, parseInputFiles, writeInputFiles } from '@tutti/plugin-sdk';
import { fetchStoredValues } from '@tutti/storage';
import { FolderCache } from '../cache/folder-cache.ts';
import { runCached } from '../cache/task-cache.ts';
import { ttlMsOf } from '../cache/ttl.ts';
import { AttemptFolder } from '../context/attempt-folder.ts';
import type { AttemptTools } from './attempt-tools.ts';
import { explainFailure } from './failure.ts';
import { packOutputs } from './outputs.ts';
import { orStopped } from './or-stopped.ts';
import { runTask } from './run-task.ts';
import type { TaskOutcome } from './run-task.ts';
import { createTaskScope, metricsIn } from './task-scope.ts';
import type { TaskScope } from './task-scope.ts';
import { timeoutFailure, timeoutMsOf } from './timeout.ts';

/**
 * Carries out a WorkingDirectory: its files are put in place, its children run one after another in the same folder,
 * each reported as a task run of its own, and what it wants to keep is stored.
 */
export async function runWorkingDirectory(
  tools: AttemptTools,
  scope: TaskScope,
  task: TaskDefinition,
  folder: AttemptFolder,
): Promise<TaskOutcome> {
  try {
    const properties = (await scope.rendering.text(task.properties)) as JsonMap;
    const directory = folder.work();
    const cache = cacheOf(tools, task, properties);
    const restored = (await cache?.restore(directory)) ?? 0;
    if (restored > 0) scope.log.info(`${restored} files of an earlier execution are put in place (cache).`);
    await writeInputFiles(scope.context, directory, parseInputFiles(properties));
    const state = await runChildren(tools, scope, task, folder);
    const kept = state === 'FAILED' ? 0 : ((await cache?.save(directory)) ?? 0);
    if (kept > 0) scope.log.info(`${kept} files are kept for the next execution (cache).`);
    const outputFiles = await collectFiles(scope.context, directory, globsOf(properties['outputFiles']));
    const outputs = properties['outputFiles'] === undefined ? {} : { outputFiles };
    if (state !== 'FAILED') return { state, outputs };
    return { state, outputs, error: { code: 'CHILD_FAILED', message: 'A child task failed.', retryable: true } };
  } catch (error) {
    const { hint, ...failure } = explainFailure(error);
    scope.log.error(hint === undefined ? failure.message : `${failure.message}\n${hint}`);
    return { state: 'FAILED', outputs: {}, error: failure };
  }
}

function cacheOf({ attempt, storage, clock }: AttemptTools, { id }: TaskDefinition, { cache }: JsonMap) {
  if (typeof cache !== 'object' || cache === null) return undefined;
  const { patterns, ttl } = cache as JsonMap;
  const options = { patterns: globsOf(patterns), ttlMs: ttlMsOf(ttl) };
  return new FolderCache(storage, clock, { ...attempt.work, taskId: id }, options);
}

async function runChildren(
  tools: AttemptTools,
  scope: TaskScope,
  task: TaskDefinition,
  folder: AttemptFolder,
): Promise<TaskOutcome['state']> {
  let state: TaskOutcome['state'] = 'SUCCESS';
  let variables = scope.rendering.variables;
  for (const child of (task.children?.['tasks'] ?? []).filter(({ disabled }) => disabled !== true)) {
    if (tools.attempt.signal.aborted) return 'FAILED';
    const ended = await runChild(tools, child, variables, folder);
    if (ended.state === 'FAILED') return 'FAILED';
    if (ended.state === 'WARNING') state = 'WARNING';
    variables = withOutputs(variables, child.id, await fetchStoredValues(ended.outputs, tools.storage));
  }
  return state;
}

async function runChild(tools: AttemptTools, child: TaskDefinition, variables: JsonMap, shared: AttemptFolder) {
  const { attempt, config, executor, mask } = tools;
  const folder = new AttemptFolder(config.folder, `${attempt.work.attemptId}-${child.id}`, shared.workPath);
  const clock = new AbortController();
  const scope = createTaskScope(tools, {
    taskId: child.id,
    childTaskId: child.id,
    logLevel: child.logLevel,
    variables: { ...variables, task: { id: child.id, type: child.type } },
    folder,
    signal: AbortSignal.any([attempt.signal, clock.signal]),
  });
  let timer: NodeJS.Timeout | undefined;
  const tell = (state: TaskRunState, rest = {}) => executor.child(attempt, { childTaskId: child.id, state, ...rest });
  try {
    if (!(await isWanted(scope, child))) {
      await tell('SKIPPED');
      return { state: 'SKIPPED' as const, outputs: {} };
    }
    await tell('RUNNING');
    const deps = { ...tools, ...scope, work: { ...attempt.work, context: variables }, nowMs: tools.clock.nowMs() };
    const timeoutMs = await timeoutMsOf(scope.rendering, child.timeout);
    if (timeoutMs !== undefined) timer = setTimeout(() => clock.abort(), timeoutMs);
    const running = runCached(tools, scope, child, () => runTask(deps, child));
    const ended = await orStopped(scope.context.signal, running);
    const outcome = clock.signal.aborted ? timedOut(scope, timeoutMs ?? 0) : ended;
    const outputs = mask.json(await packOutputs(outcome.outputs, scope.storage));
    const state = attempt.stopped ? 'KILLED' : softened(child, outcome.state);
    const { error } = outcome;
    await tell(state, { outputs, ...metricsIn(scope), ...(error && { error }) });
    return { state: state === 'KILLED' ? ('FAILED' as const) : state, outputs };
  } finally {
    clearTimeout(timer);
    await folder.remove();
  }
}

function timedOut({ log }: TaskScope, timeoutMs: number): TaskOutcome {
  const error = timeoutFailure(timeoutMs);
  log.error(error.message);
  return { state: 'FAILED', outputs: {}, error };
}

const FALSY = new Set(['', 'false', '0', '-0']);

async function isWanted({ rendering }: TaskScope, { runIf }: TaskDefinition): Promise<boolean> {
  if (runIf === undefined) return true;
  const rendered = await rendering.text(runIf);
  return typeof rendered !== 'string' || !FALSY.has(rendered.trim());
}

function softened({ allowFailure, allowWarning }: TaskDefinition, state: TaskOutcome['state']): TaskOutcome['state'] {
  const allowed = state === 'FAILED' && allowFailure === true ? 'WARNING' : state;
  return allowed === 'WARNING' && allowWarning === true ? 'SUCCESS' : allowed;
}

/** The outputs of a child where its later siblings look for them: below the value of the iteration where there is one. */
function withOutputs(variables: JsonMap, childId: string, outputs: JsonMap): JsonMap {
  const all = (variables['outputs'] ?? {}) as JsonMap;
  const value = (variables['taskrun'] as JsonMap | undefined)?.['value'];
  const own = typeof value === 'string' ? { ...(all[childId] as JsonMap | undefined), [value]: outputs } : outputs;
  return { ...variables, outputs: { ...all, [childId]: own } };
}

const globsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
