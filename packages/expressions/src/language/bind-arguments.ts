import { ExpressionError } from '../expression-error.ts';
import type { Parameter } from '../library/declaration.ts';
import { didYouMean } from '../suggest.ts';
import type { Argument, Expression } from './syntax-tree.ts';

/** What arguments are bound to. */
export interface Signature {
  readonly params: readonly Parameter[];
  readonly variadic?: boolean;
}

/**
 * Puts arguments into the order of the parameters; those left out are `undefined`.
 * @throws {ExpressionError} EXPRESSION_UNKNOWN for a name that is no parameter, EXPRESSION_SYNTAX for too few or too many.
 */
export function bindArguments(
  what: string,
  { params, variadic }: Signature,
  args: readonly Argument[],
): (Expression | undefined)[] {
  const bound: (Expression | undefined)[] = params.map(() => undefined);
  args.forEach(({ name, value }, position) => {
    if (name === undefined && position >= params.length && !variadic)
      throw new ExpressionError('EXPRESSION_SYNTAX', `${what} takes ${counted(params.length)}, found ${args.length}`, {
        hint: usage(what, params),
      });
    bound[name === undefined ? position : indexOf(what, params, name)] = value;
  });
  const missing = params.find((param, index) => !param.optional && bound[index] === undefined);
  if (missing)
    throw new ExpressionError('EXPRESSION_SYNTAX', `${what} needs the argument "${missing.name}"`, {
      hint: usage(what, params),
    });
  return bound;
}

function indexOf(what: string, params: readonly Parameter[], name: string): number {
  const index = params.findIndex((param) => param.name === name);
  if (index !== -1) return index;
  const names = params.map((param) => param.name);
  throw new ExpressionError('EXPRESSION_UNKNOWN', `${what} has no argument "${name}"`, {
    subject: name,
    hint: didYouMean(name, names) ?? usage(what, params),
  });
}

function counted(count: number): string {
  if (count === 0) return 'no arguments';
  return count === 1 ? 'one argument' : `at most ${count} arguments`;
}

function usage(what: string, params: readonly Parameter[]): string {
  const list = params.map(({ name, optional }) => (optional ? `${name}?` : name)).join(', ');
  return `${what} takes (${list}).`;
}
