import type { Bus } from '@tutti/bus';
import type { Queryable } from '@tutti/database';
import type { Clock, Logger, Metrics } from '@tutti/service-kit';
import type { Storage } from '@tutti/storage';
import { ExecutorClient } from './clients/executor-client.ts';
import { RegistryClient } from './clients/registry-client.ts';
import { TriggerClient } from './clients/trigger-client.ts';
import type { GatewayConfig } from './config.ts';
import { Reconnects } from './live/reconnects.ts';
import { ExecutionStore } from './store/executions.ts';
import { FlowStore } from './store/flows.ts';
import { LogStore } from './store/logs.ts';
import { MetricStore } from './store/metrics.ts';
import { TaskRunStore } from './store/task-runs.ts';

/** What the gateway is given. */
export interface GatewayDeps {
  readonly config: GatewayConfig;
  readonly bus: Bus;
  /** With the right to read the views. */
  readonly database: Queryable;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What resolvers and routes work with: stores to read, clients to give orders. */
export type Gateway = ReturnType<typeof createGateway>;

/** Puts together what resolvers and routes share. */
export function createGateway({ config, bus, database, storage, clock, log }: GatewayDeps) {
  return {
    config,
    bus,
    storage,
    clock,
    log,
    reconnects: new Reconnects(bus),
    executor: new ExecutorClient(bus),
    registry: new RegistryClient(bus),
    trigger: new TriggerClient(bus),
    executions: new ExecutionStore(database),
    taskRuns: new TaskRunStore(database),
    logs: new LogStore(database, clock),
    metrics: new MetricStore(database),
    flows: new FlowStore(database),
  };
}
