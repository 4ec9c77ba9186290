import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STREAM, connectBus } from '@tutti/bus';
import { TestNatsServer } from '@tutti/bus/testing';
import type { FlowEvent } from '@tutti/contracts';
import { createTestDatabase } from '@tutti/database/testing';
import { loadCatalogue } from '@tutti/plugins';
import { Metrics, silentLogger, type Environment, type RunningService } from '@tutti/service-kit';
import { inject } from 'vitest';
import { startFlowRegistry } from '../index.ts';

/** A real flow-registry on a real bus and database, and a clock that tests move. */
export async function startHarness() {
  const folder = await mkdtemp(join(tmpdir(), 'tutti-registry-'));
  const database = await createTestDatabase();
  const nats = await TestNatsServer.start(inject('natsServerBinary'));
  const bus = await connectBus({ url: nats.url, name: 'harness', log: silentLogger });
  const catalogue = await loadCatalogue('');
  const env = {
    TUTTI_NATS_URL: nats.url,
    TUTTI_DATABASE_URL: database.url,
    TUTTI_HOME: folder,
    SECRET_TOKEN: Buffer.from('from the environment').toString('base64'),
  };
  const registries: RunningService[] = [];
  let nowMs = Date.parse('2031-05-05T00:00:00Z');

  return {
    folder,
    bus,
    database,
    advance(ms: number): void {
      nowMs += ms;
    },
    async start(more: Environment = {}): Promise<RunningService> {
      const context = {
        name: 'flow-registry',
        log: silentLogger,
        clock: { nowMs: () => nowMs },
        metrics: new Metrics(),
      };
      const registry = await startFlowRegistry({ ...context, env: { ...env, ...more }, catalogue });
      registries.push(registry);
      return registry;
    },
    ask<Res>(subject: string, body: unknown): Promise<Res> {
      return bus.request<unknown, Res>(subject, body);
    },
    /** Everything the stream has of a subject, then what comes. */
    async events(filter = 'evt.flow.>') {
      const seen: { subject: string; headers: Readonly<Record<string, string>>; body: FlowEvent }[] = [];
      await bus.replay<FlowEvent>(STREAM.events, filter, {}, ({ subject, headers, body }) =>
        seen.push({ subject, headers, body }),
      );
      return seen;
    },
    async stop(): Promise<void> {
      for (const registry of registries) await registry.stop().catch(() => undefined); // a test may have stopped it
      await bus.drain();
      await database.drop();
      await nats.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
