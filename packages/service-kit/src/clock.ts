/** The time, as an argument: tests bring their own. */
export interface Clock {
  /** Unix time, ms. */
  nowMs(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { nowMs: () => Date.now() };
