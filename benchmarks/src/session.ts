import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTutti, type Tutti } from '@tutti/cli';
import { FLOWS, NAMESPACE, type FlowName } from './flows.ts';
import { cpuMsOf, memoryMibOf } from './process-cost.ts';
import { TuttiClient } from './tutti-client.ts';

const CREATE = `mutation ($flow: String!, $wait: Boolean) {
  createExecution(input: { namespace: "${NAMESPACE}", flowId: $flow, wait: $wait }) { execution { id state } errors { message } }
}`;

interface Created {
  readonly createExecution: {
    readonly execution: { readonly id: string; readonly state: string };
    readonly errors: readonly { readonly message: string }[];
  };
}

/** A Tutti of its own in a new folder, as `npm start` runs it, and a client. */
export class Session {
  readonly tutti: Tutti;
  readonly client: TuttiClient;
  /** From the start of the command to the first result, ms. */
  readonly firstResultMs: number;
  readonly #folder: string;

  private constructor(tutti: Tutti, client: TuttiClient, folder: string, firstResultMs: number) {
    this.tutti = tutti;
    this.client = client;
    this.#folder = folder;
    this.firstResultMs = firstResultMs;
  }

  static async start(folder?: string): Promise<Session> {
    const dataFolder = folder ?? (await mkdtemp(join(tmpdir(), 'tutti-bench-')));
    const beganMs = performance.now();
    const tutti = await startTutti({ dataFolder, port: 0 });
    const client = new TuttiClient(tutti.url);
    await client.saveFlow(FLOWS.log1);
    await new Session(tutti, client, dataFolder, 0).run('log1');
    const session = new Session(tutti, client, dataFolder, performance.now() - beganMs);
    if (folder === undefined) for (const source of Object.values(FLOWS)) await client.saveFlow(source);
    return session;
  }

  /** Runs a flow to its end; returns the execution's id. */
  async run(flow: FlowName): Promise<string> {
    const { createExecution } = await this.client.graphql<Created>(CREATE, { flow, wait: true });
    if (createExecution.execution?.state !== 'SUCCESS') throw new Error(`${flow}: ${JSON.stringify(createExecution)}`);
    return createExecution.execution.id;
  }

  /** Begins a flow; returns the execution's id. */
  async begin(flow: FlowName): Promise<string> {
    const { createExecution } = await this.client.graphql<Created>(CREATE, { flow, wait: false });
    if (!createExecution.execution) throw new Error(`${flow}: ${JSON.stringify(createExecution.errors)}`);
    return createExecution.execution.id;
  }

  /** CPU time of every process of the system so far by name, ms; the client's is not among them. */
  cpuMs(): Record<string, number> {
    return cpuMsOf(this.tutti.processes);
  }

  memoryMib(): Record<string, number> {
    return memoryMibOf(this.tutti.processes);
  }

  /** Stops everything; with `keep` the data stay for a second start. */
  async stop(keep = false): Promise<string> {
    await this.client.close();
    await this.tutti.stop();
    if (!keep) await rm(this.#folder, { recursive: true, force: true });
    return this.#folder;
  }
}

/** Repeats an operation one at a time; returns how long each took, ms. */
export async function oneAtATime(times: number, operation: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let time = 0; time < times; time++) {
    const beganMs = performance.now();
    await operation();
    samples.push(performance.now() - beganMs);
  }
  return samples;
}

/** Repeats an operation with some under way at once; returns operations per second. */
export async function wide(width: number, times: number, operation: () => Promise<unknown>): Promise<number> {
  let left = times;
  const beganMs = performance.now();
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (left-- > 0) await operation();
    }),
  );
  return (times * 1000) / (performance.now() - beganMs);
}

/** What each process used since an earlier look, ms for each of `times` operations. */
export function cpuSince(
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
  times: number,
) {
  return Object.fromEntries(Object.entries(now).map(([name, ms]) => [name, (ms - (before[name] ?? 0)) / times]));
}
