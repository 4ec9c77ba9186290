import { PARTITION_COUNT } from '@tutti/contracts';
import type { Logger } from '@tutti/service-kit';
import type { Lease, LeaseStore } from '../store/lease-store.ts';

export interface OwnershipOptions {
  readonly owner: string;
  readonly leases: LeaseStore;
  readonly log: Logger;
  /** How long a lease lasts without renewal, ms. */
  readonly leaseMs: number;
  /** How often leases are renewed and membership is looked at, ms; well below `leaseMs`. */
  readonly renewMs: number;
  /** Up to where everything of a partition has been published. */
  readonly publishedPosition: (partition: number) => number;
  /** Begins to work on partitions. */
  readonly gained: (leases: readonly Lease[]) => Promise<void>;
  /** Ends work on partitions; resolves when the batch in flight is through. */
  readonly lost: (partitions: readonly number[]) => Promise<void>;
}

/**
 * Which partitions this executor owns. Every live executor computes the same split (rendezvous hashing), takes what is
 * free of its share and gives back the rest. Safety does not hang on this: every write checks the epoch of its lease.
 */
export class Ownership {
  readonly #options: OwnershipOptions;
  readonly #held = new Map<number, Lease>();
  #alarm: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  get held(): ReadonlyMap<number, Lease> {
    return this.#held;
  }

  /** Takes its share and goes on renewing. */
  async start(): Promise<void> {
    await this.#takeTurn();
    this.#schedule();
  }

  /** Gives everything back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#alarm);
    await this.#turn.catch(() => undefined);
    await this.#drop([...this.#held.keys()], true);
    await this.#options.leases.leave();
  }

  /** Looks again at once, for a write that was refused because of a lost lease. */
  recheck(): void {
    if (this.#stopped) return;
    clearTimeout(this.#alarm);
    this.#turn = this.#turn.then(() => this.#takeTurn()).catch((error: unknown) => this.#report(error));
    void this.#turn.finally(() => this.#schedule());
  }

  #schedule(): void {
    if (this.#stopped) return;
    clearTimeout(this.#alarm);
    this.#alarm = setTimeout(() => this.recheck(), this.#options.renewMs);
  }

  async #takeTurn(): Promise<void> {
    const { leases, leaseMs, owner } = this.#options;
    const members = await leases.announce(leaseMs);
    const share = new Set(shareOf(owner, members));
    await this.#renew();
    await this.#drop(
      [...this.#held.keys()].filter((partition) => !share.has(partition)),
      true,
    );
    const wanted = [...share].filter((partition) => !this.#held.has(partition));
    if (wanted.length === 0) return;
    const gained = await leases.acquire(wanted, leaseMs);
    for (const lease of gained) this.#held.set(lease.partition, lease);
    if (gained.length === 0) return;
    this.#options.log.info({ partitions: gained.map(({ partition }) => partition) }, 'partitions taken');
    await this.#options.gained(gained).catch(async (error: unknown) => {
      await this.#drop(
        gained.map(({ partition }) => partition),
        true,
      );
      throw error;
    });
  }

  async #renew(): Promise<void> {
    if (this.#held.size === 0) return;
    const kept = new Set(await this.#options.leases.renew(this.#options.leaseMs, this.#positions()));
    await this.#drop(
      [...this.#held.keys()].filter((partition) => !kept.has(partition)),
      false,
    );
  }

  async #drop(partitions: readonly number[], release: boolean): Promise<void> {
    if (partitions.length === 0) return;
    const positions = this.#positions();
    for (const partition of partitions) this.#held.delete(partition);
    await this.#options.lost(partitions);
    if (release) await this.#options.leases.release(partitions, positions);
    this.#options.log.info({ partitions, released: release }, 'partitions left');
  }

  #positions(): Map<number, number> {
    return new Map([...this.#held.keys()].map((partition) => [partition, this.#options.publishedPosition(partition)]));
  }

  #report(error: unknown): void {
    this.#options.log.warn({ err: error }, 'partition leases could not be renewed');
  }
}

/** The partitions that fall to one of the members, the same for whoever computes it. */
export function shareOf(owner: string, members: readonly string[]): number[] {
  return Array.from({ length: PARTITION_COUNT }, (_, partition) => partition).filter((partition) => {
    const weight = weightOf(owner, partition);
    return members.every((other) => other === owner || beats(weight, owner, weightOf(other, partition), other));
  });
}

const beats = (weight: number, owner: string, otherWeight: number, other: string) =>
  weight > otherWeight || (weight === otherWeight && owner > other);

/** FNV-1a with a final mix, so that close names do not get close weights. */
function weightOf(owner: string, partition: number): number {
  let hash = 0x811c9dc5;
  for (const char of `${partition}/${owner}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
