import { subjects } from '@tutti/contracts';
import type { HealthReply } from '@tutti/contracts';
import { connectBus } from '@tutti/bus';
import { openServiceDatabase } from '@tutti/database';
import type { RunningService, ServiceContext } from '@tutti/service-kit';
import { openLocalStorage } from '@tutti/storage';
import { Access } from './access/access.ts';
import { readGatewayConfig } from './config.ts';
import { createGateway } from './gateway.ts';
import type { GatewayDeps } from './gateway.ts';
import { DocumentFactsCache } from './graphql/document-facts.ts';
import { GraphqlServer } from './graphql/graphql-server.ts';
import { createSchema } from './graphql/schema.ts';
import { SubscriptionServer } from './graphql/subscription-server.ts';
import { askHealth } from './health.ts';
import { GatewayServer } from './http/gateway-server.ts';
import { GraphiqlPage } from './pages/graphiql.ts';
import { RestApi } from './rest/rest-api.ts';

export { readGatewayConfig } from './config.ts';
export type { GatewayConfig } from './config.ts';
export type { GatewayDeps } from './gateway.ts';

/** How long requests in hand may take once the gateway is told to stop, ms. */
const STOP_GRACE_MS = 5_000;

/** A gateway that listens. */
export interface RunningGateway {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts to serve with what it is given; what it is given stays the caller's to close. */
export async function serveGateway(deps: GatewayDeps): Promise<RunningGateway> {
  const { config, bus, log, metrics } = deps;
  const gateway = createGateway(deps);
  const schema = createSchema();
  const facts = new DocumentFactsCache(schema);
  const access = new Access(config);
  const graphql = new GraphqlServer(gateway, schema, facts);
  const subscriptions = new SubscriptionServer(gateway, schema, facts, access);
  await graphql.start();
  const rest = new RestApi(gateway);
  const server = new GatewayServer({
    access,
    graphql,
    subscriptions,
    rest,
    pages: new GraphiqlPage(),
    health: () => askHealth(bus),
    log,
    metrics,
  });
  metrics.observed(
    'tutti_gateway_subscribers',
    'Clients connected for subscriptions.',
    () => subscriptions.connections,
  );
  const port = await server.listen(config.host, config.port);
  return {
    port,
    async stop() {
      await server.stop(STOP_GRACE_MS);
      await graphql.stop();
    },
  };
}

/** Starts the gateway as a service of its own. */
export async function startGateway({ env, log, clock, metrics }: ServiceContext): Promise<RunningService> {
  const config = readGatewayConfig(env);
  const database = await openServiceDatabase({ service: 'gateway', env, log, max: config.databaseConnections });
  const bus = await connectBus({ url: config.natsUrl, name: 'tutti-gateway', log });
  const storage = await openLocalStorage(config.storageFolder);
  const running = await serveGateway({ config, bus, database, storage, clock, log, metrics });
  const health = () => ({ ready: bus.isConnected() });
  bus.respond<null, HealthReply>(subjects.health('gateway'), undefined, health);
  return {
    health,
    announce: { port: running.port, url: `http://${config.host}:${running.port}` },
    async stop() {
      await running.stop();
      await bus.drain();
      await database.close();
    },
  };
}
