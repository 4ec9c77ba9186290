/** What PostgreSQL's JSON cannot hold: NUL and halves of surrogate pairs, as `JSON.stringify` writes them. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i;

/**
 * JSON text that PostgreSQL takes, whatever a script printed: NUL and lone surrogates become U+FFFD.
 * Text without them (nearly all) costs one search.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  return UNSTORABLE.test(text) ? JSON.stringify(value, storable) : text;
}

const storable = (_key: string, value: unknown): unknown => (typeof value === 'string' ? storableText(value) : value);

/** One text that PostgreSQL takes. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\u{FFFD}');
