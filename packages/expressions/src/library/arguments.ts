import { valueError } from '../expression-error.ts';
import { isList, isMap, type Value, type ValueMap } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { kindOf } from '../values/print.ts';

/** A text, or an error that says who needs one. */
export function textFrom(value: Value | undefined, who: string): string {
  if (typeof value === 'string') return value;
  throw valueError(`${who} needs a text, found ${kindOf(value ?? null)}`, { hint: 'Turn it into one: x ~ "".' });
}

/** A text that may be left out or null. */
export function optionalText(value: Value | undefined, who: string, absent: string): string {
  return value === undefined || value === null ? absent : textFrom(value, who);
}

/** A number cut to a whole one. */
export function wholeFrom(value: Value | undefined, who: string): number {
  const number = numberOf(value ?? null);
  if (number !== undefined && Number.isFinite(number)) return Math.trunc(number);
  throw valueError(`${who} needs a number, found ${kindOf(value ?? null)}`);
}

/** A whole number that may be left out or null. */
export function optionalWhole(value: Value | undefined, who: string, absent: number): number {
  return value === undefined || value === null ? absent : wholeFrom(value, who);
}

/** A boolean that may be left out or null. */
export function optionalBoolean(value: Value | undefined, who: string, absent: boolean): boolean {
  if (value === undefined || value === null) return absent;
  if (typeof value === 'boolean') return value;
  throw valueError(`${who} needs true or false, found ${kindOf(value)}`);
}

/** A list, or an error that says who needs one. */
export function listFrom(value: Value | undefined, who: string): readonly Value[] {
  if (isList(value)) return value;
  throw valueError(`${who} needs a list, found ${kindOf(value ?? null)}`);
}

/** A map, or an error that says who needs one. */
export function mapFrom(value: Value | undefined, who: string): ValueMap {
  if (isMap(value)) return value;
  throw valueError(`${who} needs a map, found ${kindOf(value ?? null)}`);
}

/** One of a few words, whatever their case. */
export function oneOf<T extends string>(value: Value | undefined, who: string, words: readonly T[]): T {
  const text = textFrom(value, who).toLowerCase();
  const word = words.find((one) => one.toLowerCase() === text);
  if (word === undefined)
    throw valueError(`${who} does not know "${text}"`, { hint: `It may be ${words.join(', ')}.` });
  return word;
}
