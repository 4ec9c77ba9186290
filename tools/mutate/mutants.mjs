/** What is changed, wherever it stands in code. */
const OPERATORS = [
  ['===', '!=='],
  ['!==', '==='],
  ['&&', '||'],
  ['||', '&&'],
  ['??', '&&'],
  [' < ', ' <= '],
  [' > ', ' >= '],
  [' >= ', ' > '],
  [' + 1', ' + 2'],
  [' - 1', ' - 0'],
  ['true', 'false'],
  ['false', 'true'],
];

/** Lines in which nothing is decided. */
const NOT_CODE = /^\s*(\/?\*|\/\/|import|export type|export \*|readonly|type )/;
/** A statement that only records, notes or asks. */
const RECORDS = /^\s+(draft|execution)\.[a-zA-Z]+\(.*\);$/;

/**
 * Every mutant of a file: the source with one place changed.
 * @param source the file's text
 * @returns {{ file: string, line: number, text: string, operator: string, nth: number, to: string, source: string }[]}
 *   `nth` tells places of the same operator in one line apart, from 1
 */
export function mutantsOf(file, source) {
  const lines = source.split('\n');
  return lines.flatMap((text, index) => {
    if (NOT_CODE.test(text)) return [];
    return changesOf(text).map(({ operator, nth, to }) => ({
      file,
      line: index + 1,
      text: text.trim(),
      operator,
      nth,
      to: to.trim(),
      source: lines.with(index, to).join('\n'),
    }));
  });
}

function changesOf(text) {
  const changes = OPERATORS.flatMap(([find, replace]) =>
    placesOf(text, find).map((at, index) => ({
      operator: `${find.trim()} -> ${replace.trim()}`,
      nth: index + 1,
      to: text.slice(0, at) + replace + text.slice(at + find.length),
    })),
  );
  if (RECORDS.test(text)) changes.push({ operator: 'removed', nth: 1, to: '' });
  return changes;
}

/** Where a piece of code stands in a line, outside its texts. */
function placesOf(text, find) {
  const code = text.replace(/'[^']*'|`[^`]*`/g, (quoted) => ' '.repeat(quoted.length));
  const places = [];
  for (let at = code.indexOf(find); at >= 0; at = code.indexOf(find, at + 1)) places.push(at);
  return places;
}
