import type { BackfillTrigger } from '@tutti/contracts';
import type { Dates } from './dates.ts';
import type { BackfillState } from './trigger-record.ts';

/** Why a backfill cannot be: the code and sentence of a `UserError`. */
export interface BackfillFault {
  readonly fault: 'BACKFILL_INVALID' | 'BACKFILL_EMPTY';
  readonly message: string;
  readonly hint: string;
}

/** Plans a run over the dates of a schedule from `startMs` to `endMs`, both included; it ends now unless told. */
export function planBackfill(request: BackfillTrigger, dates: Dates, nowMs: number): BackfillState | BackfillFault {
  const { startMs, endMs = nowMs, inputs, labels } = request;
  const invalid = (message: string, hint: string): BackfillFault => ({ fault: 'BACKFILL_INVALID', message, hint });
  if (startMs === undefined)
    return invalid('A backfill needs a start.', 'Send the first date, such as 2025-01-01T00:00:00Z.');
  if (endMs < startMs) return invalid('The end of the backfill is before its start.', 'Exchange the two dates.');
  if (startMs > nowMs)
    return invalid('The backfill starts in the future.', 'A backfill is for dates that have passed.');
  const first = dates.next(startMs - 1);
  if (first === undefined || first > endMs)
    return {
      fault: 'BACKFILL_EMPTY',
      message: 'The schedule has no date between the start and the end of the backfill.',
      hint: 'Choose a wider range.',
    };
  return {
    createdAtMs: nowMs,
    startMs,
    endMs,
    currentDateMs: first,
    paused: false,
    ...(inputs && { inputs }),
    ...(labels && { labels }),
  };
}
