import { valueError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { numberOf } from './number.ts';
import { kindOf } from './print.ts';

/** Whether a value counts as true: not false, not 0, not the empty text. @throws {ExpressionError} for null, lists and maps. */
export function truth(value: Value, where: string): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value !== '';
  const number = numberOf(value);
  if (number === undefined)
    throw valueError(`${where} needs a boolean, number or text, found ${kindOf(value)}`, {
      hint: value === null ? 'Give a default: (x ?? false).' : 'Ask "is empty" or "is not empty".',
    });
  return typeof value === 'bigint' || number !== 0;
}
