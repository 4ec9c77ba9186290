import { TaskError } from '@tutti/plugin-sdk';

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** A size such as `10MB`, `512 KiB` or `1000` in bytes. @throws {TaskError} SIZE_INVALID. */
export function parseSize(text: string): number {
  const [, digits, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?\s*$/i.exec(text) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (digits === undefined || factor === undefined)
    throw new TaskError('SIZE_INVALID', `Invalid size with value '${text}'.`, {
      hint: 'Write a number and a unit, such as 10MB.',
      retryable: false,
    });
  return Math.round(Number(digits) * factor);
}
