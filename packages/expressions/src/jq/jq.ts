import type { Budget } from '../budget.ts';
import { valueError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { TemplateCache } from '../template-cache.ts';
import { jsonOf } from '../values/print.ts';
import { builtin } from './builtins.ts';
import { compileJq } from './compile.ts';
import { collect, type Filter } from './filter.ts';
import { JqError } from './jq-error.ts';
import { parseJq } from './parse.ts';

const KEPT_PROGRAMS = 500;
const programs = new TemplateCache<Filter>(KEPT_PROGRAMS);

/**
 * Everything a jq program gives for an input. Nothing outside the input can be reached: no files, modules, environment.
 * @throws {ExpressionError} EXPRESSION_VALUE when it does not parse or fails, EXPRESSION_LIMIT when it does too much.
 */
export function runJq(source: string, input: Value, budget: Budget, nowMs: number): Value[] {
  try {
    const program = programs.get(source, () => compileJq(parseJq(source), builtin));
    return collect({ budget, nowMs, depth: 0 }, program, undefined, input);
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    const { value } = error;
    throw valueError(`The jq program failed: ${typeof value === 'string' ? value : jsonOf(value, budget)}`, {
      cause: error,
    });
  }
}
