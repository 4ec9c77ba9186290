import type { Label, TaskRunState, TriggerRef } from '@tutti/contracts';
import { UserError } from '@tutti/service-kit';
import { z } from 'zod';

const label = z.object({ key: z.string().min(1), value: z.coerce.string() });
const state = z.enum(['CREATED', 'SUBMITTED', 'RUNNING', 'PAUSED', 'RESTARTED', 'RETRYING', 'RETRIED', 'KILLING', 'KILLED', 'CANCELLED', 'SKIPPED', 'SUCCESS', 'WARNING', 'FAILED']); // prettier-ignore
const triggerRef = z.object({ namespace: z.string(), flowId: z.string(), triggerId: z.string() });
const backfill = z.object({
  start: z.coerce.date(),
  end: z.coerce.date().optional(),
  inputs: z.record(z.string(), z.json()).optional(),
  labels: z.array(label).optional(),
});

/** `[{key, value}]`. @throws {UserError} BODY_INVALID. */
export const labelsOf = (body: unknown): Label[] => check(z.array(label), body);

/** `{taskRunId, state}`. @throws {UserError} BODY_INVALID. */
export const taskRunState = (body: unknown): { taskRunId: string; state: TaskRunState } =>
  check(z.object({ taskRunId: z.string(), state }), body);

/** `[{namespace, id}]`. @throws {UserError} BODY_INVALID. */
export const namedFlows = (body: unknown): { namespace: string; id: string }[] =>
  check(z.array(z.object({ namespace: z.string(), id: z.string() })).max(1_000), body);

/** `["id", …]`. @throws {UserError} BODY_INVALID. */
export const idsOf = (body: unknown): string[] => check(z.array(z.string()).max(10_000), body);

/** `{"keys": […]}`. @throws {UserError} BODY_INVALID. */
export const keysOf = (body: unknown): string[] =>
  check(z.object({ keys: z.array(z.string()).max(10_000) }), body).keys;

/** A trigger, perhaps with what is to become of it. @throws {UserError} BODY_INVALID. */
export const triggerUpdate = (body: unknown) =>
  check(triggerRef.extend({ disabled: z.boolean().optional(), backfill: backfill.optional() }), body);

/** A list of triggers. @throws {UserError} BODY_INVALID. */
export const triggerRefs = (body: unknown): TriggerRef[] => check(z.array(triggerRef).max(1_000), body);

/** A list of triggers and a state for them. @throws {UserError} BODY_INVALID. */
export const triggersDisabled = (body: unknown) =>
  check(z.object({ triggers: z.array(triggerRef).max(1_000), disabled: z.boolean() }), body);

function check<T>(schema: z.ZodType<T>, body: unknown): T {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new UserError('BODY_INVALID', faults.join('; '));
}
