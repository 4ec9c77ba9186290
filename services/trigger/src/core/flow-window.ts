import type { Json, JsonMap } from '@tutti/contracts';
import { ConditionError } from './condition-error.ts';
import { parseDuration } from '@tutti/flow-model';
import { parseTimeOfDay } from './iso-time.ts';
import type { TimeZone } from './time-zone.ts';
import { textOf } from './text-of.ts';

const DAY_MS = 86_400_000;
/** Begin of a window that has none: its entries grow old one by one. */
const SLIDING = 0;

/** A stretch of time within which all that a flow trigger waits for must have happened. Unix ms, the end excluded. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
  /** Sliding windows: how long an entry counts. */
  readonly lookbackMs?: number;
}

/** The window that a time belongs to; `undefined` when it lies outside of all. */
export type WindowRule = (atMs: number) => Window | undefined;

/** The window of `preconditions.timeWindow` and of MultipleCondition: a day long unless said. */
export function readTimeWindow(written: JsonMap, zone: TimeZone): WindowRule {
  const length = durationOf(written['window'], DAY_MS);
  switch (written['type'] ?? 'DURATION_WINDOW') {
    case 'SLIDING_WINDOW':
      return sliding(length);
    case 'DAILY_TIME_DEADLINE':
      return daily('00:00', written['deadline'], zone);
    case 'DAILY_TIME_WINDOW':
      return daily(written['startTime'], written['endTime'], zone);
    default:
      return tumbling(length, durationOf(written['windowAdvance'], 0), zone);
  }
}

/** The window of `dependsOn` in the 2.0 language: `deadline`, `from` and `to`, `every` and `offset`, or `lookback`. */
export function readWindow(written: JsonMap, zone: TimeZone): WindowRule {
  const { deadline, from, to, every, offset, lookback } = written;
  if (deadline !== undefined) return daily('00:00', deadline, zone);
  if (from !== undefined || to !== undefined) return daily(from, to, zone);
  if (lookback !== undefined) return sliding(durationOf(lookback, DAY_MS));
  return tumbling(durationOf(every, DAY_MS), durationOf(offset, 0), zone);
}

function sliding(lookbackMs: number): WindowRule {
  return () => ({ startMs: SLIDING, endMs: Number.MAX_SAFE_INTEGER, lookbackMs });
}

/** Windows one after the other, the first of them at a midnight in the zone. */
function tumbling(lengthMs: number, offsetMs: number, zone: TimeZone): WindowRule {
  return (atMs) => {
    const shift = offsetMs - zone.offsetAt(atMs);
    const startMs = Math.floor((atMs - shift) / lengthMs) * lengthMs + shift;
    return { startMs, endMs: startMs + lengthMs };
  };
}

function daily(from: Json | undefined, to: Json | undefined, zone: TimeZone): WindowRule {
  const [begin, end] = [timeOfDay(from ?? '00:00'), to === undefined ? { ms: DAY_MS } : timeOfDay(to)];
  return (atMs) => {
    const offsetOf = (time: { offsetMs?: number }): number => time.offsetMs ?? zone.offsetAt(atMs);
    const midnight = (offsetMs: number): number => Math.floor((atMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
    const startMs = midnight(offsetOf(begin)) + begin.ms;
    const endMs = midnight(offsetOf(end)) + end.ms;
    return startMs <= atMs && atMs < endMs ? { startMs, endMs } : undefined;
  };
}

function timeOfDay(written: Json): { readonly ms: number; readonly offsetMs?: number } {
  const time = parseTimeOfDay(textOf(written));
  if (!time) throw new ConditionError(`"${textOf(written)}" is no time of day, such as 09:00:00+01:00.`);
  return time;
}

function durationOf(written: Json | undefined, otherwise: number): number {
  if (written === undefined || written === null) return otherwise;
  const durationMs = typeof written === 'number' ? written : parseDuration(textOf(written));
  if (!durationMs || durationMs < 0) throw new ConditionError(`"${textOf(written)}" is no duration, such as PT24H.`);
  return durationMs;
}
