import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TuttiInstance } from './testing/tutti-instance.ts';

const LINES = 100_000;
const CUTS = 10;
const LOGS = `subscription ($id: ID!, $after: String) {
  executionLogs(executionId: $id, after: $after) { cursor ended lines { message } }
}`;

interface LogBatch {
  readonly cursor: string;
  readonly ended: boolean;
  readonly lines: readonly { readonly message: string }[];
}

let instance: TuttiInstance;
beforeAll(async () => {
  instance = await TuttiInstance.start();
});
afterAll(() => instance.destroy());

it(`brings each of ${LINES} lines once to a client whose connection is cut ${CUTS} times`, async () => {
  await instance.api.importFlows(`
id: chatty
namespace: e2e.logs
tasks:
  - id: count
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
    commands: ["seq 1 ${LINES}"]
`);
  const { id } = await instance.api.execute('e2e.logs', 'chatty');
  const seen: number[] = [];
  let last: Pick<LogBatch, 'cursor' | 'ended'> | undefined;
  let cuts = 0;
  while (!last?.ended) {
    const wished = seen.length + LINES / (CUTS + 1);
    last = await readUntil(id, last?.cursor, seen, () => cuts < CUTS && seen.length >= wished);
    if (!last.ended) cuts++;
  }
  expect(cuts).toBe(CUTS);
  expect(seen).toEqual(Array.from({ length: LINES }, (_, index) => index + 1));
});

/** Reads over one connection, which is cut once enough has come; gives the last batch's cursor. */
async function readUntil(
  id: string,
  after: string | undefined,
  seen: number[],
  isEnough: () => boolean,
): Promise<Pick<LogBatch, 'cursor' | 'ended'>> {
  const url = `${instance.tutti.url.replace(/^http/, 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  const subscription = client.iterate<{ executionLogs: LogBatch }>({ query: LOGS, variables: { id, after } });
  for await (const { data, errors } of subscription) {
    if (!data) throw new Error(errors?.map(({ message }) => message).join('\n') ?? 'no data');
    const { lines, cursor, ended } = data.executionLogs;
    for (const { message } of lines) if (/^\d+$/.test(message)) seen.push(Number(message));
    if (!ended && !isEnough()) continue;
    client.terminate();
    return { cursor, ended };
  }
  throw new Error('the subscription completed without a batch that says so');
}
