import type { Dates } from './dates.ts';
import type { BackfillState, TriggerRecord } from './trigger-record.ts';

/** What becomes of a schedule whose next date has come. */
export interface DatePlan {
  /** The date to start an execution for; none when it is skipped. */
  readonly fireMs?: number;
  /** Set when the date belongs to the backfill. */
  readonly backfill?: BackfillState;
  /** The schedule's dates afterwards. */
  readonly after: Pick<TriggerRecord, 'lastDateMs' | 'nextDateMs' | 'backfill'>;
}

/** The date that a schedule waits for: of its backfill while one runs, else its own. */
export function dueDate({ disabled, flow, backfill, nextDateMs }: TriggerRecord): number | undefined {
  if (disabled || flow.disabled) return undefined;
  return backfill && !backfill.paused ? backfill.currentDateMs : nextDateMs;
}

/**
 * Decides about the date that has come: one at a time, so that a long downtime is made up for without a stampede.
 * @param startedAtMs Since when the service runs: earlier dates count as missed, and `recoverMissedSchedules` applies.
 */
export function planDate(record: TriggerRecord, dates: Dates, nowMs: number, startedAtMs: number): DatePlan {
  const { backfill } = record;
  if (backfill && !backfill.paused) return planBackfill(record, backfill, dates);
  const dateMs = recovered(record.nextDateMs!, dates, startedAtMs);
  if (dateMs === undefined) return { after: moved(record, dates.next(startedAtMs - 1)) };
  const { lateMaximumDelayMs } = dates;
  if (lateMaximumDelayMs !== undefined && nowMs - dateMs > lateMaximumDelayMs)
    return { after: moved(record, dates.next(Math.max(dateMs, nowMs - lateMaximumDelayMs - 1))) };
  const next = dates.next(dateMs);
  if (!dates.fits(dateMs)) return { after: moved(record, next) };
  return { fireMs: dateMs, after: { ...moved(record, next), lastDateMs: dateMs } };
}

/** The date to make up for, of those that came while nothing ran. */
function recovered(dateMs: number, dates: Dates, startedAtMs: number): number | undefined {
  if (dateMs >= startedAtMs || dates.recoverMissed === 'ALL') return dateMs;
  if (dates.recoverMissed === 'NONE') return undefined;
  return Math.max(dateMs, dates.previous(startedAtMs) ?? dateMs);
}

function planBackfill(record: TriggerRecord, backfill: BackfillState, dates: Dates): DatePlan {
  const dateMs = backfill.currentDateMs;
  const next = dates.next(dateMs);
  const rest = next !== undefined && next <= backfill.endMs ? { ...backfill, currentDateMs: next } : undefined;
  const after = { ...moved(record, record.nextDateMs), ...(rest && { backfill: rest }) };
  if (!dates.fits(dateMs)) return { after };
  return { fireMs: dateMs, backfill, after };
}

function moved({ lastDateMs, backfill }: TriggerRecord, nextDateMs: number | undefined): DatePlan['after'] {
  return {
    ...(lastDateMs !== undefined && { lastDateMs }),
    ...(nextDateMs !== undefined && { nextDateMs }),
    ...(backfill?.paused && { backfill }),
  };
}
