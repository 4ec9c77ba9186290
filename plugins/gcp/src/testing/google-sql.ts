/** Texts, names in backticks and comments of GoogleSQL; then words, numbers, and what else there is. */
const TOKEN =
  /(?<comment>--[^\n]*|#[^\n]*|\/\*[^]*?\*\/)|(?<text>[rRbB]{0,2}(?:"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'))|`(?<name>[^`]+)`|(?<word>[A-Za-z_]\w*)|(?<space>\s+)|(?<other>[^])/g;

/** Types and functions of GoogleSQL by what DuckDB has for them. */
const WORDS: Readonly<Record<string, string>> = {
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  NUMERIC: 'DECIMAL(38,9)',
  BIGNUMERIC: 'DECIMAL(38,18)',
  STRING: 'VARCHAR',
  BYTES: 'BLOB',
  BOOL: 'BOOLEAN',
  TIMESTAMP: 'TIMESTAMPTZ',
  DATETIME: 'TIMESTAMP',
  SAFE_CAST: 'TRY_CAST',
  MD5: 'md5_bytes',
};

/** A statement of a script. */
export type Statement =
  | { readonly kind: 'plain'; readonly sql: string }
  | {
      readonly kind: 'create';
      readonly table: string;
      readonly replace: boolean;
      readonly ifNotExists: boolean;
      readonly external: boolean;
      readonly columns: readonly Column[];
      readonly partitionBy?: string;
      readonly options: Readonly<Record<string, unknown>>;
      /** The query that fills it. */
      readonly query?: string;
    };

/** A column as it is declared; the type as DuckDB names it. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly googleType: string;
  readonly required: boolean;
  readonly description?: string;
}

interface Token {
  readonly kind: 'text' | 'name' | 'word' | 'other';
  readonly source: string;
  readonly duck: string;
  /** White space and comments before it. */
  readonly space: string;
}

/** The statements of a script in GoogleSQL, for DuckDB, each on the line it stands on. */
export function parseScript(sql: string): Statement[] {
  const statements: Statement[] = [];
  let current: Token[] = [];
  let lines = '';
  for (const token of [...tokensOf(sql), { kind: 'other', source: ';', duck: ';', space: '' } as const])
    if (token.source !== ';') current.push(token);
    else {
      const statement = parseStatement(current);
      if (statement.kind === 'plain') statements.push({ ...statement, sql: lines + statement.sql });
      else statements.push(statement);
      lines += lineBreaksIn([...current, token]);
      current = [];
    }
  return statements.filter((statement) => statement.kind === 'create' || statement.sql.trim() !== '');
}

const lineBreaksIn = (tokens: readonly Token[]): string => sourceOf(tokens).replaceAll(/[^\n]/g, '');

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let space = '';
  for (const { 0: source, groups = {} } of sql.matchAll(TOKEN)) {
    const { comment, text, name, word } = groups;
    if (comment !== undefined || groups['space'] !== undefined) space += comment?.replaceAll(/[^\n]/g, ' ') ?? source;
    else {
      const kind = text !== undefined ? 'text' : name !== undefined ? 'name' : word !== undefined ? 'word' : 'other';
      tokens.push({ kind, source, space, duck: duckOf(kind, name ?? source) });
      space = '';
    }
  }
  return tokens;
}

function duckOf(kind: Token['kind'], source: string): string {
  if (kind === 'name') return source.split('.').map((part) => `"${part}"`).join('.'); // prettier-ignore
  if (kind === 'word') return WORDS[source.toUpperCase()] ?? source;
  return kind === 'text' ? `'${textOf(source).replaceAll("'", "''")}'` : source;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** What a literal says. */
function textOf(literal: string): string {
  const [, prefix = '', quote = '', body = ''] = /^(\w*)("""|'''|"|')([^]*)\2$/.exec(literal) ?? [];
  if (/r/i.test(prefix) || quote === '') return body;
  return body.replaceAll(/\\([^])/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
}

/** Reads tokens one after another. */
class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** Takes these words if they come next. */
  take(...words: string[]): boolean {
    const fits = words.every((word, n) => this.#tokens[this.#at + n]?.source.toUpperCase() === word);
    if (fits) this.#at += words.length;
    return fits;
  }

  /** Takes what stands in parentheses, without them. */
  group(): Token[] {
    if (!this.take('(')) throw new Error(`Syntax error: Expected "(" but got ${this.next?.source ?? 'end of script'}`);
    const from = this.#at;
    for (let depth = 1; depth > 0; this.#at++) {
      if (!this.next) throw new Error('Syntax error: Expected ")" but got end of script');
      if (this.next.source === '(') depth++;
      if (this.next.source === ')') depth--;
    }
    return this.#tokens.slice(from, this.#at - 1);
  }

  /** Takes all up to one of these words, or the end. */
  until(...words: string[]): Token[] {
    const from = this.#at;
    for (let depth = 0; this.next; this.#at++) {
      if (depth === 0 && words.includes(this.next.source.toUpperCase())) break;
      if (this.next.source === '(') depth++;
      if (this.next.source === ')') depth--;
    }
    return this.#tokens.slice(from, this.#at);
  }
}

function parseStatement(tokens: readonly Token[]): Statement {
  const cursor = new Cursor(tokens);
  if (!cursor.take('CREATE')) return { kind: 'plain', sql: duckSql(tokens) };
  const replace = cursor.take('OR', 'REPLACE');
  const external = cursor.take('EXTERNAL');
  if (!cursor.take('TABLE')) return { kind: 'plain', sql: duckSql(tokens) };
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  const table = duckSql(cursor.until('(', 'PARTITION', 'CLUSTER', 'OPTIONS', 'AS'));
  const columns = cursor.next?.source === '(' ? splitAt(cursor.group(), ',').map(columnOf) : [];
  const partitionBy = cursor.take('PARTITION', 'BY') ? sourceOf(cursor.until('CLUSTER', 'OPTIONS', 'AS')) : undefined;
  if (cursor.take('CLUSTER', 'BY')) cursor.until('OPTIONS', 'AS');
  const options = cursor.take('OPTIONS') ? optionsOf(cursor.group()) : {};
  const query = cursor.take('AS') ? duckSql(cursor.until()) : undefined;
  return { kind: 'create', table: table.trim(), replace, ifNotExists, external, columns, options, ...(partitionBy !== undefined && { partitionBy }), ...(query !== undefined && { query }) }; // prettier-ignore
}

function columnOf(tokens: readonly Token[]): Column {
  const cursor = new Cursor(tokens.slice(1));
  const type = cursor.until('NOT', 'OPTIONS');
  const required = cursor.take('NOT', 'NULL');
  const { description } = cursor.take('OPTIONS') ? optionsOf(cursor.group()) : {};
  return {
    name: tokens[0]?.source.replaceAll('`', '') ?? '',
    type: duckSql(type).trim(),
    googleType: sourceOf(type).trim().toUpperCase(),
    required,
    ...(description !== undefined && { description: description as string }),
  };
}

/** `name = value` pairs: texts, numbers, TRUE and FALSE, and lists of texts. */
function optionsOf(tokens: readonly Token[]): Record<string, unknown> {
  const pairs = splitAt(tokens, ',').map(([name, , ...value]): [string, unknown] => [
    name?.source ?? '',
    valueOf(value),
  ]);
  return Object.fromEntries(pairs);
}

function valueOf(tokens: readonly Token[]): unknown {
  const [first] = tokens;
  if (first?.source === '[') return tokens.filter(({ kind }) => kind === 'text').map(({ source }) => textOf(source));
  if (first?.kind === 'text') return textOf(first.source);
  const text = sourceOf(tokens).trim();
  return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : Number(text);
}

function splitAt(tokens: readonly Token[], separator: string): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if ('([<'.includes(token.source)) depth++;
    if (')]>'.includes(token.source)) depth--;
    if (depth === 0 && token.source === separator) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

const duckSql = (tokens: readonly Token[]): string => tokens.map(({ space, duck }) => space + duck).join('');
const sourceOf = (tokens: readonly Token[]): string => tokens.map(({ space, source }) => space + source).join('');
