import type { PulledMessage } from '@tutti/bus';
import type { ClaimReply, RunTask, Work } from '@tutti/contracts';
import type { Family, Histogram } from '@tutti/service-kit';
import type { AttemptDeps } from '../attempt/attempt-tools.ts';
import { Attempt } from '../attempt/attempt.ts';
import { runAttempt } from '../attempt/run-attempt.ts';
import type { AttemptsInHand } from '../attempts-in-hand.ts';
import type { Heartbeats } from '../heartbeats.ts';
import type { Slots } from '../slots.ts';

/** Pause before a message that nobody let us claim comes again, ms. */
const CLAIM_RETRY_MS = 500;

/** What the handler needs. */
export interface RunTaskDeps extends AttemptDeps {
  readonly heartbeats: Heartbeats;
  readonly slots: Slots;
  readonly inHand: AttemptsInHand;
  readonly duration: Family<Histogram>;
}

/**
 * Claims the attempt and carries it out, and after it those that the executor hands on directly. Once the claim is
 * answered the message has done its work: from then on the lease, not the bus, sees to it that nothing is lost.
 */
export async function handleRunTask(deps: RunTaskDeps, message: PulledMessage<RunTask>): Promise<void> {
  if (!deps.inHand.take(message.body)) return message.ack();
  let slot = deps.slots.take();
  try {
    const claim = await claimOf(deps, message);
    let work = claim?.granted ? claim.work : undefined;
    if (!work) deps.inHand.letGo(message.body);
    while (work) {
      if (onlyWaits(deps, work)) slot.onlyWaits();
      work = await carryOut(deps, work);
      slot.release();
      if (work) slot = deps.slots.take();
    }
  } finally {
    slot.release();
  }
}

async function claimOf(deps: RunTaskDeps, message: PulledMessage<RunTask>): Promise<ClaimReply | undefined> {
  try {
    const claim = await deps.executor.claim(message.body);
    message.ack();
    return claim;
  } catch (error) {
    deps.log.debug({ ...message.body, err: error }, 'claim not answered, message given back');
    message.nak(CLAIM_RETRY_MS);
    return undefined;
  }
}

/** Carries out an attempt in hand; gives the work that the executor sent along with its last answer, in hand too. */
async function carryOut(
  { heartbeats, duration, slots, inHand, ...deps }: RunTaskDeps,
  work: Work,
): Promise<Work | undefined> {
  const attempt = new Attempt(work);
  const startedMs = deps.clock.nowMs();
  heartbeats.add(attempt);
  try {
    const next = await runAttempt(deps, attempt, () => slots.takesNext);
    return next && inHand.take(next) ? next : undefined;
  } catch (error) {
    deps.log.error({ ...attempt.key, err: error }, 'attempt given up');
    return undefined;
  } finally {
    heartbeats.remove(attempt);
    inHand.letGo(work);
    duration.with({ type: typeOf(work) }).observe((deps.clock.nowMs() - startedMs) / 1_000);
  }
}

const typeOf = ({ task }: Work): string => (typeof task['type'] === 'string' ? task['type'] : '');

function onlyWaits({ catalogue }: RunTaskDeps, work: Work): boolean {
  const declaration = catalogue.declaration(typeOf(work));
  return declaration !== undefined && 'waits' in declaration && declaration.waits === true;
}
