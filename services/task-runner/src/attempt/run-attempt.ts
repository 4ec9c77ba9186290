import type { AttemptEnded, JsonMap, Work } from '@tutti/contracts';
import type { TaskDefinition } from '@tutti/flow-model';
import { isUserError } from '@tutti/service-kit';
import { fetchStoredValues } from '@tutti/storage';
import { runCached } from '../cache/task-cache.ts';
import { AttemptFolder } from '../context/attempt-folder.ts';
import { AttemptLog } from './attempt-log.ts';
import type { AttemptDeps, AttemptTools } from './attempt-tools.ts';
import type { Attempt } from './attempt.ts';
import { explainFailure } from './failure.ts';
import { packOutputs } from './outputs.ts';
import { runTask } from './run-task.ts';
import type { TaskOutcome } from './run-task.ts';
import { runWorkingDirectory } from './run-working-directory.ts';
import { SecretMask } from './secret-mask.ts';
import { orStopped } from './or-stopped.ts';
import { createTaskScope, metricsIn } from './task-scope.ts';
import { timeoutFailure, timeoutMsOf } from './timeout.ts';

type Report = Omit<AttemptEnded, 'workerId' | keyof Attempt['key']>;

/**
 * Carries out one attempt, from its claim until its report is applied or nobody wants it any more.
 * @returns The work that follows in the same execution, when there was room for it.
 */
export async function runAttempt(
  deps: AttemptDeps,
  attempt: Attempt,
  hasRoom: () => boolean,
): Promise<Work | undefined> {
  const mask = new SecretMask();
  const attemptLog = new AttemptLog({
    send: (batch) => deps.executor.logs(attempt, batch),
    mask: (text) => mask.text(text),
    nowMs: () => deps.clock.nowMs(),
    maxBytes: deps.config.logMaxBytes,
  });
  const report = await carryOut({ ...deps, attempt, attemptLog, mask });
  const lines = await attemptLog.finish();
  if (!attempt.isHeld) return undefined;
  return tellEnd(deps, attempt, { ...report, ...(lines.length > 0 && { lines }), takesNext: hasRoom() });
}

async function carryOut(tools: AttemptTools): Promise<Report> {
  const { attempt, config, mask } = tools;
  const { attemptId, taskId } = attempt.work;
  const task = attempt.work.task as unknown as TaskDefinition;
  const folder = new AttemptFolder(config.folder, attemptId);
  let timer: NodeJS.Timeout | undefined;
  try {
    const variables = await fetchStoredValues(attempt.work.context, tools.storage);
    for (const secret of secretInputs(attempt, variables)) mask.add(secret);
    if (/workingDir|outputDir/.test(JSON.stringify([task.properties, variables['vars']]))) folder.makeBoth();
    const scope = createTaskScope(tools, { taskId, logLevel: task.logLevel, variables, folder });
    const timeoutMs = attempt.work.timeoutMs ?? (await timeoutMsOf(scope.rendering, task.timeout));
    if (timeoutMs !== undefined) timer = setTimeout(() => attempt.stop('TIMEOUT'), timeoutMs);
    const deps = { ...tools, ...scope, work: { ...attempt.work, context: variables }, nowMs: tools.clock.nowMs() };
    const running = task.children
      ? runWorkingDirectory(tools, scope, task, folder)
      : runCached(tools, scope, task, () => runTask(deps, task));
    const outcome = await orStopped(attempt.signal, running);
    const outputs = mask.json(await packOutputs(outcome.outputs, scope.storage));
    return { ...endOf(tools, outcome, timeoutMs), outputs, ...metricsIn(scope) };
  } catch (error) {
    return failedHere(tools, error);
  } finally {
    clearTimeout(timer);
    void removeFolder(tools, folder);
  }
}

/** Nobody waits for it: a folder that stays is cleared when the next runner starts. */
async function removeFolder({ attempt, log }: AttemptTools, folder: AttemptFolder): Promise<void> {
  await folder.remove().catch((error: unknown) => log.warn({ ...attempt.key, err: error }, 'folder not removed'));
}

/** The state and the error; being stopped overrules what the task itself says. */
function endOf({ attempt, attemptLog, mask }: AttemptTools, outcome: TaskOutcome, timeoutMs = 0): Report {
  const { state, error, effects } = outcome;
  if (attempt.stopped === 'TIMEOUT') {
    const failure = timeoutFailure(timeoutMs);
    attemptLog.write('ERROR', failure.message);
    return { state: 'FAILED', error: failure };
  }
  if (attempt.stopped) return { state: 'KILLED' };
  return {
    state,
    ...(error && { error: { ...error, message: mask.text(error.message) } }),
    ...(effects && { effects: mask.json(effects) }),
  };
}

/** What went wrong before the task began or after it ended: a fault of the flow, or of the runner itself. */
function failedHere({ attempt, attemptLog, log }: AttemptTools, error: unknown): Report {
  const { hint, ...failure } = explainFailure(error);
  attemptLog.write('ERROR', hint === undefined ? failure.message : `${failure.message}\n${hint}`);
  if (failure.code === 'TASK_FAILED') log.error({ ...attempt.key, err: error }, 'attempt failed in the runner');
  return { state: 'FAILED', error: failure };
}

async function tellEnd(deps: AttemptDeps, attempt: Attempt, report: Report): Promise<Work | undefined> {
  try {
    return (await deps.executor.ended(attempt, report)).next;
  } catch (error) {
    if (!isUserError(error)) throw error;
    // As it is the executor will never take it, so what is left to say is why.
    const { code, message } = error;
    await deps.executor.ended(attempt, { state: 'FAILED', error: { code, message, retryable: false } });
    return undefined;
  }
}

function secretInputs({ work }: Attempt, variables: JsonMap): string[] {
  const { secretInputs: names = [] } = work;
  const inputs = (variables['inputs'] ?? {}) as JsonMap;
  return names.map((name) => inputs[name]).filter((value) => typeof value === 'string');
}
