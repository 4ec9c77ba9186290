import type { AttemptEnded, JsonMap, Work } from '@tutti/contracts';
import type { TaskDefinition } from '@tutti/flow-model';
import { isUserError } from '@tutti/service-kit';
import { AttemptFolder } from '../context/attempt-folder.ts';
import { AttemptLog } from './attempt-log.ts';
import type { AttemptDeps, AttemptTools } from './attempt-tools.ts';
import type { Attempt } from './attempt.ts';
import { packOutputs } from './outputs.ts';
import { runTask } from './run-task.ts';
import type { TaskOutcome } from './run-task.ts';
import { runWorkingDirectory } from './run-working-directory.ts';
import { SecretMask } from './secret-mask.ts';
import { orStopped, stoppedFailure } from './stopping.ts';
import { fetchStoredValues } from './stored-values.ts';
import { createTaskScope, metricsIn } from './task-scope.ts';

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
  const { timeoutMs, attemptId, taskId } = attempt.work;
  const task = attempt.work.task as unknown as TaskDefinition;
  const folder = new AttemptFolder(config.folder, attemptId);
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => attempt.stop('TIMEOUT'), timeoutMs);
  try {
    for (const secret of secretInputs(tools)) mask.add(secret);
    const variables = await fetchStoredValues(attempt.work.context, tools.storage);
    if (/workingDir|outputDir/.test(JSON.stringify([task.properties, variables['vars']]))) folder.makeBoth();
    const scope = createTaskScope(tools, { taskId, logLevel: task.logLevel, variables, folder });
    const running = task.children
      ? runWorkingDirectory(tools, scope, task, folder)
      : runTask({ ...tools, ...scope, work: attempt.work, nowMs: tools.clock.nowMs() }, task);
    const outcome = await orStopped(attempt, running);
    const outputs = mask.json(await packOutputs(outcome.outputs, scope.storage));
    return { ...endOf(tools, outcome), outputs, ...metricsIn(scope) };
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
function endOf({ attempt, attemptLog, mask }: AttemptTools, outcome: TaskOutcome): Report {
  const { state, error, effects } = outcome;
  if (attempt.stopped === 'TIMEOUT') {
    const failure = stoppedFailure(attempt.work.timeoutMs ?? 0);
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

/** A fault of the runner itself, such as a full disk or a storage that does not answer: the task is not to blame. */
function failedHere({ attempt, attemptLog, log }: AttemptTools, error: unknown): Report {
  log.error({ ...attempt.key, err: error }, 'attempt failed in the runner');
  const message = error instanceof Error ? error.message : String(error);
  attemptLog.write('ERROR', `The runner could not carry out the task: ${message}`);
  return { state: 'FAILED', error: { code: 'RUNNER_FAILED', message, retryable: true } };
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

function secretInputs({ attempt }: AttemptTools): string[] {
  const { secretInputs: names = [], context } = attempt.work;
  const inputs = (context['inputs'] ?? {}) as JsonMap;
  return names.map((name) => inputs[name]).filter((value) => typeof value === 'string');
}
