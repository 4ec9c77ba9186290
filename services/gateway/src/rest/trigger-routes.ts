import type { TriggerRef, TriggerState } from '@tutti/contracts';
import { UserError, isUserError } from '@tutti/service-kit';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { readJson } from '../http/body.ts';
import { RestError } from '../http/error-envelope.ts';
import { json } from '../http/reply.ts';
import type { Handler } from '../http/router.ts';
import { isoDate } from './iso.ts';
import { triggerRefs, triggerUpdate, triggersDisabled } from './json-body.ts';
import { filtersOfQuery, pageOfQuery, valueOf } from './query.ts';
import type { Routes } from './routes.ts';

type Names = Extract<RouteName, `${string} /triggers${string}`>;

const MAX_BODY_BYTES = 1024 * 1024;

/** Triggers and backfills. */
export function triggerRoutes(gateway: Gateway): Routes<Names> {
  const { trigger } = gateway;
  const actOnBackfill =
    (action: 'pause' | 'unpause' | 'delete'): Handler =>
    async ({ raw }) => {
      const { namespace, flowId, triggerId } = triggerUpdate(await readJson(raw, MAX_BODY_BYTES));
      const order = { namespace, flowId, triggerId, action };
      return json(contextJson((await trigger.backfill(order).catch(explainNoBackfill)).trigger));
    };
  return {
    'GET /triggers/search': async ({ query }) => {
      const filters = filtersOfQuery(query, ['namespace', 'flowId', 'q', 'triggerId']);
      const { offset, limit } = pageOfQuery(query);
      const flowId = valueOf(query, filters, 'flowId');
      const namespace = valueOf(query, filters, 'namespace');
      const text = valueOf(query, filters, 'q') ?? '';
      const { triggers } = await trigger.list(namespace && flowId ? { namespace, flowId } : {});
      const found = triggers.filter((one) => isWanted(one, namespace, flowId, text));
      const results = found.slice(offset, offset + limit).map((one) => ({
        abstractTrigger: { id: one.triggerId, type: one.type },
        triggerContext: contextJson(one),
      }));
      return json({ results, total: found.length });
    },

    'GET /triggers/{namespace}/{id}': async ({ params: { namespace = '', id: flowId = '' } }) => {
      const { triggers } = await trigger.list({ namespace, flowId });
      return json({ results: triggers.map(contextJson), total: triggers.length });
    },

    'PUT /triggers': async ({ raw }) => {
      const { disabled, backfill, ...ref } = triggerUpdate(await readJson(raw, MAX_BODY_BYTES));
      if (disabled === undefined && !backfill)
        throw new UserError('BODY_INVALID', 'Neither "disabled" nor "backfill" says what is to become of the trigger.');
      let state: TriggerState | undefined;
      if (disabled !== undefined) state = (await trigger.setDisabled({ ...ref, disabled })).trigger;
      if (backfill)
        state = (await trigger.backfill({ ...ref, action: 'create', ...backfillOf(backfill, gateway) })).trigger;
      return json(state && contextJson(state));
    },

    'PUT /triggers/backfill/pause': actOnBackfill('pause'),
    'PUT /triggers/backfill/unpause': actOnBackfill('unpause'),
    'POST /triggers/backfill/delete': actOnBackfill('delete'),

    'POST /triggers/{namespace}/{id}/{triggerId}/unlock': async ({ params }) => {
      const { namespace = '', id: flowId = '', triggerId = '' } = params;
      return json(contextJson((await trigger.unlock({ namespace, flowId, triggerId })).trigger));
    },

    'POST /triggers/unlock/by-triggers': async ({ raw }) =>
      json({ count: await actOnAll(triggerRefs(await readJson(raw, MAX_BODY_BYTES)), (ref) => trigger.unlock(ref)) }),

    'POST /triggers/set-disabled/by-triggers': async ({ raw }) => {
      const { triggers, disabled } = triggersDisabled(await readJson(raw, MAX_BODY_BYTES));
      return json({ count: await actOnAll(triggers, (ref) => trigger.setDisabled({ ...ref, disabled })) });
    },
  };
}

/** Counts those that took the order; one that is not there or in the wrong state does not stop the others. */
async function actOnAll(
  triggers: readonly TriggerRef[],
  order: (ref: TriggerRef) => Promise<unknown>,
): Promise<number> {
  const results = await Promise.allSettled(triggers.map(order));
  const fault = results.find((result) => result.status === 'rejected' && !isUserError(result.reason));
  if (fault?.status === 'rejected') throw fault.reason;
  return results.filter(({ status }) => status === 'fulfilled').length;
}

function isWanted(one: TriggerState, namespace: string | undefined, flowId: string | undefined, text: string): boolean {
  const isWithin = !namespace || one.namespace === namespace || one.namespace.startsWith(`${namespace}.`);
  const hasText = [one.namespace, one.flowId, one.triggerId].some((name) => name.includes(text));
  return isWithin && (!flowId || one.flowId === flowId) && hasText;
}

function backfillOf(
  { start, end, inputs, labels }: NonNullable<ReturnType<typeof triggerUpdate>['backfill']>,
  { clock }: Gateway,
) {
  return {
    startMs: start.getTime(),
    endMs: end?.getTime() ?? clock.nowMs(),
    ...(inputs && { inputs }),
    ...(labels && { labels }),
  };
}

function explainNoBackfill(error: unknown): never {
  if (isUserError(error) && error.code === 'BACKFILL_NONE') throw new RestError(400, 'Bad Request: No backfill found');
  throw error;
}

function contextJson(state: TriggerState) {
  const { namespace, flowId, triggerId, lastDateMs, nextDateMs, executionId, backfill, disabled } = state;
  return {
    tenantId: 'main',
    namespace,
    flowId,
    triggerId,
    ...(lastDateMs !== undefined && { date: isoDate(lastDateMs) }),
    ...(nextDateMs !== undefined && !disabled && { nextExecutionDate: isoDate(nextDateMs) }),
    ...(executionId && { executionId }),
    ...(backfill && { backfill: backfillJson(backfill) }),
    disabled,
  };
}

function backfillJson({
  startMs,
  endMs,
  currentDateMs,
  paused,
  inputs,
  labels,
}: NonNullable<TriggerState['backfill']>) {
  return {
    start: isoDate(startMs),
    end: isoDate(endMs),
    currentDate: isoDate(currentDateMs),
    paused,
    ...(inputs && { inputs }),
    ...(labels && { labels }),
  };
}
