import { connectBus } from '@tutti/bus';
import { openDataSource, openServiceDatabase } from '@tutti/database';
import { Expressions } from '@tutti/expressions';
import type { Catalogue } from '@tutti/flow-model';
import type { RunningService, ServiceContext } from '@tutti/service-kit';
import { openLocalStorage } from '@tutti/storage';
import { Announcer } from './announcer.ts';
import { readConfig } from './config.ts';
import { installationDefaults } from './rules/plugin-defaults.ts';
import { sweepExpired } from './expiry-sweep.ts';
import { FlowReader } from './flow-reader.ts';
import { environmentSecrets } from './secrets/environment-secrets.ts';
import { Secrets } from './secrets/secrets.ts';
import { subscribe } from './service.ts';
import { ENTITIES } from './store/entities.ts';
import { FileStore } from './store/file-store.ts';
import { FlowStore } from './store/flow-store.ts';
import { KeyValueStore } from './store/key-value-store.ts';
import { NamespaceStore } from './store/namespace-store.ts';
import { SecretStore } from './store/secret-store.ts';

export interface FlowRegistryOptions extends Omit<ServiceContext, 'fail'> {
  readonly catalogue: Catalogue;
}

/** Starts the flow-registry: it answers once this resolves. */
export async function startFlowRegistry(options: FlowRegistryOptions): Promise<RunningService> {
  const { name, env, log, clock, metrics, catalogue } = options;
  const config = readConfig(env);
  const max = config.databaseConnections;
  const defaults = installationDefaults(config.pluginDefaults);
  const database = await openServiceDatabase({ service: 'registry', env, log, max });
  const source = await openDataSource({ ...database, url: database.url, applicationName: `tutti ${name}`, max, entities: ENTITIES }); // prettier-ignore
  const [bus, storage] = await Promise.all([
    connectBus({ url: config.natsUrl, name: `tutti-${name}`, log }),
    openLocalStorage(config.storageFolder),
  ]);
  await bus.ensureStreams();

  const flows = new FlowStore(database);
  const pairs = new KeyValueStore(database, source);
  const namespaces = new NamespaceStore(source);
  const announcer = new Announcer(flows, bus, log);
  const reader = new FlowReader({
    catalogue,
    namespaces,
    expressions: new Expressions(),
    installationDefaults: defaults,
  });
  const secrets = new Secrets({
    store: new SecretStore(source),
    environment: environmentSecrets(env),
    keyFile: config.secretKeyFile,
    clock,
  });
  const files = new FileStore(database, source);
  const subscriptions = subscribe(
    bus,
    { flows, reader, announcer, pairs, files, namespaces, secrets, storage, clock, log },
    metrics,
  );
  const stopping = new AbortController();
  void sweepExpired(pairs, clock, log, stopping.signal);
  await bus.flush();
  return {
    health: () => ({ ready: bus.isConnected(), details: { bus: bus.isConnected() } }),
    async stop() {
      stopping.abort();
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
      await announcer.stop();
      await bus.drain();
      await Promise.all([database.close(), source.destroy()]);
    },
  };
}
