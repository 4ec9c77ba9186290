import type { Json, JsonMap } from '@tutti/contracts';
import type { TriggerDefinition } from '@tutti/flow-model';
import { ConditionError } from './condition-error.ts';
import { conditionFrom, holds } from './condition.ts';
import { cronOf } from '@tutti/flow-model';
import { parseDuration } from '@tutti/flow-model';
import { formatTime, parseTime } from './iso-time.ts';
import { nextFire, previousFire } from './schedule.ts';
import type { Templates } from './templates.ts';
import { timeZone } from './time-zone.ts';
import type { TimeZone } from './time-zone.ts';
import { flowVariables } from './trigger-record.ts';
import type { TriggerFlow } from './trigger-record.ts';
import { textOf } from './text-of.ts';

/** Dates that are looked at until one fits the conditions; then the search goes on when that date has come. */
const MAX_SEARCH = 2_000;

/** The dates a Schedule or ScheduleOnDates trigger fires for. Times are Unix ms. */
export interface Dates {
  readonly zone: TimeZone;
  readonly recoverMissed: 'ALL' | 'LAST' | 'NONE';
  readonly lateMaximumDelayMs: number | undefined;
  /** The first date after a time that may fit; `fits` says whether it does. */
  next(afterMs: number): number | undefined;
  /** The last date before a time that fits; `undefined` also when it lies too far back. */
  previous(beforeMs: number): number | undefined;
  /** Whether the conditions hold for a date. @throws what a condition or template throws. */
  fits(dateMs: number): boolean;
}

/**
 * Reads the properties of a schedule.
 * @throws {CronError} for its cron expression; {RangeError} for an unknown time zone; {ConditionError}.
 */
export function readDates(
  definition: TriggerDefinition,
  flow: TriggerFlow,
  templates: Templates,
  serverZone: string,
): Dates {
  const { properties } = definition;
  const zone = timeZone(typeof properties['timezone'] === 'string' ? properties['timezone'] : serverZone);
  const raw = 'dates' in properties ? onDates(properties['dates'], zone) : onCron(properties, zone);
  const fits = condition(definition, flow, templates, zone);
  // A condition that cannot be judged now is judged when the date has come.
  const seemsToFit = (dateMs: number): boolean => {
    try {
      return fits(dateMs);
    } catch {
      return true;
    }
  };
  const lateMaximum = properties['lateMaximumDelay'];
  return {
    zone,
    recoverMissed: recovery(properties['recoverMissedSchedules']),
    lateMaximumDelayMs: typeof lateMaximum === 'string' ? parseDuration(lateMaximum) : undefined,
    next: (afterMs) => search(raw.next, afterMs, seemsToFit),
    previous: (beforeMs) => {
      const found = search(raw.previous, beforeMs, seemsToFit);
      return found !== undefined && seemsToFit(found) ? found : undefined;
    },
    fits,
  };
}

/** What an execution learns of the date it was started for. */
export function dateVariables(dates: Dates, dateMs: number): JsonMap {
  const [next, previous] = [dates.next(dateMs), dates.previous(dateMs)];
  return {
    date: formatTime(dateMs, dates.zone),
    ...(next !== undefined && { next: formatTime(next, dates.zone) }),
    ...(previous !== undefined && { previous: formatTime(previous, dates.zone) }),
  };
}

type Step = (fromMs: number) => number | undefined;
interface RawDates {
  readonly next: Step;
  readonly previous: Step;
}

function search(step: Step, fromMs: number, fits: (dateMs: number) => boolean): number | undefined {
  let date = step(fromMs);
  for (let count = 1; date !== undefined && count < MAX_SEARCH && !fits(date); count++) date = step(date);
  return date;
}

function onCron({ cron, withSeconds }: JsonMap, zone: TimeZone): RawDates {
  const parsed = cronOf(textOf(cron ?? ''), withSeconds === true || withSeconds === 'true');
  return {
    next: (afterMs) => nextFire(parsed, zone, afterMs),
    previous: (beforeMs) => previousFire(parsed, zone, beforeMs),
  };
}

function onDates(written: Json | undefined, zone: TimeZone): RawDates {
  const times = (Array.isArray(written) ? written : []).map((each: Json) => {
    const time = parseTime(textOf(each), zone);
    if (!time) throw new ConditionError(`"${textOf(each)}" is no date and time, such as 2030-12-31T20:00:00.`);
    return time.atMs;
  });
  times.sort((a, b) => a - b);
  return {
    next: (afterMs) => times.find((time) => time > afterMs),
    previous: (beforeMs) => times.findLast((time) => time < beforeMs),
  };
}

function recovery(written: Json | undefined): Dates['recoverMissed'] {
  return written === 'LAST' || written === 'NONE' ? written : 'ALL';
}

function condition(
  { conditions = [], when, properties }: TriggerDefinition,
  flow: TriggerFlow,
  templates: Templates,
  zone: TimeZone,
): (dateMs: number) => boolean {
  const { scheduleConditions } = properties;
  const all = [...conditions, ...(Array.isArray(scheduleConditions) ? scheduleConditions.map(conditionFrom) : [])];
  if (all.length === 0 && when === undefined) return () => true;
  return (dateMs) => {
    const trigger = { date: formatTime(dateMs, zone) };
    const context = { templates, zone, variables: { ...flowVariables(flow), trigger, schedule: trigger } };
    return all.every((each) => holds(each, context)) && (when === undefined || templates.test(when, context.variables));
  };
}
