import { dueDate } from './core/plan-date.ts';
import type { TriggerRecord } from './core/trigger-record.ts';

/** When a start that was decided is asked for again if nobody has confirmed it, ms. */
export const CONFIRM_MS = 30_000;
/** How often somebody makes sure that the execution a trigger waits for still runs, should its end have gone unheard, ms. */
export const STILL_RUNNING_MS = 300_000;

/** When a trigger must be looked at next; `undefined` when it waits for no time. */
export function dueAt(record: TriggerRecord, nowMs: number): number | undefined {
  if (record.executionId) return nowMs + CONFIRM_MS;
  return dueDate(record);
}

/** The trigger once it waits for no execution. */
export function released<T extends TriggerRecord>({
  executionId: _executionId,
  owed: _owed,
  ...record
}: T): Omit<T, 'executionId' | 'owed'> {
  return record;
}
