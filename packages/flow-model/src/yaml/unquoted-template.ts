/** A line whose value begins with an expression, up to a comment: indentation and key, then the value. */
const LINE = /^(\s*(?:- +)*(?:[\w.-]+:\s+)?)(\{[{%].*?)(\s+#.*)?$/;

/** What to say about an expression that YAML took for a map. */
export function unquotedTemplate(text: string): { code: string; message: string; hint: string } {
  return {
    code: 'YAML_TEMPLATE_UNQUOTED',
    message: 'An expression at the beginning of a value must be quoted: to YAML, "{{" begins a map.',
    hint: `Write ${quoted(text)}.`,
  };
}

/** The line with its unquoted expression quoted, and where that begins (from 0); `undefined` for any other line. */
export function repairLine(line: string): { repaired: string; text: string; column: number } | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const [, before = '', text = '', comment = ''] = match;
  return { repaired: before + quoted(text) + comment, text, column: before.length };
}

function quoted(text: string): string {
  return text.includes('"') || text.includes('\\') ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}
