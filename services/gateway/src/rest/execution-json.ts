import type { AttemptSnapshot, ExecutionSnapshot, StateChange } from '@tutti/contracts';
import type { ExecutionView } from '../live/execution-feed.ts';
import { isoDate, isoDuration } from './iso.ts';

type TaskRun = ExecutionView['taskRuns'][number];

/** An execution in the form of Kestra's API: what is empty is left out. */
export function executionJson(execution: ExecutionSnapshot, taskRuns: readonly TaskRun[] = []) {
  const { inputs = {}, outputs = {}, variables, labels, trigger, parent, scheduleAtMs, error } = execution;
  return {
    id: execution.id,
    namespace: execution.namespace,
    flowId: execution.flowId,
    flowRevision: execution.flowRevision,
    ...(taskRuns.length > 0 && { taskRunList: taskRuns.map((run) => taskRunJson(run, execution)) }),
    ...(Object.keys(inputs).length > 0 && { inputs }),
    ...(Object.keys(outputs).length > 0 && { outputs }),
    ...(labels.length > 0 && { labels }),
    ...(variables && Object.keys(variables).length > 0 && { variables }),
    state: stateJson(execution.state, execution.histories, execution.createdAtMs, execution.endedAtMs),
    ...(parent ? { parentId: parent.executionId } : execution.originalId !== execution.id && { parentId: execution.originalId }), // prettier-ignore
    originalId: execution.originalId,
    ...(trigger && { trigger }),
    ...(scheduleAtMs !== undefined && { scheduleDate: isoDate(scheduleAtMs) }),
    ...(error && { error: { message: error } }),
    deleted: false,
    metadata: { attemptNumber: execution.attemptNumber, originalCreatedDate: isoDate(execution.createdAtMs) },
  };
}

/** A task run in the form of Kestra's API. */
export function taskRunJson(run: TaskRun, { namespace, flowId }: Pick<ExecutionSnapshot, 'namespace' | 'flowId'>) {
  const startMs = run.histories[0]?.atMs ?? 0;
  return {
    id: run.id,
    executionId: run.executionId,
    namespace,
    flowId,
    taskId: run.taskId,
    ...(run.parentTaskRunId && { parentTaskRunId: run.parentTaskRunId }),
    ...(run.value !== undefined && { value: run.value }),
    ...(run.iteration !== undefined && { iteration: run.iteration }),
    attempts: run.attempts.map(attemptJson),
    outputs: run.outputs ?? {},
    state: stateJson(run.state, run.histories, startMs, endOf(run)),
    ...(run.error && { error: { message: run.error } }),
  };
}

function attemptJson({ state, startedAtMs, endedAtMs, workerId, cause }: AttemptSnapshot) {
  const histories = [
    ...(startedAtMs === undefined ? [] : [{ state: 'RUNNING', atMs: startedAtMs }]),
    ...(endedAtMs === undefined ? [] : [{ state, atMs: endedAtMs }]),
  ];
  return {
    state: stateJson(state, histories, startedAtMs ?? endedAtMs ?? 0, endedAtMs),
    ...(workerId && { workerId }),
    cause,
  };
}

const endOf = ({ attempts, histories, state }: TaskRun): number | undefined =>
  OPEN_STATES.has(state) ? undefined : (attempts.at(-1)?.endedAtMs ?? histories.at(-1)?.atMs);

const OPEN_STATES: ReadonlySet<string> = new Set(['CREATED', 'SUBMITTED', 'RUNNING', 'PAUSED', 'RESTARTED', 'RETRYING', 'KILLING']); // prettier-ignore

function stateJson(current: string, histories: readonly StateChange[], startMs: number, endMs: number | undefined) {
  return {
    current,
    histories: histories.map(({ state, atMs }) => ({ state, date: isoDate(atMs) })),
    ...(endMs !== undefined && { duration: isoDuration(endMs - startMs), endDate: isoDate(endMs) }),
    startDate: isoDate(startMs),
  };
}
