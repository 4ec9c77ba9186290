import type { ExecutionSnapshot, FlowRecord } from '@tutti/contracts';
import type { Gateway } from '../gateway.ts';
import type { FlowKey } from '../store/flows.ts';
import type { StoredMetric } from '../store/metrics.ts';
import type { StoredTaskRun, TaskRunFilter } from '../store/task-runs.ts';
import { BatchLoader, groupBy, mapBy } from './batch-loader.ts';

/** Which task runs of an execution. */
export interface TaskRunsKey {
  readonly executionId: string;
  readonly after: number;
  readonly limit: number;
  readonly filter: TaskRunFilter;
}

/** What resolvers of lists ask for again and again, joined into one statement each. */
export interface Loaders {
  readonly execution: BatchLoader<string, ExecutionSnapshot>;
  readonly taskRuns: BatchLoader<TaskRunsKey, readonly StoredTaskRun[]>;
  readonly metrics: BatchLoader<{ readonly executionId: string; readonly limit: number }, readonly StoredMetric[]>;
  /** The newest revision without a number, else that one. */
  readonly flow: BatchLoader<FlowKey, FlowRecord>;
}

/** Loaders for one request. */
export function createLoaders(gateway: Gateway): Loaders {
  return {
    execution: new BatchLoader(async (ids) => mapBy(await gateway.executions.byIds(ids), ({ id }) => id), String),
    taskRuns: new BatchLoader((keys) => loadTaskRuns(gateway, keys), taskRunsName),
    metrics: new BatchLoader(
      async (keys) => {
        const limit = Math.max(...keys.map((key) => key.limit));
        const metrics = await gateway.metrics.ofExecutions(
          keys.map(({ executionId }) => executionId),
          limit,
        );
        return groupBy(metrics, ({ executionId }) => executionId);
      },
      ({ executionId }) => executionId,
    ),
    flow: new BatchLoader((keys) => loadFlows(gateway, keys), flowName),
  };
}

/** One statement for all executions with the same filter and page: for those of one field, that is one. */
async function loadTaskRuns(
  { taskRuns }: Gateway,
  keys: readonly TaskRunsKey[],
): Promise<ReadonlyMap<string, readonly StoredTaskRun[]>> {
  const found = new Map<string, readonly StoredTaskRun[]>();
  for (const alike of groupBy(keys, pageName).values()) {
    const [first] = alike;
    if (!first) continue;
    const runs = await taskRuns.ofExecutions(
      alike.map(({ executionId }) => executionId),
      first,
    );
    const byExecution = groupBy(runs, ({ executionId }) => executionId);
    for (const key of alike) found.set(taskRunsName(key), byExecution.get(key.executionId) ?? []);
  }
  return found;
}

async function loadFlows({ flows }: Gateway, keys: readonly FlowKey[]): Promise<ReadonlyMap<string, FlowRecord>> {
  const exact = keys.flatMap(({ revision, ...key }) => (revision === undefined ? [] : [{ ...key, revision }]));
  const newest = keys.filter(({ revision }) => revision === undefined);
  const [revisions, current] = await Promise.all([
    exact.length > 0 ? flows.revisions(exact) : [],
    newest.length > 0 ? flows.newest(newest) : [],
  ]);
  return new Map([
    ...revisions.map((flow) => [flowName(flow), flow] as const),
    ...current.map((flow) => [flowName({ ...flow, revision: undefined }), flow] as const),
  ]);
}

const pageName = ({ after, limit, filter }: TaskRunsKey): string => JSON.stringify([after, limit, filter]);
const taskRunsName = (key: TaskRunsKey): string => `${key.executionId} ${pageName(key)}`;
const flowName = ({ namespace, id, revision }: FlowKey): string => `${namespace}/${id}/${revision ?? 'newest'}`;
