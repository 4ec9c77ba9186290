import type { ApiClient } from './api-client.ts';
import type { Paint } from './paint.ts';
import { taskTree } from './task-tree.ts';
import type { TreeTask } from './task-tree.ts';

/** The last that was seen of an execution. */
export interface WatchedExecution {
  readonly state: string;
  readonly ended: boolean;
  readonly durationMs: number;
  readonly error: string | null;
  readonly taskRuns: { readonly nodes: readonly TreeTask[] };
}

const UPDATES = `subscription ($id: ID!) {
  executionUpdated(id: $id) {
    state ended durationMs error
    taskRuns(first: 100) { nodes { id taskId parentTaskRunId value state startedAt endedAt } }
  }
}`;
const LOGS = `subscription ($id: ID!, $after: String) {
  executionLogs(executionId: $id, after: $after) { cursor ended lines { taskId at level message } }
}`;

interface LogBatch {
  readonly lines: readonly { readonly taskId: string | null; readonly at: string; readonly level: string; readonly message: string }[]; // prettier-ignore
}

export interface WatchOptions {
  readonly api: ApiClient;
  readonly id: string;
  readonly print: (line: string) => void;
  readonly paint: Paint;
  readonly signal: AbortSignal;
}

/**
 * Prints the log of an execution as it comes and the states of its tasks as they change; at its end, all of its tasks
 * as a tree. Resolves with the end, or with nothing when the signal was aborted before.
 */
export async function watchExecution(options: WatchOptions): Promise<WatchedExecution | undefined> {
  const { print, paint } = options;
  const [last] = await Promise.all([watchStates(options), watchLog(options)]);
  if (!last?.ended) return undefined;
  print('');
  for (const line of taskTree(last.taskRuns.nodes, paint)) print(`  ${line}`);
  print(`\n  ${paint.mood(last.state, paint.bold(last.state))} after ${(last.durationMs / 1000).toFixed(2)} s`);
  if (last.error) print(`  ${last.error}`);
  return last;
}

async function watchStates({ api, id, print, paint, signal }: WatchOptions): Promise<WatchedExecution | undefined> {
  const shown = new Map<string, string>();
  let last: WatchedExecution | undefined;
  for await (const { executionUpdated } of api.subscribe<{ executionUpdated: WatchedExecution }>(
    UPDATES,
    { id },
    signal,
  )) {
    last = executionUpdated;
    for (const task of last.taskRuns.nodes) {
      if (shown.get(task.id) === task.state || !isTelling(task.state)) continue;
      shown.set(task.id, task.state);
      print(`  ${paint.bold(task.taskId.padEnd(NAME_WIDTH))} ${paint.mood(task.state, task.state)}`);
    }
    if (last.ended) break;
  }
  return last;
}

async function watchLog({ api, id, print, paint, signal }: WatchOptions): Promise<void> {
  for await (const { executionLogs } of api.subscribe<{ executionLogs: LogBatch }>(LOGS, { id }, signal))
    for (const { taskId, at, level, message } of executionLogs.lines)
      for (const line of message.split('\n'))
        print(
          `  ${paint.dim((taskId ?? '').padEnd(NAME_WIDTH))} ${paint.dim(at.slice(11, 23))} ${paint.mood(level, level.padEnd(5))} ${line}`,
        );
}

const NAME_WIDTH = 24;

/** Between creation and end a task run is many things for a moment. */
const isTelling = (state: string): boolean =>
  ['RUNNING', 'SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'SKIPPED', 'RETRYING'].includes(state);
