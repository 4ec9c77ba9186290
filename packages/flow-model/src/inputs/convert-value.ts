import type { InputType } from '../flow.ts';
import { isJsonList, isJsonMap, type Json } from '../json.ts';
import { parseValue } from '../yaml/parse-value.ts';
import { InputFault } from './input-fault.ts';
import { date, instant, seconds, timeOfDay } from './times.ts';

const URI = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/\S+$/;
const EMAIL = /^$|^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * A value as its type stores it: text that people type, or values that other flows pass on, become typed values.
 * @throws {InputFault} when the value does not fit.
 */
export function convertValue(type: InputType, value: Json, itemType?: InputType): Json {
  switch (type) {
    case 'STRING':
    case 'SELECT':
    case 'ENUM':
    case 'SECRET':
      return asText(value);
    case 'EMAIL':
      return matching(asText(value), EMAIL, 'The input must be a valid email');
    case 'URI':
      return matching(asText(value), URI, 'Invalid URI format.');
    case 'FILE':
      return matching(asText(value), URI, `${JSON.stringify(value)} is no stored file; upload one`);
    case 'INT':
      return toInteger(value);
    case 'FLOAT':
      return toNumber(value);
    case 'BOOLEAN':
    case 'BOOL':
      return typeof value === 'boolean' ? value : asText(value).toLowerCase() === 'true';
    case 'DATETIME':
      return instant(asText(value));
    case 'DATE':
      return date(asText(value));
    case 'TIME':
      return timeOfDay(asText(value));
    case 'DURATION':
      return seconds(value);
    case 'JSON':
      return typeof value === 'string' ? fromJson(value) : value;
    case 'ION':
      return value;
    case 'YAML':
      return typeof value === 'string' ? fromYaml(value) : value;
    case 'ARRAY':
    case 'MULTISELECT':
      return toList(value).map((item) => convertItem(item, itemType ?? 'STRING'));
    default:
      return type satisfies never;
  }
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function matching(text: string, pattern: RegExp, otherwise: string): string {
  if (!pattern.test(text)) throw new InputFault(otherwise);
  return text;
}

function toInteger(value: Json): number {
  const number = typeof value === 'string' && /^[+-]?\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number))
    throw new InputFault(`For input string: "${asText(value)}"`);
  if (!Number.isSafeInteger(number)) throw new InputFault(`the number ${asText(value)} cannot be held exactly`);
  return number;
}

function toNumber(value: Json): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw new InputFault(`For input string: "${asText(value)}"`);
  return number;
}

function fromJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new InputFault(`it is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

function fromYaml(text: string): Json {
  try {
    return parseValue(text);
  } catch (cause) {
    throw new InputFault((cause as Error).message, { cause });
  }
}

function toList(value: Json): readonly Json[] {
  const list = typeof value === 'string' ? fromJson(value) : value;
  if (isJsonList(list)) return list;
  throw new InputFault(isJsonMap(list) ? 'a list was expected, not a map' : `a list was expected, such as ["a", "b"]`);
}

function convertItem(item: Json, type: InputType): Json {
  if (item === null) return null;
  try {
    return convertValue(type, item);
  } catch (cause) {
    throw new InputFault(`Unable to parse array element as \`${type}\` on \`${asText(item)}\``, { cause });
  }
}
