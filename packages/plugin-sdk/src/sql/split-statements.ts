/** One statement of a script. */
export interface SqlStatement {
  /** Without the semicolon, without white space around it. */
  readonly text: string;
  /** Line in the script on which it begins, from 1. */
  readonly line: number;
}

/** Quoted texts, names, dollar-quoted bodies and comments: nothing in them is syntax. `$1` is no dollar quote. */
const OPAQUE =
  /\b[eE]'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[^]*?\$\1\$|--[^\n]*|\/\*[^]*?\*\//g;

/** The statements of a script of SQL; empty ones, and what is only a comment, are left out. */
export function splitStatements(sql: string): SqlStatement[] {
  const blank = sql.replaceAll(OPAQUE, (text) => text.replaceAll(/[^\n]/g, '·'));
  const statements: SqlStatement[] = [];
  let from = 0;
  for (let end = blank.indexOf(';'); ; end = blank.indexOf(';', from)) {
    const to = end < 0 ? blank.length : end;
    const text = sql.slice(from, to);
    if (hasSyntax(text)) statements.push({ text: text.trim(), line: lineAt(sql, from + leadingSpace(text)) });
    if (end < 0) return statements;
    from = end + 1;
  }
}

/** The first word, in upper case, past comments and parentheses: `SELECT`, `INSERT` … */
export const firstWord = (statement: string): string =>
  /[A-Za-z]+/.exec(withoutComments(statement))?.[0].toUpperCase() ?? '';

/**
 * A statement with its parameters `:name` as the placeholders of the database, and their values in order. A name that
 * is no parameter is left alone, `::` is a cast.
 */
export function bindParameters(
  statement: string,
  parameters: Readonly<Record<string, unknown>>,
  placeholder: (n: number) => string,
): { readonly text: string; readonly values: readonly unknown[] } {
  const names: string[] = [];
  const either = new RegExp(`(${OPAQUE.source.replaceAll('\\1', '\\2')})|(?<![:\\w]):([A-Za-z_]\\w*)`, 'g');
  const text = statement.replaceAll(either, (all, opaque?: string, _tag?: string, name?: string) => {
    if (opaque !== undefined || name === undefined || !Object.hasOwn(parameters, name)) return all;
    if (!names.includes(name)) names.push(name);
    return placeholder(names.indexOf(name) + 1);
  });
  return { text, values: names.map((name) => parameters[name]) };
}

const withoutComments = (sql: string): string =>
  sql.replaceAll(OPAQUE, (text) => (text.startsWith('--') || text.startsWith('/*') ? ' ' : text));

const hasSyntax = (text: string): boolean => /\S/.test(withoutComments(text));

const leadingSpace = (text: string): number => text.length - text.trimStart().length;

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
