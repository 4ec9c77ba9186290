/** How much one call may do. All are counts, so that a verdict never depends on how fast the machine is. */
export interface Limits {
  /** Characters of one template. */
  readonly source: number;
  /** Characters of the rendered text. */
  readonly output: number;
  /** Characters of all texts made on the way. */
  readonly text: number;
  /** Members of all lists made on the way. */
  readonly items: number;
  /** Evaluated parts of expressions, loop rounds, jq steps. */
  readonly steps: number;
  /** Nesting of `render()` calls and macros. */
  readonly depth: number;
  /** Passes of "render until nothing changes". */
  readonly passes: number;
  /** Calls of `render()` and `renderOnce()`. */
  readonly renders: number;
}

/** Far above what flows need, and each reached within about two seconds of one core. */
export const DEFAULT_LIMITS: Limits = {
  source: 262_144,
  output: 10_000_000,
  text: 50_000_000,
  items: 1_000_000,
  steps: 2_000_000,
  depth: 20,
  passes: 100,
  renders: 10_000,
};
