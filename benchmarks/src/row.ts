/** One measured figure, beside the machine's own limit in the same run and the figures we hold ourselves to. */
export interface BenchRow {
  /** Row of the table of targets, `1` to `17`; others have a name of their own. */
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly better: 'lower' | 'higher';
  /** The bare operation of the machine, measured in the same blocks. */
  readonly floor?: { readonly name: string; readonly value: number };
  readonly gate?: number;
  readonly goal?: number;
  readonly moonshot?: number;
  /** Percentiles, spreads and counts, for the JSON. */
  readonly details?: Readonly<Record<string, number>>;
}

/** Which of its marks a figure reaches. */
export function verdictOf({ ours, better, gate, goal, moonshot }: BenchRow): string {
  const reaches = (mark: number | undefined) =>
    mark !== undefined && (better === 'lower' ? ours <= mark : ours >= mark);
  if (reaches(moonshot)) return 'moonshot';
  if (reaches(goal)) return 'goal';
  if (reaches(gate)) return 'gate';
  return gate === undefined ? '' : 'below the gate';
}

/** Value at a share of sorted samples: `percentile(samples, 0.99)`. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);
