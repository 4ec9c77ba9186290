import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connectBus, type Bus } from '@tutti/bus';
import { cloudEventHeaders, subjects, type ExecutionSnapshot } from '@tutti/contracts';
import { silentLogger } from '@tutti/service-kit';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { TestNatsServer } from '../../packages/bus/src/testing/nats-server.ts';

const SCRIPT = fileURLToPath(new URL('../../examples/consumers/follow-executions.mjs', import.meta.url));
const AT_MS = Date.UTC(2026, 0, 1);

let server: TestNatsServer;
let bus: Bus;
let follower: ChildProcess;

beforeAll(async () => {
  server = await TestNatsServer.start(inject('natsServerBinary'));
  bus = await connectBus({ url: server.url, name: 'test', log: silentLogger });
  await bus.ensureStreams();
});
afterAll(async () => {
  follower.kill();
  await bus.drain();
  await server.destroy();
});

it('a dashboard of third parties sees what ended before it came and what ends while it watches', async () => {
  await ended('e1', 'company.team', 3);
  await ended('e2', 'other', 3);
  const env = { ...process.env, TUTTI_NATS_URL: server.url };
  follower = spawn(process.execPath, [SCRIPT, 'company'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = linesOf(follower);

  expect(await lines.next()).toMatchObject({
    value: expect.stringMatching(/SUCCESS .* 1\.500 s {2}company\.team\.hello e1$/),
  });
  await ended('e1', 'company.team', 2);
  await ended('e3', 'company.team.below', 1);
  expect(await lines.next()).toMatchObject({ value: expect.stringMatching(/company\.team\.below\.hello e3$/) });
});

async function ended(id: string, namespace: string, version: number): Promise<void> {
  const execution: ExecutionSnapshot = {
    id,
    namespace,
    flowId: 'hello',
    flowRevision: 1,
    state: 'SUCCESS',
    histories: [],
    version,
    labels: [],
    originalId: id,
    attemptNumber: 1,
    createdAtMs: AT_MS,
    endedAtMs: AT_MS + 1_500,
  };
  const subject = subjects.executionEvent('ended', id, namespace, 'hello');
  await bus.publishDurable(subject, { execution }, { headers: cloudEventHeaders(subject, `${id}/${version}`) });
}

async function* linesOf({ stdout }: ChildProcess): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stdout!) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}
