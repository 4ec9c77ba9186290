import { Validator, type Schema } from '@cfworker/json-schema';
import { isJsonList, isJsonMap, type Json } from '../json.ts';
import { InputFault } from './input-fault.ts';

/** Regular expressions that could run for ever: schemas are checked outside of any task. */
const PATTERNS = ['pattern', 'patternProperties'];

/**
 * The JSON schema (draft 2020-12) of a JSON input, given as text or as a map.
 * @throws {InputFault} when it is none, or has regular expressions.
 */
export function schemaOfInput(written: Json): Validator {
  const schema = typeof written === 'string' ? parse(written) : written;
  if (!isJsonMap(schema)) throw new InputFault('a JSON schema is a map, or the JSON text of one');
  if (hasPatterns(schema)) throw new InputFault('"pattern" cannot be used: a regular expression may run for ever');
  return new Validator(schema as Schema, '2020-12', false);
}

/** @throws {InputFault} naming each place that does not fit. */
export function validateSchema(written: Json, value: Json): void {
  const { valid, errors } = schemaOfInput(written).validate(value);
  if (valid) return;
  const faults = errors.filter(
    ({ keyword }) => !['properties', 'items', 'additionalProperties', '$ref'].includes(keyword),
  );
  const shown = faults.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`).join(' ');
  throw new InputFault(`it must match the JSON schema: ${shown}`);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new InputFault(`a JSON schema is JSON: ${(cause as Error).message}`, { cause });
  }
}

function hasPatterns(schema: Json | undefined): boolean {
  if (isJsonList(schema)) return schema.some(hasPatterns);
  if (!isJsonMap(schema)) return false;
  return Object.entries(schema).some(([name, value]) => PATTERNS.includes(name) || hasPatterns(value));
}
