import type { OutputDeclaration } from '../flow.ts';
import type { Json } from '../json.ts';
import { convertValue } from './convert-value.ts';
import { InputFault } from './input-fault.ts';

/**
 * The value of a flow's output, rendered already, as its type stores it.
 * @throws {InputFault} whose message is the whole sentence.
 */
export function typeOutput({ id, type, required }: OutputDeclaration, value: Json): Json {
  if (value === null && !required) return null;
  if (value === null) throw new InputFault(`Missing required output:${id}`);
  try {
    // The items of an ARRAY output have no declared type: they stay what they are.
    return convertValue(type === 'ARRAY' || type === 'MULTISELECT' ? 'JSON' : type, value);
  } catch (cause) {
    throw new InputFault(`Invalid value for output \`${id}\`. Cause: ${(cause as Error).message}`, { cause });
  }
}
