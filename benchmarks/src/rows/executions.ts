import { openFloor } from '../floor.ts';
import { median, percentile, type BenchRow } from '../row.ts';
import { cpuSince, oneAtATime, wide, type Session } from '../session.ts';
import { total } from '../process-cost.ts';
import { storedBytes } from '../stored-bytes.ts';

const BLOCKS = 5;
const WARM_UP = 300;

/** Rows 1 to 5, 12 and 13: what an execution costs, alone and among many. */
export async function executionRows(session: Session, wanted: (id: string) => boolean): Promise<BenchRow[]> {
  const { tutti } = session;
  const floor = await openFloor(tutti.infrastructure.databaseUrl, tutti.natsUrl);
  const idle = session.memoryMib();
  const rows: BenchRow[] = [];
  try {
    await wide(16, WARM_UP, () => session.run('log1'));
    if (wanted('1') || wanted('2')) rows.push(...(await latencies(session, floor)));
    if (wanted('3') || wanted('4') || wanted('12') || wanted('13')) rows.push(...(await throughput(session, idle)));
    if (wanted('5')) rows.push(...(await chains(session)));
    return rows.filter(({ id }) => wanted(id.replace(/[a-z]+$/, '')));
  } finally {
    await floor.stop();
  }
}

async function latencies(session: Session, floor: Awaited<ReturnType<typeof openFloor>>): Promise<BenchRow[]> {
  const one: number[] = [];
  const chain: number[] = [];
  const runnerOne: number[] = [];
  const runnerChain: number[] = [];
  const bare: number[] = [];
  await oneAtATime(50, () => session.run('runner1'));
  for (let block = 0; block < BLOCKS; block++) {
    one.push(...(await oneAtATime(100, () => session.run('log1'))));
    bare.push(...(await oneAtATime(100, async () => {
      await floor.httpRoundTrip();
      await floor.busRoundTrip();
      await floor.commit();
    }))); // prettier-ignore
    chain.push(...(await oneAtATime(20, () => session.run('logChain'))));
    runnerOne.push(...(await oneAtATime(50, () => session.run('runner1'))));
    runnerChain.push(...(await oneAtATime(8, () => session.run('runnerChain'))));
  }
  const perTask = (chained: readonly number[], single: readonly number[]) => (median(chained) - median(single)) / 39;
  const floorOf = { name: 'HTTP + NATS + commit', value: median(bare) };
  return [
    {
      id: '1',
      name: 'one-task flow, mutation to its end, p50',
      unit: 'ms',
      better: 'lower',
      ours: median(one),
      floor: floorOf,
      gate: 10,
      goal: 4,
      moonshot: 2.5,
      details: { p99: percentile(one, 0.99) },
    },
    {
      id: '1p99',
      name: 'the same, p99',
      unit: 'ms',
      better: 'lower',
      ours: percentile(one, 0.99),
      gate: 40,
      goal: 12,
      moonshot: 8,
    },
    {
      id: '1r',
      name: 'the same by a task-runner, p50',
      unit: 'ms',
      better: 'lower',
      ours: median(runnerOne),
      floor: floorOf,
      gate: 10,
      goal: 4,
      moonshot: 2.5,
      details: { p99: percentile(runnerOne, 0.99) },
    },
    {
      id: '2',
      name: 'each further task in a chain of 40',
      unit: 'ms',
      better: 'lower',
      ours: perTask(chain, one),
      gate: 4,
      goal: 1.5,
      moonshot: 0.8,
    },
    {
      id: '2r',
      name: 'the same by a task-runner',
      unit: 'ms',
      better: 'lower',
      ours: perTask(runnerChain, runnerOne),
      gate: 4,
      goal: 1.5,
      moonshot: 0.8,
    },
  ];
}

async function throughput(session: Session, idle: Readonly<Record<string, number>>): Promise<BenchRow[]> {
  const rates: number[] = [];
  const begunMs = session.cpuMs();
  const before = await storedBytes(session);
  const executions = 3_000;
  let peak = session.memoryMib();
  for (let block = 0; block < BLOCKS; block++) {
    rates.push(await wide(64, executions, () => session.run('log1')));
    const now = session.memoryMib();
    if (total(now) > total(peak)) peak = now;
  }
  const after = await storedBytes(session);
  const count = BLOCKS * executions;
  const cpuMs = cpuSince(begunMs, session.cpuMs(), count);
  return [
    { id: '3', name: 'one-task executions, 64 at once', unit: '/s', better: 'higher', ours: median(rates), gate: 1_000, goal: 3_000, moonshot: 5_000 }, // prettier-ignore
    { id: '4', name: 'CPU of all processes for one of them', unit: 'ms', better: 'lower', ours: total(cpuMs), gate: 1.5, goal: 0.6, moonshot: 0.35, details: cpuMs }, // prettier-ignore
    { id: '12', name: 'memory idle, all processes', unit: 'MiB', better: 'lower', ours: total(idle), gate: 700, goal: 450, moonshot: 200, details: idle }, // prettier-ignore
    { id: '12b', name: 'memory under that load', unit: 'MiB', better: 'lower', ours: total(peak), gate: 1_000, goal: 700, details: peak }, // prettier-ignore
    { id: '13', name: 'stored for one of them', unit: 'bytes', better: 'lower', ours: (after.tables - before.tables) / count, gate: 5_000, goal: 2_500, moonshot: 1_200 }, // prettier-ignore
    { id: '13w', name: 'write-ahead log for one of them', unit: 'bytes', better: 'lower', ours: (after.wal - before.wal) / count, gate: 12_000, goal: 6_000, moonshot: 4_000 }, // prettier-ignore
  ];
}

async function chains(session: Session): Promise<BenchRow[]> {
  const inside: number[] = [];
  const runner: number[] = [];
  let runnerMs: Record<string, number> = {};
  for (let block = 0; block < BLOCKS; block++) {
    inside.push(40 * (await wide(16, 160, () => session.run('logChain'))));
    const begunMs = session.cpuMs();
    runner.push(40 * (await wide(16, 48, () => session.run('runnerChain'))));
    runnerMs = cpuSince(begunMs, session.cpuMs(), 48 * 40);
  }
  const marks = { gate: 1_500, goal: 4_000, moonshot: 8_000, better: 'higher', unit: '/s' } as const;
  return [
    { id: '5', name: 'task runs, 16 chains of 40', ours: median(inside), ...marks },
    { id: '5r', name: 'the same by a task-runner', ours: median(runner), ...marks, details: runnerMs },
  ];
}
