import { mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  newExecutionId,
  subjects,
  type ClaimReply,
  type CreateExecution,
  type ExecutionReply,
  type GetFlow,
  type GetFlowReply,
  type RunTask,
  type Work,
} from '@tutti/contracts';
import { STREAM, connectBus, requestPatiently, type Bus } from '@tutti/bus';
import { TestNatsServer } from '@tutti/bus/testing';
import { createTestDatabase } from '@tutti/database/testing';
import { Metrics, silentLogger, systemClock, type RunningService } from '@tutti/service-kit';
import { loadCatalogue } from '@tutti/plugins';
import { parseFlow, type Flow } from '@tutti/flow-model';
import { inject } from 'vitest';
import { startExecutor } from '../index.ts';

/** A real executor on a real bus and database, with this process in the places of flow-registry and task-runner. */
export async function startHarness() {
  const folder = await mkdtemp(join(tmpdir(), 'tutti-executor-'));
  const database = await createTestDatabase();
  const nats = await TestNatsServer.start(inject('natsServerBinary'));
  const catalogue = await loadCatalogue('');
  const env = {
    TUTTI_NATS_URL: nats.url,
    TUTTI_DATABASE_URL: database.url,
    TUTTI_HOME: folder,
    TUTTI_STORAGE_FOLDER: join(folder, 'storage'),
  };
  const bus = await connectBus({ url: env.TUTTI_NATS_URL, name: 'harness', log: silentLogger });
  const flows = new Map<string, Flow>();
  const registry = bus.respond<GetFlow, GetFlowReply>(subjects.flow('get'), undefined, ({ namespace, id }) => {
    const flow = flows.get(`${namespace}/${id}`);
    if (!flow) return {};
    const { revision, disabled } = flow;
    const record = { namespace, id, revision, source: '', deleted: false, disabled, updatedAtMs: 0 };
    return { record: { ...record, flow: flow as never } };
  });
  const executors: RunningService[] = [];

  return {
    bus,
    nats,
    database,
    /** Saves a flow for executors to find. */
    save(source: string): Flow {
      const { flow, findings } = parseFlow(source, catalogue, {});
      if (!flow) throw new Error(findings.map(({ message }) => message).join('\n'));
      flows.set(`${flow.namespace}/${flow.id}`, { ...flow, revision: 1 });
      return flow;
    },
    async startExecutor(): Promise<RunningService> {
      const fail = (error: unknown): void => {
        throw error;
      };
      const context = { name: 'executor', log: silentLogger, clock: systemClock, metrics: new Metrics(), env, fail };
      const executor = await startExecutor({ ...context, catalogue });
      executors.push(executor);
      return executor;
    },
    create(request: Omit<CreateExecution, 'executionId'> & { readonly executionId?: string }): Promise<ExecutionReply> {
      const executionId = request.executionId ?? newExecutionId(Date.now(), randomBytes);
      return requestPatiently(
        bus,
        subjects.execution('create', executionId),
        { ...request, executionId },
        { deadlineMs: 10_000 },
      );
    },
    async stop(): Promise<void> {
      for (const executor of executors) await executor.stop().catch(() => undefined);
      await registry.stop();
      await bus.drain();
      await database.drop();
      await nats.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A runner that carries out attempts by a function; what the function throws fails the attempt. */
export function startRunner(
  bus: Bus,
  workerId: string,
  carryOut: (work: Work) => Promise<Record<string, never>> | Record<string, never>,
) {
  return bus.pull<RunTask>(
    { stream: STREAM.tasks, durable: 'runners-default', filter: subjects.runTask('default'), ackWaitMs: 30_000 },
    {
      freeSlots: () => 16,
      async handler(message) {
        const claim = { ...message.body, workerId };
        const subject = subjects.report('claim', claim.executionId);
        const reply: ClaimReply = await requestPatiently(bus, subject, claim, { deadlineMs: 5_000 });
        message.ack();
        if (!reply.granted) return;
        const outputs = await carryOut(reply.work);
        const { executionId, taskRunId, attempt, lease } = reply.work;
        const ended = { executionId, taskRunId, attempt, lease, workerId, state: 'SUCCESS', outputs };
        await requestPatiently(bus, subjects.report('ended', executionId), ended, { deadlineMs: 5_000 });
      },
    },
  );
}
