import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type { BackfillTrigger, SetTriggerDisabled, TriggerRef, TriggerReply, UnlockTrigger } from '@tutti/contracts';
import { UserError } from '@tutti/service-kit';
import type { Clock } from '@tutti/service-kit';
import { planBackfill } from '../core/backfill.ts';
import { isSchedule, switched } from '../core/save-flow.ts';
import type { TriggerRecord } from '../core/trigger-record.ts';
import { dueAt, released } from '../due-time.ts';
import type { ScheduleDates } from '../schedule-dates.ts';
import type { StoredTrigger } from '../store/trigger-row.ts';
import type { TriggerStore } from '../store/trigger-store.ts';
import { stateOf } from './list-triggers.ts';

export interface ChangeDeps {
  readonly bus: Bus;
  readonly store: TriggerStore;
  readonly dates: ScheduleDates;
  readonly clock: Clock;
}

/** Told to all instances when a trigger was changed by hand, so that they read it anew. */
export const CHANGED_SUBJECT = subjects.trigger('changed');

/** `cmd.trigger.set-disabled`: the switch of a trigger. */
export function setDisabled(deps: ChangeDeps, { disabled, ...ref }: SetTriggerDisabled): Promise<TriggerReply> {
  return change(deps, ref, (trigger, nowMs) =>
    switched(trigger, disabled, nowMs, (each, afterMs) => deps.dates.next(each, afterMs)),
  );
}

/**
 * `cmd.trigger.unlock`: forgets the execution that the trigger waits for.
 * @throws {UserError} TRIGGER_NOT_LOCKED
 */
export function unlock(deps: ChangeDeps, ref: UnlockTrigger): Promise<TriggerReply> {
  return change(deps, ref, (trigger) => {
    if (trigger.executionId === undefined)
      throw new UserError('TRIGGER_NOT_LOCKED', `The trigger "${ref.triggerId}" waits for no execution.`);
    return released(trigger);
  });
}

/**
 * `cmd.trigger.backfill`: begins, holds, continues or ends the run over dates of the past.
 * @throws {UserError} BACKFILL_INVALID, BACKFILL_EMPTY, BACKFILL_RUNNING, BACKFILL_NONE, TRIGGER_NOT_SCHEDULE
 */
export function backfill(deps: ChangeDeps, request: BackfillTrigger): Promise<TriggerReply> {
  return change(deps, request, (trigger, nowMs) => {
    if (!isSchedule(trigger))
      throw new UserError('TRIGGER_NOT_SCHEDULE', `The trigger "${request.triggerId}" has no dates to fill in.`, {
        hint: 'Only schedules can be backfilled.',
      });
    if (request.action === 'create') return withBackfill(deps, trigger, request, nowMs);
    if (!trigger.backfill) throw new UserError('BACKFILL_NONE', `The trigger "${request.triggerId}" has no backfill.`);
    const { backfill: running, ...rest } = trigger;
    return request.action === 'delete'
      ? rest
      : { ...rest, backfill: { ...running, paused: request.action === 'pause' } };
  });
}

function withBackfill({ dates }: ChangeDeps, trigger: StoredTrigger, request: BackfillTrigger, nowMs: number) {
  if (trigger.backfill)
    throw new UserError('BACKFILL_RUNNING', `The trigger "${request.triggerId}" has a backfill already.`, {
      hint: 'Wait for its end, or delete it first.',
    });
  if (trigger.disabled || trigger.flow.disabled)
    throw new UserError('TRIGGER_DISABLED', `The trigger "${request.triggerId}" or its flow is disabled.`, {
      hint: 'Enable it first.',
    });
  const plan = planBackfill(request, dates.of(trigger.definition, trigger.flow), nowMs);
  if ('fault' in plan) throw new UserError(plan.fault, plan.message, { hint: plan.hint });
  return { ...trigger, backfill: plan };
}

async function change(
  { store, clock, bus }: ChangeDeps,
  ref: TriggerRef,
  decide: (trigger: StoredTrigger, nowMs: number) => TriggerRecord,
): Promise<TriggerReply> {
  const { namespace, flowId, triggerId } = ref;
  const nowMs = clock.nowMs();
  const after = await store.transaction(async (transaction) => {
    const trigger = await store.lockOne(transaction, { namespace, flowId, triggerId });
    if (!trigger) throw new UserError('TRIGGER_UNKNOWN', `Flow ${flowId} has no trigger ${triggerId}`);
    const { id, version, createdAtMs } = trigger;
    const changed = { ...decide(trigger, nowMs), id, version, createdAtMs, updatedAtMs: nowMs };
    await store.change(transaction, [{ ...changed, dueAtMs: dueAt(changed, nowMs) }], nowMs);
    return changed;
  });
  bus.publish(CHANGED_SUBJECT, { namespace, flowId });
  return { trigger: stateOf(after) };
}
