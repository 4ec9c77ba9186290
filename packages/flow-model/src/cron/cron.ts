import { CronError } from './cron-error.ts';

/** A cron expression as sets; every list is sorted and not empty. */
export interface Cron {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: ReadonlySet<number>;
  /** 1 to 12. */
  readonly months: ReadonlySet<number>;
  /** 0 (Sunday) to 6. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** Both day fields name days: one of them is enough, as in every cron since Vixie's. */
  readonly eitherDay: boolean;
  /** The hour field begins with `*`: the job runs at intervals, not at times of the day. */
  readonly everyHour: boolean;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTH_NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const SECOND: Field = { name: 'second', min: 0, max: 59 };
const MINUTE: Field = { name: 'minute', min: 0, max: 59 };
const HOUR: Field = { name: 'hour', min: 0, max: 23 };
const DAY_OF_MONTH: Field = { name: 'day of month', min: 1, max: 31 };
const MONTH: Field = { name: 'month', min: 1, max: 12, names: MONTH_NAMES };
/** 7 is Sunday too. */
const DAY_OF_WEEK: Field = { name: 'day of week', min: 0, max: 7, names: DAY_NAMES };

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const MAX_REMEMBERED = 1_000;
const remembered = new Map<string, Cron>();

/** Like `parseCron`, remembering the last thousand: many triggers share an expression. @throws {CronError} */
export function cronOf(text: string, withSeconds: boolean): Cron {
  const key = `${withSeconds} ${text}`;
  const known = remembered.get(key);
  if (known) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const cron = parseCron(text, withSeconds);
  remembered.set(key, cron);
  return cron;
}

/**
 * Reads a cron expression: five fields, or six beginning with seconds; names, ranges, steps, lists and nicknames.
 * @throws {CronError} saying which field is wrong.
 */
export function parseCron(text: string, withSeconds: boolean): Cron {
  const trimmed = text.trim();
  const nickname = NICKNAMES[trimmed.toLowerCase()];
  if (trimmed.startsWith('@') && !nickname)
    throw new CronError(
      text,
      `there is no nickname "${trimmed}"`,
      `Nicknames are ${Object.keys(NICKNAMES).join(', ')}.`,
    );
  const fields = (nickname ?? trimmed).split(/\s+/);
  if (withSeconds && !nickname) return fromFields(text, expectFields(text, fields, 6, 'withSeconds is true'));
  return fromFields(text, ['0', ...expectFields(text, fields, 5, 'withSeconds is false')]);
}

function expectFields(cron: string, fields: readonly string[], count: number, why: string): readonly string[] {
  if (fields.length === count) return fields;
  const hint =
    fields.length === 6
      ? 'Set withSeconds: true for a first field of seconds.'
      : 'The fields are minute, hour, day of month, month, day of week.';
  throw new CronError(cron, `it has ${fields.length} fields, but ${count} are expected as ${why}`, hint);
}

function fromFields(cron: string, fields: readonly string[]): Cron {
  const [second = '', minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = fields;
  const read = (field: Field, text: string) => readField(cron, field, text);
  return {
    seconds: read(SECOND, second),
    minutes: read(MINUTE, minute),
    hours: read(HOUR, hour),
    daysOfMonth: new Set(read(DAY_OF_MONTH, dayOfMonth)),
    months: new Set(read(MONTH, month)),
    daysOfWeek: new Set(read(DAY_OF_WEEK, dayOfWeek).map((day) => day % 7)),
    eitherDay: !isAny(dayOfMonth) && !isAny(dayOfWeek),
    everyHour: hour.startsWith('*'),
  };
}

/** `*\/2` does name days, as cron-utils and croner have it; Vixie's cron takes any star for "no matter". */
const isAny = (text: string): boolean => /^[*?](\/1)?$/.test(text);

function readField(cron: string, field: Field, text: string): readonly number[] {
  const values = text.split(',').flatMap((part) => readPart(cron, field, part));
  return [...new Set(values)].toSorted((a, b) => a - b);
}

/** `*`, `?`, `5`, `1-5`, each with a step: `1-30/5`; `5/10` counts from 5 to the end. */
function readPart(cron: string, field: Field, part: string): number[] {
  const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
  const every = step === undefined ? 1 : Number(step);
  if (range === '' || every === 0) throw invalid(cron, field, part);
  const [from, to] = bounds(cron, field, range, step !== undefined);
  if (from > to) throw invalid(cron, field, part);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, index) => from + index * every);
}

function bounds(cron: string, field: Field, range: string, stepped: boolean): readonly [number, number] {
  const max = field === DAY_OF_WEEK ? 6 : field.max;
  if (range === '*' || range === '?') return [field.min, max];
  const [first = '', last] = range.split('-', 2);
  const from = readNumber(cron, field, first);
  if (last === undefined) return [from, stepped ? max : from];
  const to = readNumber(cron, field, last);
  return [from, field === DAY_OF_WEEK && to === 0 && from > 0 ? 7 : to];
}

function readNumber(cron: string, field: Field, text: string): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + field.min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.min && value <= field.max) return value;
  throw invalid(cron, field, text);
}

function invalid(cron: string, { name, min, max, names }: Field, part: string): CronError {
  const named = names ? ` or ${names[0]} to ${names.at(-1)}` : '';
  return new CronError(
    cron,
    `"${part}" is no ${name}`,
    `A ${name} is ${min} to ${max}${named}; also *, lists, ranges and steps.`,
  );
}
