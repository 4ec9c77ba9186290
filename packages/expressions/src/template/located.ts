import { LiquidError } from 'liquidjs';
import { ExpressionError } from '../expression-error.ts';

/**
 * The error a template fails with, with its place: our own as they are, Liquid's by their token, an exhausted stack
 * as a limit. What is none of these is a bug, and stays as it is.
 */
export function located(error: unknown, source: string, at: number): unknown {
  const cause = rootOf(error);
  if (cause instanceof ExpressionError) return cause.at(source, at);
  if (cause instanceof RangeError && /call stack|string length/i.test(cause.message))
    return new ExpressionError('EXPRESSION_LIMIT', 'The template needs too much memory', { cause }).at(source, at);
  if (error instanceof Error && LiquidError.is(error)) return fromLiquid(error as LiquidFault, source);
  return error;
}

/** What Liquid's errors carry beside a message. */
interface LiquidFault extends Error {
  readonly originalError?: unknown;
  readonly token?: { readonly begin: number; readonly input: string };
}

function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && LiquidError.is(root) && (root as LiquidFault).originalError)
    root = (root as LiquidFault).originalError;
  return root;
}

function fromLiquid(error: LiquidFault, source: string): ExpressionError {
  const summary = (rootOf(error) as Error).message.replace(/, (?:file:.*?, )?line:\d+, col:\d+$/, '');
  const unknown = /^tag "(.+)" not found$/.exec(summary);
  const missing = /^undefined variable: (.+)$/.exec(summary);
  const offset = error.token?.input === source ? error.token.begin : 0;
  if (missing)
    return new ExpressionError('EXPRESSION_MISSING', `Unable to find \`${missing[1]}\``, { cause: error }).at(
      source,
      offset,
    );
  return new ExpressionError(unknown ? 'EXPRESSION_UNKNOWN' : 'EXPRESSION_SYNTAX', summary, { cause: error }).at(
    source,
    offset,
  );
}
