import type { Cron } from '@tutti/flow-model';

const DAY_S = 86_400;
/** A date that comes at all comes within 40 years: 29 February on a given day of the week around the year 2100. */
const HORIZON_DAYS = 40 * 366;

/**
 * Next time after `afterMs` that a clock on the wall, which knows no time zone, shows a time the expression names.
 * Wall-clock times are written as the Unix time at which a clock in UTC shows them.
 */
export function nextOnWall(cron: Cron, afterMs: number): number | undefined {
  const second = Math.floor(afterMs / 1000) + 1;
  const today = Math.floor(second / DAY_S);
  const later = isDay(cron, today) ? firstTime(cron, second - today * DAY_S) : undefined;
  if (later !== undefined) return (today * DAY_S + later) * 1000;
  const day = findDay(cron, today + 1, 1);
  return day === undefined ? undefined : (day * DAY_S + firstTime(cron, 0)!) * 1000;
}

/** Last such time before `beforeMs`. */
export function previousOnWall(cron: Cron, beforeMs: number): number | undefined {
  const second = Math.ceil(beforeMs / 1000) - 1;
  const today = Math.floor(second / DAY_S);
  const earlier = isDay(cron, today) ? lastTime(cron, second - today * DAY_S) : undefined;
  if (earlier !== undefined) return (today * DAY_S + earlier) * 1000;
  const day = findDay(cron, today - 1, -1);
  return day === undefined ? undefined : (day * DAY_S + lastTime(cron, DAY_S - 1)!) * 1000;
}

function findDay(cron: Cron, from: number, step: 1 | -1): number | undefined {
  for (let day = from; Math.abs(day - from) < HORIZON_DAYS; day += step) if (isDay(cron, day)) return day;
  return undefined;
}

function isDay(cron: Cron, day: number): boolean {
  const date = new Date(day * DAY_S * 1000);
  if (!cron.months.has(date.getUTCMonth() + 1)) return false;
  const inMonth = cron.daysOfMonth.has(date.getUTCDate());
  const inWeek = cron.daysOfWeek.has(date.getUTCDay());
  return cron.eitherDay ? inMonth || inWeek : inMonth && inWeek;
}

/** First second of the day, at or after `from`, that the expression names. */
function firstTime({ hours, minutes, seconds }: Cron, from: number): number | undefined {
  const [hour, minute, second] = split(from);
  for (const h of hours) {
    if (h < hour) continue;
    for (const m of minutes) {
      if (h === hour && m < minute) continue;
      const s = h === hour && m === minute ? seconds.find((each) => each >= second) : seconds[0];
      if (s !== undefined) return h * 3600 + m * 60 + s;
    }
  }
  return undefined;
}

/** Last second of the day, at or before `from`, that the expression names. */
function lastTime({ hours, minutes, seconds }: Cron, from: number): number | undefined {
  const [hour, minute, second] = split(from);
  for (const h of hours.toReversed()) {
    if (h > hour) continue;
    for (const m of minutes.toReversed()) {
      if (h === hour && m > minute) continue;
      const s = h === hour && m === minute ? seconds.findLast((each) => each <= second) : seconds.at(-1);
      if (s !== undefined) return h * 3600 + m * 60 + s;
    }
  }
  return undefined;
}

const split = (second: number) => [Math.floor(second / 3600), Math.floor((second % 3600) / 60), second % 60] as const;
