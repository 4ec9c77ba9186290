import type { Liquid, Parser, TagToken, TopLevelToken } from 'liquidjs';
import { Evaluation } from '../../evaluation.ts';
import { ExpressionError } from '../../expression-error.ts';
import type { Value } from '../../json.ts';
import { chain, runAll, type Code } from '../../language/code.ts';
import type { ExpressionParser } from '../../language/parser.ts';
import type { Expression } from '../../language/syntax-tree.ts';
import { located } from '../located.ts';
import { contextOf } from '../liquid-context.ts';
import { renderText, type TemplateNode } from '../nodes.ts';
import { OwnTag, ownParser } from './own-tag.ts';

interface MacroParameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

/** `{% macro name(a, b=1) %}…{% endmacro %}`: prints nothing itself. Inside, only its arguments are seen. */
export class MacroTag extends OwnTag {
  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid);
    const own = ownParser(parser);
    const { name, params } = own.readTag(token, readHead);
    const fallbacks = params.map(({ fallback }) => fallback && own.compile(fallback));
    const names = params.map((param) => param.name);
    let nodes: readonly TemplateNode[] = [];
    own.macros.define({
      name,
      params: names.map((param) => ({ name: param, description: '', optional: true })),
      call: (args, caller) => callMacro({ names, fallbacks, nodes, liquid }, args, caller),
    });
    nodes = own.withLocals(names, () => own.body(token, remaining, 'endmacro').nodes);
  }

  override render(): void {
    // Defines only.
  }
}

/** A call makes scopes and a text of its own, which costs more than its parts. */
const CALL_STEPS = 100;

/** A macro as it was read. */
interface MacroBody {
  readonly names: readonly string[];
  readonly fallbacks: readonly (Code | undefined)[];
  readonly nodes: readonly TemplateNode[];
  readonly liquid: Liquid;
}

function callMacro(
  { names, fallbacks, nodes, liquid }: MacroBody,
  args: readonly (Value | undefined)[],
  caller: Evaluation,
): string | Promise<string> {
  const { run, template } = caller;
  const given: Record<string, Value> = Object.create(null) as Record<string, Value>;
  const inside = new Evaluation(run, given, template);
  run.budget.step(CALL_STEPS);
  run.budget.enter();
  const missing = fallbacks.map((code, index) => (args[index] === undefined ? code : undefined));
  const text = inMacro(inside, () =>
    chain(runAll(missing, inside), (values) => {
      names.forEach((name, index) => (given[name] = args[index] ?? values[index] ?? null));
      return renderText(nodes, contextOf(inside, liquid));
    }),
  );
  return chain(text, (rendered) => {
    run.budget.leave();
    return rendered;
  });
}

/** An error inside a macro points into the macro, not at its call. */
function inMacro(inside: Evaluation, render: () => string | Promise<string>): string | Promise<string> {
  const fail = (error: unknown): never => {
    throw located(error, inside.template.source, inside.at);
  };
  try {
    const text = render();
    return text instanceof Promise ? text.catch(fail) : text;
  } catch (error) {
    return fail(error);
  }
}

function readHead(parser: ExpressionParser): { readonly name: string; readonly params: readonly MacroParameter[] } {
  const { scanner } = parser;
  const name = scanner.expectName('the name of the macro').text;
  const params: MacroParameter[] = [];
  scanner.expect('(');
  while (!scanner.accept(')')) {
    if (params.length > 0) scanner.expect(',');
    const { text, at } = scanner.expectName('the name of a parameter');
    if (params.some((param) => param.name === text))
      throw new ExpressionError('EXPRESSION_SYNTAX', `Macro "${name}" has two parameters "${text}"`).at(
        scanner.source,
        at,
      );
    params.push({ name: text, fallback: scanner.accept('=') ? parser.expression() : undefined });
  }
  parser.end();
  return { name, params };
}
