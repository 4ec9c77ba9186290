import { parseDuration } from '../duration.ts';
import type { InputDeclaration } from '../flow.ts';
import { isJsonList, type Json } from '../json.ts';
import { InputFault } from './input-fault.ts';
import { patternOf } from './pattern.ts';
import { validateSchema } from './schema-of-input.ts';

/**
 * Holds a converted value to the rules of its declaration. `choices` are the values of a SELECT or MULTISELECT.
 * @throws {InputFault}
 */
export function validateValue(input: InputDeclaration, value: Json, choices: readonly Json[] | undefined): void {
  const { validator } = input.properties;
  if (typeof validator === 'string' && typeof value === 'string' && !patternOf(validator).matches(value))
    throw new InputFault(`it must match the pattern \`${validator}\``);
  const { jsonSchema } = input.properties;
  if (jsonSchema !== undefined && jsonSchema !== null) validateSchema(jsonSchema, value);
  validateRange(input, value);
  validatePeriod(input, value);
  if (choices && input.properties['allowCustomValue'] !== true) validateChoice(value, choices);
  if (input.type === 'FILE' && typeof value === 'string') validateExtension(input, value);
}

function validateRange({ type, properties }: InputDeclaration, value: Json): void {
  if (typeof value !== 'number') return;
  const bound = (limit: Json | undefined): number | undefined => {
    if (type === 'DURATION' && typeof limit === 'string') return (parseDuration(limit) ?? NaN) / 1_000;
    return limit === undefined || limit === null ? undefined : Number(limit);
  };
  const [min, max] = [bound(properties['min']), bound(properties['max'])];
  if (min !== undefined && value < min) throw new InputFault(`it must be more than \`${shown(properties['min'])}\``);
  if (max !== undefined && value > max) throw new InputFault(`it must be less than \`${shown(properties['max'])}\``);
}

function validatePeriod({ type, properties }: InputDeclaration, value: Json): void {
  if (typeof value !== 'string') return;
  const { after, before } = properties;
  const point = (text: string): number | string => (type === 'DATETIME' ? Date.parse(text) : text);
  if (typeof after === 'string' && point(value) <= point(after)) throw new InputFault(`it must be after \`${after}\``);
  if (typeof before === 'string' && point(value) >= point(before)) throw new InputFault(`it must be before \`${before}\``); // prettier-ignore
}

function validateChoice(value: Json, choices: readonly Json[]): void {
  const known = choices.map(shown);
  if (!isJsonList(value)) {
    if (!known.includes(shown(value))) throw new InputFault(`it must match the values \`[${known.join(', ')}]\``);
    return;
  }
  const stranger = value.find((item) => !known.includes(shown(item)));
  if (stranger !== undefined)
    throw new InputFault(`value \`${shown(stranger)}\` doesn't match the values \`[${known.join(', ')}]\``);
}

function validateExtension({ properties }: InputDeclaration, uri: string): void {
  const allowed = properties['allowedFileExtensions'];
  if (!isJsonList(allowed) || allowed.length === 0) return;
  const extensions = allowed.map((extension) => shown(extension).toLowerCase());
  if (!extensions.some((extension) => uri.toLowerCase().endsWith(extension)))
    throw new InputFault(`the file must end in one of \`[${extensions.join(', ')}]\``);
}

const shown = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
