import { subjects, type ExecutionCounts, type ExecutionPage, type ExecutionQuery, type ExecutionVerb, type LogPage, type PurgeExecution, type PurgeLogLines, type PurgeLogLinesReply, type PurgeReply } from '@tutti/contracts'; // prettier-ignore
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness } from './testing/executor-harness.ts';

type Harness = Awaited<ReturnType<typeof startHarness>>;

const flow = (id: string, namespace: string) => `id: ${id}
namespace: ${namespace}
tasks:
  - id: say
    type: core.log.Log
    message: hello
  - id: done
    type: core.debug.Return
    format: done
`;

const ASKER = '0UVMsrBzKJ3xY7aBcDeF9Z';
let harness: Harness;
const ids: Record<string, string> = {};

beforeAll(async () => {
  harness = await startHarness();
  await harness.startExecutor();
  for (const [flowId, namespace] of [
    ['one', 'a'],
    ['two', 'a.b'],
    ['three', 'ab'],
  ] as const) {
    // prettier-ignore
    harness.save(flow(flowId, namespace));
    ids[flowId] = (await harness.create({ namespace, flowId, wait: true })).execution.id;
  }
});
afterAll(() => harness.stop());

const ask = <Req extends { readonly executionId: string }, Res>(verb: ExecutionVerb, body: Req): Promise<Res> =>
  harness.bus.request<Req, Res>(subjects.execution(verb, body.executionId), body);
const find = async (query: Omit<ExecutionQuery, 'executionId'>): Promise<string[]> =>
  (await ask<ExecutionQuery, ExecutionPage>('find', { executionId: ASKER, ...query })).executions.map(({ flowId }) => flowId); // prettier-ignore
const linesOf = async (flowId: string): Promise<number> =>
  (await ask<{ executionId: string }, LogPage>('logs', { executionId: ids[flowId] ?? '' })).lines.length;

describe('executions', () => {
  it.each([
    [{}, ['one', 'two', 'three']],
    [{ namespace: 'a' }, ['one', 'two']],
    [{ namespace: 'a', flowId: 'two' }, []],
    [{ namespace: 'a.b', flowId: 'two' }, ['two']],
    [{ states: ['FAILED'] }, []],
    [{ states: ['FAILED', 'SUCCESS'], ended: true, limit: 1 }, ['one']],
    [{ beforeMs: 1 }, []],
    [{ fromMs: 1 }, ['one', 'two', 'three']],
  ] as const)('are found by %j', async (query, expected) => expect(await find(query)).toEqual(expected));

  it('are found page by page', async () => expect(await find({ after: ids['one'] ?? '', limit: 1 })).toEqual(['two']));

  it('are counted by flow', async () => {
    const query = { executionId: ASKER, namespace: 'a' };
    expect(await ask<ExecutionQuery, ExecutionCounts>('count', query)).toEqual({
      counts: [{ namespace: 'a', flowId: 'one', count: 1 }, { namespace: 'a.b', flowId: 'two', count: 1 }], // prettier-ignore
    });
  });
});

describe('purging', () => {
  it('deletes lines of the flow and levels that are meant', async () => {
    const purge = (more: Partial<PurgeLogLines>): Promise<PurgeLogLinesReply> =>
      ask('purge-logs', { executionId: ASKER, namespace: 'a', flowId: 'one', beforeMs: Date.now() + 1_000, ...more });
    expect(await purge({ levels: ['ERROR'] })).toEqual({ count: 0 });
    expect(await purge({ beforeMs: 1 })).toEqual({ count: 0 });
    expect(await purge({ levels: ['INFO'], limit: 1 })).toEqual({ count: 1 });
    expect(await linesOf('one')).toBe(1);
    expect(await linesOf('two')).toBe(2);
  });

  it('deletes parts of an execution, or all of it', async () => {
    const purge = (more: Partial<PurgeExecution>): Promise<PurgeReply> =>
      ask('purge', { executionId: ids['two'] ?? '', execution: false, logs: false, metrics: false, ...more });
    expect(await purge({ metrics: true })).toEqual({ executions: 0, logs: 0, metrics: 2 });
    expect(await purge({ execution: true, logs: true })).toEqual({ executions: 1, logs: 2, metrics: 0 });
    expect(await find({ namespace: 'a' })).toEqual(['one']);
    await expect(purge({ execution: true })).rejects.toMatchObject({ code: 'EXECUTION_UNKNOWN' });
  });
});
