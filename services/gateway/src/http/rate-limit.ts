import type { Clock } from '@tutti/service-kit';

/** Seconds' worth of calls that may come at once. */
const BURST_SECONDS = 10;
/** Names remembered; those that fell silent first are forgotten first. */
const MAX_NAMES = 10_000;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** So many calls a second for each name, with room for bursts. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Whether one more call is allowed now. */
  take(name: string): boolean {
    const nowMs = this.#clock.nowMs();
    const capacity = this.#perSecond * BURST_SECONDS;
    const known = this.#buckets.get(name) ?? { tokens: capacity, filledAtMs: nowMs };
    const refill = (Math.max(nowMs - known.filledAtMs, 0) / 1000) * this.#perSecond;
    const tokens = Math.min(known.tokens + refill, capacity);
    this.#remember(name, { tokens: Math.max(tokens - 1, 0), filledAtMs: nowMs });
    return tokens >= 1;
  }

  #remember(name: string, bucket: Bucket): void {
    this.#buckets.delete(name); // the order of the map is that of the last calls
    this.#buckets.set(name, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_NAMES && oldest !== undefined) this.#buckets.delete(oldest);
  }
}
