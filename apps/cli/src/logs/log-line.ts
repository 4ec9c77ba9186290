import { LOG_LEVELS } from '@tutti/service-kit';

/** A line of a service's log: JSON as the logger wrote it, or any other output as a warning. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly timeMs: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface ErrorField {
  readonly message?: string;
  readonly stack?: string;
}

const COLOURS: Readonly<Record<string, number>> = { warn: 33, error: 31, fatal: 31, info: 36 };
const SERVICE_WIDTH = 13;

/** Reads a line; what is no JSON comes from outside the logger (a crash of Node, a library) and is shown. */
export function parseLogLine(line: string): LogLine {
  try {
    const { level, msg, time, service: _, ...fields } = JSON.parse(line) as Record<string, unknown>;
    if (typeof level === 'string' && LOG_LEVELS.some((known) => known === level))
      return { level, message: String(msg), timeMs: Date.parse(String(time)), fields };
  } catch {
    // shown as it is
  }
  return { level: 'warn', message: line, timeMs: Date.now(), fields: {} };
}

/** Whether a line is at least as urgent as a level. */
export function isAtLeast(line: LogLine, level: string): boolean {
  return LOG_LEVELS.findIndex((one) => one === line.level) >= LOG_LEVELS.findIndex((one) => one === level);
}

/** A line for people: time, service, level, sentence, fields; an error's hint or stack on lines of their own. */
export function formatLogLine(service: string, line: LogLine, coloured: boolean): string {
  const colour = (text: string): string =>
    coloured && COLOURS[line.level] ? `\u001B[${COLOURS[line.level]}m${text}\u001B[0m` : text;
  const { err, hint, ...fields } = line.fields;
  const time = new Date(line.timeMs).toTimeString().slice(0, 8);
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${show(value)}`);
  const head = [time, service.padEnd(SERVICE_WIDTH), colour(line.level.toUpperCase().padEnd(5)), line.message, ...rest];
  return [head.join(' '), ...explain(err as ErrorField | undefined, hint)].join('\n');
}

function explain(error: ErrorField | undefined, hint: unknown): string[] {
  const lines = typeof hint === 'string' ? [error?.message, hint] : [error?.stack ?? error?.message];
  return lines.flatMap((text) => (text ? text.split('\n') : [])).map((line) => ' '.repeat(9) + line);
}

function show(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
}
