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
  [' <= ', ' < '],
  ['true', 'false'],
  ['false', 'true'],
  ['(!', '('],
  [' !', ' '],
  ['.some(', '.every('],
  ['.every(', '.some('],
  ['.max(', '.min('],
  ['.min(', '.max('],
  ['.at(-1)', '.at(0)'],
  ['.toReversed()', ''],
];

/** Lines in which nothing is decided. */
const NOT_CODE = /^\s*(\/?\*|\/\/|import|export type|export \*|readonly|type )/;
/** A statement of one line. */
const STATEMENT = /^\s+(else )?(return )?[a-zA-Z.#!]+(\(.*\)| \+?=.*|);$/;
/** Without it, what calls gets `undefined`, which is the same. */
const GIVES_NOTHING = /^\s+return (false|undefined);$/;

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
  if (STATEMENT.test(text) && !GIVES_NOTHING.test(text))
    changes.push({ operator: 'removed', nth: 1, to: /^\s+else /.test(text) ? 'else {}' : '' });
  return [...changes, ...conditionsOf(text)];
}

/** What stands between the parentheses of an `if` that ends in its line, always true and always false. */
function conditionsOf(text) {
  const from = text.search(/\bif \(/) + 4;
  let to = from;
  for (let depth = 1; from > 3 && depth > 0 && to < text.length; to++) depth += { '(': 1, ')': -1 }[text[to]] ?? 0;
  if (from < 4 || text[to - 1] !== ')') return [];
  return [true, false].map((value) => ({
    operator: `if ${value}`,
    nth: 1,
    to: text.slice(0, from) + value + text.slice(to - 1),
  }));
}

/** Where a piece of code stands in a line, outside its texts. */
function placesOf(text, find) {
  const code = text.replace(/'[^']*'|`[^`]*`/g, (quoted) => ' '.repeat(quoted.length));
  const places = [];
  for (let at = code.indexOf(find); at >= 0; at = code.indexOf(find, at + 1))
    if (!(find.endsWith('!') && code[at + find.length] === '=')) places.push(at);
  return places;
}
