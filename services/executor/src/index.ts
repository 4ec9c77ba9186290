import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { subjects, type JsonMap } from '@tutti/contracts';
import { connectBus, type Bus } from '@tutti/bus';
import { openDatabase, openServiceDatabase } from '@tutti/database';
import { createExpressionServices } from '@tutti/expression-services';
import { Expressions } from '@tutti/expressions';
import type { Catalogue } from '@tutti/flow-model';
import { openSecretBox, readTemplateVariables, type RunningService, type ServiceContext } from '@tutti/service-kit';
import { openLocalStorage } from '@tutti/storage';
import { readConfig } from './config.ts';
import { Engine } from './engine/engine.ts';
import { Ownership } from './engine/ownership.ts';
import { UntilDone } from './engine/until-done.ts';
import { PartitionSubscriptions, inPartitions } from './service.ts';
import { LeaseStore } from './store/lease-store.ts';

export interface ExecutorOptions extends ServiceContext {
  readonly catalogue: Catalogue;
}

/** Starts the executor: it takes its share of the partitions and answers for them. */
export async function startExecutor(options: ExecutorOptions): Promise<RunningService> {
  const { env, log, clock, metrics, catalogue } = options;
  const config = readConfig(env);
  const owner = randomUUID();
  const database = await openServiceDatabase({ service: 'executor', env, log, max: config.databaseConnections });
  const leaseDatabase = openDatabase({ ...database, applicationName: `tutti executor ${owner}`, max: 1, log });
  const bus = await connectBus({ url: config.natsUrl, name: 'tutti-executor', log });
  const storage = await openLocalStorage(config.storageFolder);
  await bus.ensureStreams();

  const engine = new Engine({
    owner,
    config,
    bus,
    database,
    storage,
    catalogue,
    box: await openSecretBox(config.secretKeyFile ?? join(config.home, 'secret.key')),
    extras: readTemplateVariables(env) as unknown as JsonMap,
    expressions: new Expressions(),
    ioExpressions: new Expressions({ services: createExpressionServices(bus, storage) }),
    clock,
    log,
    metrics,
    leases: () => ownership.held,
    leaseLost: () => ownership.recheck(),
  });
  const subscriptions = new PartitionSubscriptions(bus, engine, log);
  const ownership = new Ownership({
    owner,
    leases: new LeaseStore(leaseDatabase, owner),
    log,
    leaseMs: config.leaseMs,
    renewMs: Math.ceil(config.leaseMs / 5),
    publishedPosition: () => engine.publisher.position,
    gained: async (leases) => {
      await engine.takeOver(leases);
      for (const { partition } of leases) subscriptions.begin(partition);
    },
    lost: async (partitions) => {
      await Promise.all(partitions.map((partition) => subscriptions.end(partition)));
      await engine.letGo(inPartitions(partitions));
    },
  });
  const saying = sayAgainAfterReconnect(bus, engine, options);
  await ownership.start();
  const health = bus.respond(subjects.health('executor'), undefined, () => ({ ready: bus.isConnected() }));

  return {
    health: () => ({ ready: bus.isConnected(), details: { partitions: ownership.held.size, bus: bus.isConnected() } }),
    stop: async () => {
      await health.stop();
      await saying.stop();
      await ownership.stop();
      await engine.stop();
      await bus.drain();
      await Promise.all([database.close(), leaseDatabase.close()]);
    },
  };
}

/** What was on core subjects while the bus was away was not heard, and its store may be empty. */
function sayAgainAfterReconnect(bus: Bus, engine: Engine, { log }: ExecutorOptions): UntilDone {
  const saying = new UntilDone(
    async () => {
      await bus.ensureStreams();
      await engine.sayAgain();
    },
    (error) => log.warn({ err: error }, 'what is owed could not be said again yet'),
  );
  bus.onReconnect(() => saying.wake());
  return saying;
}
