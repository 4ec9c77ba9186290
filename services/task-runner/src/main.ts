import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectBus } from '@tutti/bus';
import { Expressions } from '@tutti/expressions';
import { loadCatalogue } from '@tutti/plugins';
import { runService } from '@tutti/service-kit';
import { openLocalStorage } from '@tutti/storage';
import { readConfig, workerIdOf } from './config.ts';
import { createExpressionServices } from '@tutti/expression-services';
import { ExecutorClient } from './executor-client.ts';
import { clearLeftovers } from './leftovers.ts';
import { startTaskRunner } from './service.ts';

await runService({
  name: 'task-runner',
  async start({ name, log, clock, metrics, env }) {
    const config = readConfig(env);
    await clearLeftovers(config.runnersFolder, log);
    const [bus, catalogue, storage] = await Promise.all([
      connectBus({ url: config.natsUrl, name, log }),
      loadCatalogue(),
      openLocalStorage(env['TUTTI_STORAGE_FOLDER'] ?? join(config.home, 'storage')),
    ]);
    const expressions = new Expressions({ services: createExpressionServices(bus, storage) });
    const executor = new ExecutorClient(bus, workerIdOf(randomUUID().slice(0, 8)));
    const runner = startTaskRunner({ bus, catalogue, storage, expressions, executor, config, clock, metrics, log });
    return {
      health: () => runner.health(),
      async stop() {
        await runner.stop();
        await bus.drain();
      },
    };
  },
});
