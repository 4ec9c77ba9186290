/**
 * Splits a source at its document markers: lines of their own that hold `---` at the margin. Dashes inside a block of
 * text are indented there, so they never split. Empty documents are left out; `line` is where each begins (from 1).
 */
export function splitDocuments(source: string): { readonly source: string; readonly line: number }[] {
  const parts: { source: string; line: number }[] = [];
  let from = 0;
  const lines = source.split('\n');
  for (let index = 0; index <= lines.length; index++) {
    if (index < lines.length && !/^---\s*(#.*)?$/.test(lines[index]!)) continue;
    const part = lines.slice(from, index);
    if (part.some((line) => !/^\s*(#.*)?$/.test(line))) parts.push({ source: part.join('\n'), line: from + 1 });
    from = index + 1;
  }
  return parts;
}
