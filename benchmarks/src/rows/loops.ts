import { median, percentile, type BenchRow } from '../row.ts';
import { oneAtATime, type Session } from '../session.ts';

/** The other shapes of a wide flow. */
export async function shapeRows(session: Session): Promise<BenchRow[]> {
  const shapes = {
    parallel1000: 'Parallel of 1,000',
    dag200: 'Dag of 200',
    subflows100: 'Subflow fan-out of 100',
  } as const;
  const rows: BenchRow[] = [];
  for (const flow of ['parallel1000', 'dag200', 'subflows100'] as const) {
    const samples = await oneAtATime(5, () => session.run(flow));
    rows.push({ id: 'shapes', name: shapes[flow], unit: 's', better: 'lower', ours: median(samples) / 1000 });
  }
  return rows;
}

/** Rows 10 and 17: loops, and what they do to others. */
export async function loopRows(session: Session): Promise<BenchRow[]> {
  const hundred = await oneAtATime(5, () => session.run('loop100'));
  const thousand = await oneAtATime(3, () => session.run('loop1000'));
  const beside: number[] = [];
  const [tenThousand] = await Promise.all([
    oneAtATime(1, () => session.run('loop10000')),
    oneAtATime(100, () => session.run('log1')).then((samples) => beside.push(...samples)),
  ]);
  const seconds = (samples: readonly number[]) => median(samples) / 1000;
  return [
    { id: '10', name: 'ForEach of 1,000', unit: 's', better: 'lower', ours: seconds(thousand), gate: 2, goal: 0.6, moonshot: 0.3, details: { hundred: seconds(hundred) } },
    { id: '10b', name: 'ForEach of 10,000', unit: 's', better: 'lower', ours: seconds(tenThousand), gate: 20, goal: 5, moonshot: 2.5 },
    { id: '10c', name: 'ratio of the two', unit: '', better: 'lower', ours: seconds(tenThousand) / seconds(thousand), gate: 12, goal: 11, moonshot: 10 },
    { id: '17', name: 'one-task flow beside a ForEach of 10,000, p50', unit: 'ms', better: 'lower', ours: median(beside), gate: 250, goal: 30, moonshot: 10 },
    { id: '17p99', name: 'the same, p99', unit: 'ms', better: 'lower', ours: percentile(beside, 0.99), gate: 1_000, goal: 100, moonshot: 40 },
  ]; // prettier-ignore
}
