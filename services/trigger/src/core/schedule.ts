import type { Cron } from '@tutti/flow-model';
import type { Stretch, TimeZone } from './time-zone.ts';
import { nextOnWall, previousOnWall } from './wall-clock.ts';

/** Clocks are changed at most this often until any date of an expression has come. */
const MAX_STRETCHES = 200;

/**
 * Next time after `afterMs` that a schedule fires, Unix ms; `undefined` when it never does again.
 *
 * On the night clocks go back, a time of day that comes twice fires once, at its first coming; on the night they go
 * forward, times that are left out fire once together, when the clocks are changed. An expression whose hour begins
 * with `*` is a matter of intervals: it fires in every hour that passes, and never for one that does not.
 * Later calls give later times: strictly, whatever the zone does.
 */
export function nextFire(cron: Cron, zone: TimeZone, afterMs: number): number | undefined {
  let stretch = zone.stretchAt(afterMs);
  for (let count = 0; count < MAX_STRETCHES; count++) {
    const { offsetMs, fromMs, untilMs } = stretch;
    const begin = firstWall(cron, zone, stretch);
    if (afterMs < fromMs && firesInGap(cron, zone, stretch)) return fromMs;
    const wall = nextOnWall(cron, Math.max(afterMs + offsetMs, begin - 1));
    if (wall === undefined) return undefined;
    if (wall - offsetMs < untilMs) return wall - offsetMs;
    stretch = zone.stretchAt(untilMs);
  }
  return undefined;
}

/** Last time before `beforeMs` that a schedule fired by the same rules; `undefined` when it never did. */
export function previousFire(cron: Cron, zone: TimeZone, beforeMs: number): number | undefined {
  let stretch = zone.stretchAt(beforeMs - 1);
  for (let count = 0; count < MAX_STRETCHES; count++) {
    const { offsetMs, fromMs, untilMs } = stretch;
    const wall = previousOnWall(cron, Math.min(beforeMs, untilMs) + offsetMs);
    if (wall === undefined) return undefined;
    if (wall >= firstWall(cron, zone, stretch)) return wall - offsetMs;
    if (fromMs < beforeMs && firesInGap(cron, zone, stretch)) return fromMs;
    stretch = zone.stretchAt(fromMs - 1);
  }
  return undefined;
}

/** What clocks show when the stretch begins to count: after an hour that came twice, only what they had not shown before. */
function firstWall(cron: Cron, zone: TimeZone, { offsetMs, fromMs }: Stretch): number {
  if (cron.everyHour) return fromMs + offsetMs;
  return fromMs + Math.max(offsetMs, zone.stretchAt(fromMs - 1).offsetMs);
}

/** Whether the times left out when clocks went forward at the beginning of the stretch hold one of the schedule's. */
function firesInGap(cron: Cron, zone: TimeZone, { offsetMs, fromMs }: Stretch): boolean {
  if (cron.everyHour) return false;
  const left = nextOnWall(cron, fromMs + zone.stretchAt(fromMs - 1).offsetMs - 1);
  return left !== undefined && left < fromMs + offsetMs;
}
