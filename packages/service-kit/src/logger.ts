import { destination, pino, stdTimeFunctions } from 'pino';
import type { Logger as PinoLogger } from 'pino';

/** Structured logger: `log.info({ executionId, taskRunId }, 'fixed lower-case sentence')`. */
export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'level'> & {
  /** A logger that adds these fields to each line. */
  child(fields: Record<string, unknown>): Logger;
};

/** Levels in rising order; `silent` writes nothing. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where lines go and which. */
export interface LoggerOptions {
  /** Default `TUTTI_LOG_LEVEL`, else `info`. */
  readonly level?: LogLevel;
  /** Receives whole lines; default the standard output. */
  readonly write?: (line: string) => void;
}

/**
 * Logger of one service: a JSON object per line on the standard output, written at once, so that a crash loses nothing.
 * Keys that every line has: `time` (ISO 8601), `level` (a word), `service`, `msg`; an error stands under `err`.
 */
export function createLogger(service: string, options: LoggerOptions = {}): Logger {
  const settings = {
    level: options.level ?? levelFrom(process.env['TUTTI_LOG_LEVEL']),
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: ['password', 'token', 'secret', '*.password', '*.token', '*.secret'], censor: '***' },
  };
  const { write } = options;
  return write ? pino(settings, { write }) : pino(settings, destination({ dest: 1, sync: true }));
}

/** A logger that writes nothing, for tests and tools. */
export const silentLogger: Logger = pino({ level: 'silent' });

function levelFrom(text: string | undefined): LogLevel {
  return LOG_LEVELS.find((level) => level === text?.toLowerCase()) ?? 'info';
}
