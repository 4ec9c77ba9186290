import { UserError } from '@tutti/service-kit';

/**
 * A position in an execution's log. Two writers number its lines, each in rising order: the executor (source 0) and
 * what runners report (source 1). So a position is the last number of each.
 */
export interface LogCursor {
  readonly executor: number;
  readonly runner: number;
}

/** Before the first line. */
export const LOG_START: LogCursor = { executor: 0, runner: 0 };

/** `e120.r345`. */
export const formatLogCursor = ({ executor, runner }: LogCursor): string => `e${executor}.r${runner}`;

/**
 * The position that a client sends back.
 * @throws {UserError} CURSOR_INVALID.
 */
export function parseLogCursor(text: string | null | undefined): LogCursor {
  if (!text) return LOG_START;
  const [, executor, runner] = /^e(\d{1,15})\.r(\d{1,15})$/.exec(text) ?? [];
  if (executor === undefined || runner === undefined)
    throw new UserError('CURSOR_INVALID', `"${text}" is not the cursor of a log batch.`, {
      hint: 'Pass the `cursor` of the last batch as it came, or none to begin at the first line.',
    });
  return { executor: Number(executor), runner: Number(runner) };
}

/** Whether a line comes after the position. */
export function isAfter({ id, source }: Numbered, cursor: LogCursor): boolean {
  return id > (source === 0 ? cursor.executor : cursor.runner);
}

/** The position after a line. */
export function advance(cursor: LogCursor, { id, source }: Numbered): LogCursor {
  return source === 0 ? { ...cursor, executor: id } : { ...cursor, runner: id };
}

interface Numbered {
  readonly id: number;
  readonly source: 0 | 1;
}
