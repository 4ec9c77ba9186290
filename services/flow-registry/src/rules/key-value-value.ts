import type { Json, KeyValueType } from '@tutti/contracts';
import { UserError } from '@tutti/service-kit';
import { parseDuration } from '@tutti/flow-model';

const KEY = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/;

/** @throws {UserError} KV_KEY_INVALID */
export function requireKey(key: string): void {
  if (KEY.test(key)) return;
  throw new UserError(
    'KV_KEY_INVALID',
    'Key must start with an alphanumeric character (uppercase or lowercase) and can contain alphanumeric characters (uppercase or lowercase), dots (.), underscores (_), and hyphens (-) only.',
  );
}

/** The type of a value that comes without one. Text is text: nothing is guessed. */
export function typeOfValue(value: Json): KeyValueType {
  if (typeof value === 'number') return 'NUMBER';
  if (typeof value === 'boolean') return 'BOOLEAN';
  return typeof value === 'string' ? 'STRING' : 'JSON';
}

/**
 * A value as its type keeps it; text becomes what it stands for.
 * @throws {UserError} KV_VALUE_INVALID
 */
export function valueOfType(type: KeyValueType, value: Json): Json {
  switch (type) {
    case 'STRING':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'NUMBER':
      return accepted(type, value, typeof value === 'string' && value.trim() !== '' ? Number(value) : value, Number.isFinite); // prettier-ignore
    case 'BOOLEAN':
      return accepted(type, value, asBoolean(value), (one) => typeof one === 'boolean');
    case 'DATETIME':
      return accepted(type, value, value, (one) => typeof one === 'string' && /T\d/.test(one) && !Number.isNaN(Date.parse(one))); // prettier-ignore
    case 'DATE':
      return accepted(type, value, value, (one) => typeof one === 'string' && isDate(one));
    case 'DURATION':
      return accepted(type, value, value, (one) => typeof one === 'string' && parseDuration(one) !== undefined);
    case 'JSON':
      return typeof value === 'string' ? parsed(value) : value;
    default:
      return type satisfies never;
  }
}

function accepted(type: KeyValueType, given: Json, value: Json, holds: (value: unknown) => boolean): Json {
  if (holds(value)) return value;
  throw invalid(`${JSON.stringify(given)} is no ${type}.`);
}

function asBoolean(value: Json): Json {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (text === 'true') return true;
  return text === 'false' ? false : text;
}

function isDate(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw invalid(`The text is no JSON: ${(cause as Error).message}.`);
  }
}

const invalid = (message: string): UserError =>
  new UserError('KV_VALUE_INVALID', message, { hint: 'Give a value of this type, or store it as STRING.' });
