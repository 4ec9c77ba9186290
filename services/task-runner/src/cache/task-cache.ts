import { createHash } from 'node:crypto';
import { json } from 'node:stream/consumers';
import type { JsonMap } from '@tutti/contracts';
import type { TaskDefinition } from '@tutti/flow-model';
import { cacheFolder, isStorageUri } from '@tutti/storage';
import type { AttemptTools } from '../attempt/attempt-tools.ts';
import { toJsonText } from '../attempt/outputs.ts';
import type { TaskOutcome } from '../attempt/run-task.ts';
import type { TaskScope } from '../attempt/task-scope.ts';
import { ttlMsOf } from './ttl.ts';

/** What an earlier run came to. */
interface Entry {
  readonly atMs: number;
  readonly state: 'SUCCESS' | 'WARNING';
  readonly outputs: JsonMap;
}

type Tools = Pick<AttemptTools, 'attempt' | 'catalogue' | 'clock' | 'mask' | 'storage'>;

/**
 * Runs a task, unless it has a `taskCache` and an earlier run of it with the same rendered properties ended well: then
 * the state and the outputs of that run are taken. The folders of the attempt do not count as properties.
 */
export async function runCached(
  tools: Tools,
  scope: TaskScope,
  task: TaskDefinition,
  run: () => Promise<TaskOutcome>,
): Promise<TaskOutcome> {
  const { taskCache, type } = task;
  const declaration = tools.catalogue.declaration(type);
  if (!taskCache?.enabled || !declaration || !('run' in declaration)) return run();
  const uri = await addressOf(tools, scope, task);
  if (uri === undefined) return run();
  const ttlMs = ttlMsOf(taskCache.ttl && (await scope.rendering.text(taskCache.ttl)));
  const found = await find(tools, uri, ttlMs);
  if (found) {
    scope.log.info('Not run: the outputs of an earlier run with the same properties are taken (taskCache).');
    return { state: found.state, outputs: found.outputs };
  }
  const outcome = await run();
  if (outcome.state !== 'FAILED' && !scope.context.signal.aborted) await keep(tools, uri, outcome);
  return outcome;
}

/** Where the entry of these properties lies; nothing when they cannot be rendered before the task runs. */
async function addressOf(
  { attempt: { work } }: Tools,
  { rendering, log }: TaskScope,
  { id, type, properties }: TaskDefinition,
): Promise<string | undefined> {
  try {
    const rendered = await rendering.text(properties, { workingDir: 'workingDir', outputDir: 'outputDir' });
    const value = (rendering.variables['taskrun'] as JsonMap | undefined)?.['value'] ?? null;
    const hash = createHash('sha256')
      .update(JSON.stringify([type, value, rendered]))
      .digest('hex');
    return `${cacheFolder({ ...work, taskId: id })}/${hash}.json`;
  } catch (error) {
    log.warn(`The task cache is not used: ${(error as Error).message}`);
    return undefined;
  }
}

/** The entry, if it is young enough and the files that its outputs name are still there. */
async function find({ storage, clock }: Tools, uri: string, ttlMs: number): Promise<Entry | undefined> {
  if (!(await storage.exists(uri))) return undefined;
  const entry = (await json(await storage.get(uri))) as Entry;
  if (clock.nowMs() - entry.atMs >= ttlMs) return undefined;
  const files = textsIn(entry.outputs).filter(isStorageUri);
  const there = await Promise.all(files.map((file) => storage.exists(file)));
  return there.every(Boolean) ? entry : undefined;
}

async function keep({ storage, clock, mask }: Tools, uri: string, { state, outputs }: TaskOutcome): Promise<void> {
  const plain = mask.json(JSON.parse(toJsonText(outputs) ?? '{}') as JsonMap);
  await storage.put(uri, JSON.stringify({ atMs: clock.nowMs(), state, outputs: plain }));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
