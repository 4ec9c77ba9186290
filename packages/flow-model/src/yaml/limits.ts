/** Bounds of one flow's YAML. */
export const LIMITS = {
  /** Characters of one source, all its documents together. */
  length: 1_048_576,
  /** Maps and lists in one another. */
  nesting: 100,
  /** Values after aliases have been followed: what a few lines of aliases can blow up to. */
  values: 100_000,
} as const;
