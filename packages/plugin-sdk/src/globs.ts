const COMPILED = new Map<string, RegExp>();
const COMPILED_MAX = 1_000;

/**
 * Whether a path matches one of the globs: `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` and `[a-z]`
 * choose. Globs begin at the root of the path; a leading slash or `./` means nothing.
 */
export function matchesAnyGlob(path: string, globs: readonly string[]): boolean {
  const relative = path.replace(/^(\.?\/)+/, '');
  return globs.some((glob) => regExpOf(glob).test(relative));
}

function regExpOf(glob: string): RegExp {
  const compiled = COMPILED.get(glob) ?? compile(glob);
  if (COMPILED.size >= COMPILED_MAX) COMPILED.clear();
  COMPILED.set(glob, compiled);
  return compiled;
}

function compile(glob: string): RegExp {
  const relative = glob.replace(/^glob:/, '').replace(/^(\.?\/)+/, '');
  const tokens = relative.match(/\*\*\/|\*\*|\*|\?|\[[^\]]*\]|[{},]|[^*?[{},]+|\[/g) ?? [];
  let depth = 0;
  const parts = tokens.map((token) => {
    if (token === '{') depth++;
    if (token === '}' && depth > 0) return (depth--, ')');
    if (token === ',' && depth > 0) return '|';
    return TOKENS[token] ?? (token.startsWith('[') && token.length > 2 ? classOf(token) : escape(token));
  });
  return new RegExp(`^${parts.join('')}${')'.repeat(depth)}$`, 's');
}

const TOKENS: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
};

const classOf = (token: string): string => token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
