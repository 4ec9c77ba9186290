import { parseDuration } from '../duration.ts';
import type { Json } from '../json.ts';
import { InputFault } from './input-fault.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d{1,9})?)?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** An instant in UTC as ISO text, without a fraction that is zero: `2024-05-06T07:08:09Z`. */
export function instant(text: string): string {
  const ms = INSTANT.test(text) && isDate(text.slice(0, 10)) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) throw new InputFault(`"${text}" is no date and time such as 2024-05-06T07:08:09Z`);
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

export function date(text: string): string {
  if (!isDate(text)) throw new InputFault(`"${text}" is no date such as 2024-05-06`);
  return text;
}

/** A time of day, with its seconds. */
export function timeOfDay(text: string): string {
  const match = TIME.exec(text);
  if (!match) throw new InputFault(`"${text}" is no time such as 10:15:30`);
  return match[3] === undefined ? `${text}:00` : text;
}

/** A duration in seconds. */
export function seconds(value: Json): number {
  if (typeof value === 'number') return value;
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  if (ms === undefined) throw new InputFault(`${JSON.stringify(value)} is no ISO-8601 duration such as PT5M6S`);
  return ms / 1_000;
}

/** Whether the text is a day of the calendar: 2023-02-29 is none. */
function isDate(text: string): boolean {
  const ms = DATE.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
