import { childrenOf, type Expression } from './syntax-tree.ts';

/** One use of a variable in a template. */
export interface Use {
  /** As far as its subscripts are constants. */
  readonly path: readonly string[];
  /** Characters from the start of the template. */
  readonly offset: number;
  /** Nothing fails when it is not there: what `??`, `is defined`, `is empty`, `is null` and `default` look at. */
  readonly optional: boolean;
}

const FORGIVING_OPERATORS: ReadonlySet<string> = new Set(['??', '???']);
const FORGIVING_TESTS: ReadonlySet<string> = new Set(['defined', 'empty', 'null']);

/** Every use of a variable in an expression, in the order of the text; `locals` are names that tags have set. */
export function usesOf(expression: Expression, locals: ReadonlySet<string>, optional = false): Use[] {
  const path = staticPath(expression);
  if (path) return locals.has(path[0] ?? '') ? [] : [{ path, offset: startOf(expression), optional }];
  const inside = childrenOf(expression);
  return inside.flatMap((child) => usesOf(child, locals, isForgiven(child, expression) || (optional && !isKey(child, expression)))); // prettier-ignore
}

function isForgiven(child: Expression, parent: Expression): boolean {
  if (parent.kind === 'binary') return FORGIVING_OPERATORS.has(parent.operator) && child === parent.left;
  if (parent.kind === 'test') return FORGIVING_TESTS.has(parent.name) && child === parent.operand;
  return parent.kind === 'filter' && parent.name === 'default' && child === parent.input;
}

/** A computed subscript must be there, even where what it is a subscript of need not be. */
const isKey = (child: Expression, parent: Expression): boolean => parent.kind === 'member' && child === parent.key;

/** Where a path begins: its members point at their own place. */
const startOf = (expression: Expression): number =>
  expression.kind === 'member' ? startOf(expression.target) : expression.at;

/** The names of a path whose subscripts are all constants; `undefined` for any other expression. */
export function staticPath(expression: Expression): string[] | undefined {
  if (expression.kind === 'name') return [expression.name];
  if (expression.kind !== 'member' || expression.key.kind !== 'literal') return undefined;
  const target = staticPath(expression.target);
  const { value } = expression.key;
  return target && (typeof value === 'string' || typeof value === 'number') ? [...target, String(value)] : undefined;
}
