import type { Library } from '../library/library.ts';
import { childrenOf, type Expression } from './syntax-tree.ts';
import { staticPath, usesOf, type Use } from './uses.ts';

/** What a template asks for. */
export interface References {
  /** Paths of variables: `['outputs', 'extract', 'uri']`; a subscript that is computed ends the path. */
  readonly paths: readonly (readonly string[])[];
  /** The same one by one, with their places; without those of Liquid's own tags. */
  readonly uses: readonly Use[];
  readonly functions: readonly string[];
  readonly filters: readonly string[];
  /** Whether it calls something that waits for the outside: `kv()`, `read()`, … */
  readonly needsIo: boolean;
  /** Whether it renders text found in variables, which may need more than shows here. */
  readonly rendersText: boolean;
}

/** Functions that render text which is only known when they run. */
const RENDERING = new Set(['render', 'renderOnce']);

/** An expression and everything inside it. */
function everyExpression(expression: Expression): Expression[] {
  return [expression, ...childrenOf(expression).flatMap(everyExpression)];
}

/** Whether evaluating it may give a promise. */
export function waits(expression: Expression, library: Library): boolean {
  if (needsIo(expression, library) || (expression.kind === 'call' && RENDERING.has(expression.name))) return true;
  return childrenOf(expression).some((child) => waits(child, library));
}

/** How many parts an expression has: what evaluating it costs, in steps. */
export function sizeOf(expression: Expression): number {
  let size = 1;
  for (const child of childrenOf(expression)) size += sizeOf(child);
  return size;
}

/** What these expressions ask for; `locals` are names that tags have set. */
export function referencesOf(
  expressions: readonly { readonly expression: Expression; readonly locals: ReadonlySet<string> }[],
  nativePaths: readonly (readonly string[])[],
  library: Library,
): References {
  const paths = new Map(nativePaths.map((path) => [JSON.stringify(path), path]));
  const functions = new Set<string>();
  const filters = new Set<string>();
  let io = false;
  for (const { expression, locals } of expressions) {
    for (const path of pathsOf(expression)) if (!locals.has(path[0] ?? '')) paths.set(JSON.stringify(path), path);
    for (const one of everyExpression(expression)) {
      if (one.kind === 'call') functions.add(one.name);
      if (one.kind === 'filter') filters.add(one.name);
      io ||= needsIo(one, library);
    }
  }
  return {
    paths: [...paths.values()],
    uses: expressions.flatMap(({ expression, locals }) => usesOf(expression, locals)),
    functions: [...functions],
    filters: [...filters],
    needsIo: io,
    rendersText: [...functions].some((name) => RENDERING.has(name)),
  };
}

function needsIo(expression: Expression, library: Library): boolean {
  if (expression.kind === 'call') return library.functions.get(expression.name)?.waits === true;
  return expression.kind === 'filter' && library.filters.get(expression.name)?.waits === true;
}

/** The longest paths only: `outputs.a.b` is not also `outputs.a`. */
function pathsOf(expression: Expression): string[][] {
  const path = staticPath(expression);
  if (path) return [path];
  if (expression.kind === 'member') return [...pathsOf(expression.target), ...pathsOf(expression.key)];
  return childrenOf(expression).flatMap(pathsOf);
}
