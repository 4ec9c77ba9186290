import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openLocalStorage } from '@tutti/storage';
import type { RunContext } from '../context.ts';
import { TaskResult, TaskSpec } from '../declare.ts';
import type { AnyTask } from '../declare.ts';
import { parseProperties } from '../parse-properties.ts';
import type { JsonMap } from '@tutti/flow-model';
import { createTestContext } from './test-context.ts';
import type { TestContext } from './test-context.ts';

/** What a test may replace or give. */
export interface RunTaskOptions {
  /** Parts of the context that the test brings itself. */
  readonly context?: Partial<RunContext>;
  /** Variables of templates that the task renders itself. */
  readonly variables?: JsonMap;
  /** Prepares storage, keys or files before the task runs; what it returns is merged into the properties. */
  readonly prepare?: (context: TestContext) => Promise<JsonMap | void>;
}

/** What a task left behind. */
export interface TaskRunOutcome {
  readonly state: 'SUCCESS' | 'WARNING' | 'FAILED';
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Only with FAILED; what the task threw is thrown again. */
  readonly message: string | undefined;
  /** `LEVEL message`, in order. */
  readonly log: readonly string[];
  /** `type name value`, in order. */
  readonly metrics: readonly string[];
  /** Text of a stored file. */
  readonly read: (uri: unknown) => Promise<string>;
}

const FOLDERS: string[] = [];

/**
 * Runs one task as a runner would, over a real storage in a temporary folder. Properties are given rendered; they are
 * checked like those of a flow. Call `removeTestFolders` after the tests.
 */
export async function runTask(
  declaration: unknown,
  properties: JsonMap,
  options: RunTaskOptions = {},
): Promise<TaskRunOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'tutti-task-'));
  FOLDERS.push(folder);
  const storage = await openLocalStorage(join(folder, 'storage'));
  const context = createTestContext(storage, folder, options.variables);
  const prepared = (await options.prepare?.(context)) ?? {};
  const result = await run(declaration as AnyTask, { ...properties, ...prepared }, { ...context, ...options.context });
  return {
    ...result,
    log: context.lines,
    metrics: context.measured,
    read: async (uri) => text(await storage.get(String(uri))),
  };
}

/** Deletes what `runTask` left on the disk. */
export async function removeTestFolders(): Promise<void> {
  await Promise.all(FOLDERS.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

async function run(declaration: AnyTask, properties: JsonMap, context: RunContext) {
  if (!('run' in declaration)) throw new Error(`${declaration.type} is not carried out by runners.`);
  const result = await declaration.run(context, parseProperties(declaration, properties));
  if (result instanceof TaskSpec) return { state: 'SUCCESS' as const, outputs: { spec: result.text }, message: undefined }; // prettier-ignore
  if (!(result instanceof TaskResult)) return { state: 'SUCCESS' as const, outputs: result ?? {}, message: undefined };
  return { state: result.state, outputs: result.outputs, message: result.message };
}
