import { setTimeout } from 'node:timers/promises';
import { BusError } from '@tutti/bus';
import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type {
  AppliedReply,
  AttemptEnded,
  ChildReport,
  ClaimReply,
  Heartbeat,
  HeartbeatReply,
  LogBatch,
  RunTask,
  TaskReport,
} from '@tutti/contracts';
import { isUserError } from '@tutti/service-kit';
import type { Attempt } from './attempt/attempt.ts';

const CLAIM_TIMEOUT_MS = 5_000;
const REPORT_TIMEOUT_MS = 10_000;
const HEARTBEAT_TIMEOUT_MS = 3_000;
/** Pause before a report is repeated, ms; it doubles up to the second figure. */
const REPEAT_PAUSE_MS = [50, 2_000] as const;

/** What a runner says to the owners of executions, and how it insists. */
export class ExecutorClient {
  readonly #bus: Bus;
  readonly workerId: string;

  constructor(bus: Bus, workerId: string) {
    this.#bus = bus;
    this.workerId = workerId;
  }

  /** @throws {BusError} when nobody answers; the message should be given back. */
  claim(run: RunTask): Promise<ClaimReply> {
    return this.#bus.request(
      subjects.report('claim', run.executionId),
      { ...run, workerId: this.workerId },
      { timeoutMs: CLAIM_TIMEOUT_MS },
    );
  }

  /** All attempts must belong to executions of one partition. */
  heartbeat(heartbeat: Omit<Heartbeat, 'workerId'>): Promise<HeartbeatReply> {
    const [any] = [...heartbeat.attempts, ...(heartbeat.released ?? [])];
    return this.#bus.request(
      subjects.report('heartbeat', any?.executionId ?? ''),
      { workerId: this.workerId, ...heartbeat },
      { timeoutMs: HEARTBEAT_TIMEOUT_MS },
    );
  }

  /**
   * Says how the attempt ended until the executor has stored it; not `applied` when the attempt was not this runner's any more.
   * @throws {UserError} when the executor refuses the report as it is.
   */
  async ended(attempt: Attempt, report: Omit<AttemptEnded, 'workerId' | keyof Attempt['key']>): Promise<AppliedReply> {
    const body: AttemptEnded = { ...attempt.key, ...report, workerId: this.workerId };
    return (await this.#insist<AttemptEnded, AppliedReply>('ended', attempt, body)) ?? { applied: false };
  }

  /** Says how a child stands; false when nobody wants to know any more. */
  async child(attempt: Attempt, report: Omit<ChildReport, keyof Attempt['key']>): Promise<boolean> {
    const reply = await this.#insist<ChildReport, AppliedReply>('child', attempt, { ...attempt.key, ...report });
    return reply?.applied ?? false;
  }

  /** Stores lines; false when the executor refuses them or the lease is gone. */
  async logs(attempt: Attempt, batch: Omit<LogBatch, keyof Attempt['key']>): Promise<boolean> {
    try {
      return (await this.#insist<LogBatch, unknown>('logs', attempt, { ...attempt.key, ...batch })) !== undefined;
    } catch (error) {
      if (isUserError(error)) return false;
      throw error;
    }
  }

  /** Asks again and again while the attempt is held; `undefined` once it is not. */
  async #insist<Body, Reply>(report: TaskReport, attempt: Attempt, body: Body): Promise<Reply | undefined> {
    const subject = subjects.report(report, attempt.work.executionId);
    for (let pauseMs: number = REPEAT_PAUSE_MS[0]; attempt.isHeld; pauseMs = Math.min(2 * pauseMs, REPEAT_PAUSE_MS[1]))
      try {
        return await this.#bus.request<Body, Reply>(subject, body, { timeoutMs: REPORT_TIMEOUT_MS });
      } catch (error) {
        if (isUserError(error) || (error instanceof BusError && error.code === 'BUS_CLOSED')) throw error;
        await setTimeout(pauseMs, undefined, { ref: false });
      }
    return undefined;
  }
}
