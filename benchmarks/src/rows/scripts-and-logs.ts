import { openFloor } from '../floor.ts';
import { median, percentile, type BenchRow } from '../row.ts';
import { oneAtATime, type Session } from '../session.ts';

const BLOCKS = 5;
const SUBSCRIBE = `subscription ($id: ID!) {
  executionLogs(executionId: $id) { lines { message taskId } ended }
}`;

interface Lines {
  readonly executionLogs: { readonly lines: readonly { readonly message: string }[]; readonly ended: boolean };
}

/** Row 6: what a script task costs beyond the bare process. */
export async function scriptRows(session: Session): Promise<BenchRow[]> {
  const floor = await openFloor(session.tutti.infrastructure.databaseUrl, session.tutti.natsUrl);
  const chain: number[] = [];
  const single: number[] = [];
  const spawns: number[] = [];
  try {
    await oneAtATime(5, () => session.run('shell1'));
    for (let block = 0; block < BLOCKS; block++) {
      chain.push(...(await oneAtATime(5, () => session.run('shellChain'))));
      single.push(...(await oneAtATime(5, () => session.run('shell1'))));
      spawns.push(...(await oneAtATime(30, () => floor.spawn())));
    }
  } finally {
    await floor.stop();
  }
  const step = (median(chain) - median(single)) / 10;
  return [
    {
      id: '6',
      name: 'script task beyond a bare spawn',
      unit: 'ms',
      better: 'lower',
      ours: step - median(spawns),
      floor: { name: 'sh -c true', value: median(spawns) },
      gate: 5,
      goal: 3,
      moonshot: 1.5,
      details: { step },
    },
  ];
}

/** Row 7: how soon a subscriber sees a line, and how many lines a second are stored and streamed. */
export async function logRows(session: Session): Promise<BenchRow[]> {
  const delays: number[] = [];
  for (let round = 0; round < 3; round++)
    delays.push(
      ...(await follow(session, 'stamps', (message) => (Date.now() * 1000 - Number(message)) / 1000)).filter(
        Number.isFinite,
      ),
    );
  const rates: number[] = [];
  for (let round = 0; round < 3; round++) {
    const times = await follow(session, 'lines', () => performance.now());
    rates.push(((times.length - 1) * 1000) / (times.at(-1)! - times[0]!));
  }
  return [
    {
      id: '7', name: 'log line to subscriber, p50', unit: 'ms', better: 'lower', ours: median(delays),
      gate: 20, goal: 5, moonshot: 2, details: { lines: delays.length },
    },
    { id: '7p99', name: 'the same, p99', unit: 'ms', better: 'lower', ours: percentile(delays, 0.99), gate: 250, goal: 50, moonshot: 10 },
    { id: '7rate', name: 'lines stored and streamed', unit: '/s', better: 'higher', ours: median(rates), gate: 20_000, goal: 50_000, moonshot: 80_000 },
  ]; // prettier-ignore
}

/** What `measure` makes of each line of a flow, as a subscriber sees it come. */
async function follow(
  session: Session,
  flow: 'stamps' | 'lines',
  measure: (message: string) => number,
): Promise<number[]> {
  const id = await session.begin(flow);
  const samples: number[] = [];
  await new Promise<void>((resolve) => {
    const end = session.client.subscribe<Lines>(SUBSCRIBE, { id }, ({ executionLogs: { lines, ended } }) => {
      for (const { message } of lines)
        if (flow === 'lines' ? message.startsWith('line ') : /^\d{16}$/.test(message)) samples.push(measure(message));
      if (!ended) return;
      end();
      resolve();
    });
  });
  return samples;
}
