import type { ListTriggers, ListTriggersReply, TriggerState } from '@tutti/contracts';
import { dueDate } from '../core/plan-date.ts';
import type { StoredTrigger } from '../store/trigger-row.ts';
import type { TriggerStore } from '../store/trigger-store.ts';

/** `cmd.trigger.list`: the triggers of a flow, of a namespace, or all. */
export async function listTriggers(store: TriggerStore, request: ListTriggers): Promise<ListTriggersReply> {
  return { triggers: (await store.list(request)).map(stateOf) };
}

/** A trigger as others see it. */
export function stateOf(trigger: StoredTrigger): TriggerState {
  const { flow, definition, lastDateMs, executionId, backfill } = trigger;
  const nextDateMs = dueDate(trigger);
  return {
    namespace: flow.namespace,
    flowId: flow.id,
    triggerId: definition.id,
    type: definition.typeAsWritten ?? definition.type,
    disabled: trigger.disabled,
    ...(lastDateMs !== undefined && { lastDateMs }),
    ...(nextDateMs !== undefined && { nextDateMs }),
    ...(executionId !== undefined && { executionId }),
    ...(backfill && { backfill }),
    updatedAtMs: trigger.updatedAtMs,
  };
}
