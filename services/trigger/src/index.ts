import { connectBus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import { openServiceDatabase, retryOnConnectionLoss } from '@tutti/database';
import type { RunningService, ServiceContext } from '@tutti/service-kit';
import { readConfig } from './config.ts';
import { FlowKeeper } from './flow-keeper.ts';
import { LazySubscription } from './lazy-subscription.ts';
import { templatesOf, triggerExpressions } from './render.ts';
import { ScheduleDates } from './schedule-dates.ts';
import { Scheduler } from './scheduler.ts';
import { answerCommands, hearChanges, hearEnds } from './service.ts';
import { TriggerStore } from './store/trigger-store.ts';
import { WindowStore } from './store/window-store.ts';
import { TriggerIndex } from './trigger-index.ts';

const CATCH_UP_TIMEOUT_MS = 300_000;

/** Starts the trigger service; it can take work once its triggers are in step with the flows. */
export async function startTrigger(context: ServiceContext): Promise<RunningService> {
  const { env, log, clock, metrics } = context;
  const config = readConfig(env);
  const database = await openServiceDatabase({ service: 'trigger', env, log, max: config.databaseConnections });
  const bus = await connectBus({ url: config.natsUrl, name: 'tutti-trigger', log });
  await bus.ensureStreams();

  const expressions = triggerExpressions(bus, config.timezone);
  const templates = templatesOf(expressions);
  const dates = new ScheduleDates(templates, config.timezone, log);
  const store = new TriggerStore(database);
  const windows = new WindowStore(database);
  const index = new TriggerIndex({ expressions, serverZone: config.timezone, log });
  const scheduler = new Scheduler({ store, windows, bus, dates, expressions, config, clock, log, metrics });
  const changed = (): void => {
    if (!ends.begun && index.listens()) ends.begin();
    scheduler.wake();
  };
  const keeper = new FlowKeeper({ bus, store, index, dates, clock, log, changed });
  const serverZone = config.timezone;
  const { releases } = scheduler;
  const deps = { bus, store, windows, index, keeper, releases, dates, expressions, templates, serverZone, clock, log };
  const ends = new LazySubscription(() => hearEnds(bus, deps));

  const changes = hearChanges(bus, keeper);
  const catchUp = (): Promise<void> =>
    retryOnConnectionLoss(
      async () => {
        await store.recheckStarts(clock.nowMs());
        await keeper.reconcile();
      },
      { timeoutMs: CATCH_UP_TIMEOUT_MS },
    );
  await catchUp();
  bus.onReconnect(() => {
    catchUp().catch((error: unknown) => log.error({ err: error }, 'triggers not in step with flows'));
  });
  const commands = answerCommands(bus, deps);
  const health = bus.respond(subjects.health('trigger'), undefined, () => ({ ready: bus.isConnected() }));
  await bus.flush();

  return {
    health: () => ({ ready: bus.isConnected(), details: { bus: bus.isConnected() } }),
    async stop() {
      await Promise.all([...changes, ...commands, health, ends].map((subscription) => subscription.stop()));
      await scheduler.stop();
      await bus.drain();
      await database.close();
    },
  };
}
