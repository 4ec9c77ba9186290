/** Says in a generated page where it comes from. */
export const generatedFrom = (source: string): string =>
  `<!-- Generated from ${source} by \`npm run generate\`; do not edit. -->`;

/** A table in Markdown; cells may hold Markdown, a `|` in them is escaped. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text as it stands in code. */
export const code = (text: string): string => `\`${text}\``;
