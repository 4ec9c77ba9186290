/** The proleptic Gregorian calendar in whole numbers; days count from 1970-01-01. */

/** A day of the calendar; months and days count from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days from 1970-01-01 to a day. */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The day so many days from 1970-01-01. */
export function dayAt(days: number): CalendarDay {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Whether February has 29 days. */
export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** 28 to 31. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** 1 for Monday to 7 for Sunday. */
export function weekdayOf(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

/** 1 to 366. */
export function dayOfYear({ year, month, day }: CalendarDay): number {
  return daysOf(year, month, day) - daysOf(year, 1, 1) + 1;
}

/** How weeks are counted: their first day (1 Monday to 7 Sunday), and how many days of the year the first must have. */
export interface WeekRule {
  readonly firstDay: number;
  readonly fewestDays: number;
}

/** From Monday, and the week of the first Thursday is the first. */
export const ISO_WEEKS: WeekRule = { firstDay: 1, fewestDays: 4 };
/** As in the United States: from Sunday, and the week of January 1 is the first. */
export const SUNDAY_WEEKS: WeekRule = { firstDay: 7, fewestDays: 1 };

/** 1 to 7 from the first day of the week. */
export function dayInWeek(days: number, { firstDay }: WeekRule): number {
  return ((weekdayOf(days) - firstDay + 7) % 7) + 1;
}

/** Week and the year that it belongs to. */
export function weekOf(days: number, rule: WeekRule): { readonly year: number; readonly week: number } {
  const { year } = dayAt(days);
  for (const candidate of [year + 1, year, year - 1]) {
    const start = firstWeekStart(candidate, rule);
    if (days >= start) return { year: candidate, week: Math.floor((days - start) / 7) + 1 };
  }
  return { year, week: 1 };
}

/** First day of week 1 of a year. */
export function firstWeekStart(year: number, rule: WeekRule): number {
  const january1 = daysOf(year, 1, 1);
  const start = january1 - dayInWeek(january1, rule) + 1;
  return january1 - start <= 7 - rule.fewestDays ? start : start + 7;
}

/** Week of the month, counted by the same rule. */
export function weekOfMonth(days: number, rule: WeekRule): number {
  const { year, month } = dayAt(days);
  const first = daysOf(year, month, 1);
  const start = first - dayInWeek(first, rule) + 1;
  const week = Math.floor((days - start) / 7);
  return first - start <= 7 - rule.fewestDays ? week + 1 : week;
}
