import { ExpressionParser } from './parser.ts';
import { childrenOf, type Disputed, type Expression } from './syntax-tree.ts';

/** A place that versions of the language read differently; offsets in the template. */
export interface TwoReadings {
  readonly operator: string;
  /** The operator with the operands that we read: parentheses around them make every version read it so. */
  readonly begin: number;
  readonly end: number;
  /** What is read here and up to 1.3, with its parentheses. */
  readonly ours: string;
  /** What is read from 2.0 on. */
  readonly later: string;
}

type Binary = Expression & { readonly kind: 'binary' };
type DisputedBinary = Binary & { readonly disputed: Disputed };

/** The places of a template that are read in two ways, in the order of the text; in a chain of operators the whole. */
export function readingsOf(source: string, expressions: readonly Expression[]): TwoReadings[] {
  const disputed = expressions.flatMap((expression) => disputedIn(expression));
  return disputed.map((one) => bothOf(source, one)).toSorted((left, right) => left.begin - right.begin);
}

/** `a ?? b` of `a ?? b ?? c` needs no parentheses of its own. */
function disputedIn(expression: Expression, within?: Disputed): DisputedBinary[] {
  if (!isDisputed(expression)) return childrenOf(expression).flatMap((child) => disputedIn(child));
  const { left, right, disputed } = expression;
  const inside = [...disputedIn(left, disputed), ...disputedIn(right)];
  return within?.begin === disputed.begin ? inside : [expression, ...inside];
}

const isDisputed = (expression: Expression): expression is DisputedBinary =>
  expression.kind === 'binary' && expression.disputed !== undefined;

function operatorAt(at: number, expression: Expression): DisputedBinary | undefined {
  if (isDisputed(expression) && expression.at === at) return expression;
  for (const child of childrenOf(expression)) {
    const found = operatorAt(at, child);
    if (found) return found;
  }
  return undefined;
}

function bothOf(source: string, { operator, at, disputed }: DisputedBinary): TwoReadings {
  const { around, begin, end } = disputed;
  const later = new ExpressionParser(source, ...around, { later: true }).expression();
  const other = operatorAt(at, later)?.disputed ?? disputed;
  const [from, to] = [Math.min(begin, other.begin), Math.max(end, other.end)];
  const text = (start: number, stop: number): string => source.slice(start, stop).trim();
  const wrapped = (start: number, stop: number, isWider: boolean): string =>
    isWider ? `(${text(start, stop)})` : text(start, stop);
  const left = wrapped(other.begin, at, other.begin < begin);
  const right = wrapped(at + operator.length, other.end, other.end > end);
  return {
    operator,
    begin,
    end,
    ours: `${source.slice(from, begin)}(${source.slice(begin, end)})${source.slice(end, to)}`,
    later: `${left} ${operator} ${right}`,
  };
}
