import type { Json, KeyValueType } from '@tutti/contracts';
import { parseDuration } from '@tutti/flow-model';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Value and type of a text as users send it: JSON, or a bare date, time or duration. Anything else is a text itself,
 * whole (Kestra keeps only the first word of it).
 */
export function parseKeyValue(text: string): { readonly value: Json; readonly type: KeyValueType } {
  const trimmed = text.trim();
  const value = parseJson(trimmed);
  if (value !== undefined) return { value, type: typeOf(value) };
  if (DATE.test(trimmed)) return { value: trimmed, type: 'DATE' };
  if (DATE_TIME.test(trimmed)) return { value: trimmed, type: 'DATETIME' };
  if (/^[+-]?P/i.test(trimmed) && parseDuration(trimmed) !== undefined) return { value: trimmed, type: 'DURATION' };
  return { value: text, type: 'STRING' };
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function typeOf(value: Json): KeyValueType {
  if (typeof value === 'string') return 'STRING';
  if (typeof value === 'number') return 'NUMBER';
  return typeof value === 'boolean' ? 'BOOLEAN' : 'JSON';
}
