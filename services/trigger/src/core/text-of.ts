import type { Json } from '@tutti/contracts';

/** A value as text: numbers and booleans as they are written, maps and lists as JSON, nothing as nothing. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
