import { BusError } from '@tutti/bus';
import { partitionOf } from '@tutti/contracts';
import type { HeldAttempt } from '@tutti/contracts';
import type { Clock, Logger } from '@tutti/service-kit';
import type { Attempt } from './attempt/attempt.ts';
import type { ExecutorClient } from './executor-client.ts';

const HEARTBEAT_INTERVAL_MS = 2_000;
/** After this time without a heartbeat the executor takes the runner for dead and gives its work to another, ms. */
const LEASE_MS = 8_000;

/** What heartbeats need. */
export interface HeartbeatDeps {
  readonly executor: ExecutorClient;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps the leases of the attempts in hand, and stops an attempt whose lease is lost: because the executor says so, or
 * because it has heard nothing for so long that it must have given the work to somebody else. An executor that is known
 * not to run, or fails, has given it to nobody.
 */
export class Heartbeats {
  readonly #deps: HeartbeatDeps;
  readonly #attempts = new Set<Attempt>();
  readonly #confirmedMs = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT_INTERVAL_MS).unref();
  }

  get attempts(): ReadonlySet<Attempt> {
    return this.#attempts;
  }

  add(attempt: Attempt): void {
    const partition = partitionOf(attempt.work.executionId);
    if (!this.#partitions().has(partition)) this.#confirmedMs.set(partition, this.#deps.clock.nowMs());
    this.#attempts.add(attempt);
  }

  remove(attempt: Attempt): void {
    this.#attempts.delete(attempt);
  }

  /** Gives up what is still in hand, so that others may take it at once. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    const partitions = [...this.#partitions().values()];
    for (const attempt of this.#attempts) attempt.stop('RUNNER_STOPPING');
    const released = partitions.map((attempts) =>
      this.#deps.executor.heartbeat({ attempts: [], released: attempts.map(keyOf) }),
    );
    await Promise.allSettled(released);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    for (const [partition, attempts] of this.#partitions()) void this.#beatOne(partition, attempts);
  }

  async #beatOne(partition: number, attempts: readonly Attempt[]): Promise<void> {
    const startedMs = this.#deps.clock.nowMs();
    try {
      const { lost } = await this.#deps.executor.heartbeat({ attempts: attempts.map(keyOf) });
      this.#confirmedMs.set(partition, startedMs);
      for (const { taskRunId, attempt: number } of lost)
        this.#lose(attempts.filter(({ work }) => work.taskRunId === taskRunId && work.attempt === number));
    } catch (error) {
      if (mayHaveBeenReplaced(error)) this.#loseWhenTooLate(partition, attempts);
      else this.#confirmedMs.set(partition, startedMs);
    }
  }

  #loseWhenTooLate(partition: number, attempts: readonly Attempt[]): void {
    const silentMs = this.#deps.clock.nowMs() - (this.#confirmedMs.get(partition) ?? 0);
    if (silentMs >= LEASE_MS) this.#lose(attempts.filter((attempt) => this.#attempts.has(attempt)));
  }

  #lose(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) {
      this.#deps.log.warn(attempt.key, 'lease lost, work stopped');
      attempt.stop('LEASE_LOST');
    }
  }

  #partitions(): Map<number, Attempt[]> {
    const found = new Map<number, Attempt[]>();
    for (const attempt of this.#attempts) {
      const partition = partitionOf(attempt.work.executionId);
      const others = found.get(partition);
      if (others) others.push(attempt);
      else found.set(partition, [attempt]);
    }
    return found;
  }
}

const keyOf = (attempt: Attempt): HeldAttempt => attempt.key;

/** An executor that cannot be reached may be alive, and have given the work away. */
const mayHaveBeenReplaced = (error: unknown): boolean =>
  !(error instanceof BusError) || (error.code !== 'NO_RESPONDERS' && error.code !== 'REMOTE_FAILED');
