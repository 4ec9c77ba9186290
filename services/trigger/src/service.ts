import { STREAM } from '@tutti/bus';
import type { Bus, Subscription } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type {
  BackfillTrigger,
  ExecutionEvent,
  FlowEvent,
  ListTriggers,
  SetTriggerDisabled,
  TriggerRef,
  WebhookCall,
} from '@tutti/contracts';
import type { FlowKeeper } from './flow-keeper.ts';
import { CHANGED_SUBJECT, backfill, setDisabled, unlock } from './handlers/change-trigger.ts';
import type { ChangeDeps } from './handlers/change-trigger.ts';
import { executionsEnded } from './handlers/executions-ended.ts';
import type { EndedDeps } from './handlers/executions-ended.ts';
import { listTriggers } from './handlers/list-triggers.ts';
import { callWebhook } from './handlers/webhook.ts';
import type { WebhookDeps } from './handlers/webhook.ts';

const QUEUE = 'trigger';
const EVENT_BATCH = 256;
const EVENT_ACK_WAIT_MS = 60_000;

export type ServiceDeps = ChangeDeps & EndedDeps & WebhookDeps & { readonly keeper: FlowKeeper };

/** What every instance hears: flows as they change, and triggers that another instance has changed. */
export function hearChanges(bus: Bus, keeper: FlowKeeper): Subscription[] {
  return [
    bus.listen<FlowEvent>('evt.flow.>', ({ record }) => void keeper.keep(record)),
    bus.listen<TriggerRef>(CHANGED_SUBJECT, ({ namespace, flowId }) => void keeper.refresh(namespace, flowId)),
  ];
}

/** Which handler answers which subject; of several instances one answers. */
export function answerCommands(bus: Bus, deps: ServiceDeps): Subscription[] {
  return [
    bus.respond(subjects.trigger('webhook'), QUEUE, (call: WebhookCall) => callWebhook(deps, call)),
    bus.respond(subjects.trigger('list'), QUEUE, (request: ListTriggers) => listTriggers(deps.store, request)),
    bus.respond(subjects.trigger('set-disabled'), QUEUE, (request: SetTriggerDisabled) => setDisabled(deps, request)),
    bus.respond(subjects.trigger('backfill'), QUEUE, (request: BackfillTrigger) => backfill(deps, request)),
    bus.respond(subjects.trigger('unlock'), QUEUE, (request: TriggerRef) => unlock(deps, request)),
  ];
}

/** Reads how executions end; of several instances one gets each batch. */
export function hearEnds(bus: Bus, deps: EndedDeps): Subscription {
  const consumer = {
    stream: STREAM.events,
    durable: 'trigger',
    filter: 'evt.execution.ended.>',
    ackWaitMs: EVENT_ACK_WAIT_MS,
  };
  return bus.consumeBatches<ExecutionEvent>(consumer, {
    maxBatch: EVENT_BATCH,
    handler: (messages) =>
      executionsEnded(
        deps,
        messages.map(({ body }) => body.execution),
      ),
  });
}
