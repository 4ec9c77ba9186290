import { DEFAULT_WORKER_GROUP } from '@tutti/contracts';
import type {
  AppliedReply,
  AttemptEnded,
  ChildReport,
  ClaimAttempt,
  ClaimReply,
  Heartbeat,
  HeartbeatReply,
  JsonMap,
  LogBatch,
  SubflowReport,
} from '@tutti/contracts';
import { isUserError, UserError } from '@tutti/service-kit';
import { workOf } from '../engine/work-of.ts';
import type { AttemptWatch, HeldAttempt } from '../engine/attempt-watch.ts';
import type { ExecutionCache } from '../engine/execution-cache.ts';
import type { Inputs } from '../engine/inputs.ts';
import type { LogLedger } from '../engine/log-ledger.ts';
import type { ContextVault } from '../engine/context-vault.ts';
import {
  isEnded,
  type Command,
  type DecisionLog,
  type DecisionMetric,
  type Execution,
  type Input,
} from '../core/index.ts';

export interface ReportDeps {
  readonly inputs: Inputs;
  readonly watch: AttemptWatch;
  readonly ledger: LogLedger;
  readonly vault: ContextVault;
  readonly extras: JsonMap;
  readonly cache: ExecutionCache;
}

/**
 * A runner asks for an attempt. It gets it when the attempt is still wanted and nobody has it; the same runner asking
 * again gets the same answer, so a lost reply costs nothing.
 */
export async function handleClaim(deps: ReportDeps, claim: ClaimAttempt): Promise<ClaimReply> {
  const { executionId, taskRunId, attempt, workerId } = claim;
  try {
    const { execution } = await deps.inputs.decide(executionId, (current): Input | undefined =>
      isHeldBy(current, claim) ? undefined : { type: 'AttemptClaimed', taskRunId, attempt, workerId },
    );
    return await grant(deps, execution, claim);
  } catch (error) {
    if (isUserError(error)) return { granted: false };
    throw error;
  }
}

/** What a runner gets for an attempt that is its own now; from here on its lease is watched. */
async function grant(
  { watch, ledger, vault, extras }: ReportDeps,
  execution: Execution,
  claim: ClaimAttempt,
): Promise<ClaimReply> {
  const { executionId, taskRunId, attempt, workerId } = claim;
  const lease = leaseOf(execution, claim);
  if (lease === undefined) return { granted: false };
  const { id: taskId, task } = execution.plan.nodes.get(execution.taskRuns.get(taskRunId)!.taskId)!;
  watch.hold({
    executionId,
    taskRunId,
    attempt,
    workerId,
    lease,
    taskId,
    workerGroup: task.workerGroup ?? DEFAULT_WORKER_GROUP,
  });
  ledger.open(taskRunId, attempt);
  return { granted: true, work: await vault.fit(workOf(execution, taskRunId, lease, extras)) };
}

/** The claim's token, if the attempt is this runner's: the time at which it was granted. */
export function leaseOf(
  execution: Execution,
  { taskRunId, attempt, workerId }: Omit<ClaimAttempt, 'executionId'>,
): number | undefined {
  const taskRun = execution.taskRuns.get(taskRunId);
  const current = taskRun?.attempts.at(-1);
  if (!taskRun || isEnded(taskRun.state) || taskRun.attempt !== attempt) return undefined;
  return current?.attempt === attempt && current.workerId === workerId ? current.startedAtMs : undefined;
}

const isHeldBy = (execution: Execution, claim: ClaimAttempt): boolean => leaseOf(execution, claim) !== undefined;

/**
 * An attempt has ended. Answered once it is committed; a report without the current token is dropped. A runner with
 * room gets the task that follows with the answer: no dispatch, no claim, no commit of its own.
 */
export async function handleEnded(deps: ReportDeps, report: AttemptEnded): Promise<AppliedReply> {
  const { inputs, watch, ledger } = deps;
  const { executionId, taskRunId, attempt, lease, workerId, lines = [], metrics = [] } = report;
  const held = watch.find(taskRunId, attempt, lease);
  if (!held) return { applied: false };
  let next: RunTaskCommand | undefined;
  const { execution } = await inputs.decide(executionId, () => endedInput(report), {
    metrics: metrics.map((metric): DecisionMetric => ({ ...metric, taskRunId })),
    logs: lines.map((line): DecisionLog => ({ ...line, taskRunId, taskId: held.taskId, attempt })),
    followUp: ({ commands }) => {
      next = report.takesNext ? commands.find(isForSameGroup(held)) : undefined;
      return next && { type: 'AttemptClaimed', taskRunId: next.taskRunId, attempt: next.attempt, workerId };
    },
  });
  watch.release(taskRunId);
  ledger.close(taskRunId);
  const granted = next && (await grant(deps, execution, { ...next, executionId, workerId }));
  return { applied: true, ...(granted?.granted && { next: granted.work }) };
}

type RunTaskCommand = Extract<Command, { type: 'RunTask' }>;

const isForSameGroup =
  ({ workerGroup }: HeldAttempt) =>
  (command: Command): command is RunTaskCommand =>
    command.type === 'RunTask' && command.workerGroup === workerGroup;

function endedInput({ taskRunId, attempt, state, outputs, error, effects }: AttemptEnded): Input {
  return {
    type: 'AttemptEnded',
    taskRunId,
    attempt,
    state,
    ...(outputs && { outputs }),
    ...(error && { error }),
    ...(effects && { effects }),
  };
}

/** A child of a WorkingDirectory has moved. */
export async function handleChild({ inputs, watch }: ReportDeps, report: ChildReport): Promise<AppliedReply> {
  const { executionId, lease, ...child } = report;
  if (!watch.find(child.taskRunId, child.attempt, lease)) return { applied: false };
  await inputs.decide(executionId, () => ({ type: 'ChildMoved', ...child }));
  return { applied: true };
}

/** A subflow has ended, says the owner of its partition. */
export async function handleSubflow({ inputs }: ReportDeps, report: SubflowReport): Promise<AppliedReply> {
  const { executionId, childId, ...news } = report;
  await inputs.decide(executionId, () => ({ type: 'SubflowMoved', executionId: childId, ...news }));
  return { applied: true };
}

/** Nothing is stored: a heartbeat puts off the moment at which the runner is taken for dead. */
export function handleHeartbeat({ watch, inputs }: ReportDeps, heartbeat: Heartbeat): HeartbeatReply {
  for (const { executionId, taskRunId, attempt, lease } of heartbeat.released ?? []) {
    if (!watch.find(taskRunId, attempt, lease)) continue;
    watch.release(taskRunId);
    inputs.add(executionId, { type: 'AttemptLost', taskRunId, attempt });
  }
  return { lost: watch.heard(heartbeat) };
}

/** Log lines of an attempt, answered once they are stored. @throws {UserError} LEASE_LOST for an attempt that is over */
export async function handleLogs({ watch, ledger, cache }: ReportDeps, batch: LogBatch): Promise<AppliedReply> {
  const held = watch.find(batch.taskRunId, batch.attempt, batch.lease);
  if (!held) throw leaseLost(batch);
  const child = batch.childTaskId === undefined ? undefined : childOf(cache.get(batch.executionId), batch);
  await ledger.append(batch, child ?? held);
  return { applied: true };
}

/** The latest task run of a child that the attempt's runner carries out itself. */
function childOf(execution: Execution | undefined, { taskRunId, childTaskId }: LogBatch) {
  const id = execution?.derived.children
    .get(taskRunId)
    ?.findLast((child) => execution.taskRuns.get(child)?.taskId === childTaskId);
  return id === undefined ? undefined : { taskRunId: id, taskId: childTaskId! };
}

const leaseLost = ({ taskRunId, attempt }: Pick<HeldAttempt, 'taskRunId' | 'attempt'>) =>
  new UserError('LEASE_LOST', `Attempt ${attempt} of task run ${taskRunId} is not this runner's any more.`, {
    hint: 'The runner was silent for too long, or the execution has ended; its work is stopped.',
  });
