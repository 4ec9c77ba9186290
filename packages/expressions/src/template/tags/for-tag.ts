import type { Emitter, Liquid, Parser, TagToken, TopLevelToken } from 'liquidjs';
import { newScope, type Evaluation } from '../../evaluation.ts';
import { valueError } from '../../expression-error.ts';
import { isList, isMap, type Value } from '../../json.ts';
import { chain, runAll, type Code } from '../../language/code.ts';
import type { ExpressionParser } from '../../language/parser.ts';
import type { Expression } from '../../language/syntax-tree.ts';
import { numberOf } from '../../values/number.ts';
import { kindOf } from '../../values/print.ts';
import type { LiquidContext } from '../liquid-context.ts';
import { renderNodes, type TemplateNode } from '../nodes.ts';
import { OwnTag, ownParser } from './own-tag.ts';

/** What a round costs beside what stands in it. */
const ROUND_STEPS = 3;

/** What may follow the list: Liquid's `limit: 2 offset: 1 reversed`. */
const MODIFIERS = ['offset', 'limit', 'reversed'] as const;
type Modifier = (typeof MODIFIERS)[number];

/** `{% for x in list %}…{% else %}…{% endfor %}`; inside, `loop` tells the round (and Liquid's `forloop` likewise). */
export class ForTag extends OwnTag {
  private readonly variable: string;
  private readonly list: Code;
  private readonly at: number;
  private readonly modifiers: Partial<Record<Modifier, Code | true>>;
  private readonly nodes: readonly TemplateNode[];
  private readonly otherwise: TemplateNode[] = [];
  private readonly likeLiquid: boolean;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid);
    const own = ownParser(parser);
    const { variable, list, modifiers } = own.readTag(token, readHead);
    this.variable = variable;
    this.at = list.at;
    this.list = own.compile(list);
    this.modifiers = Object.fromEntries(
      Object.entries(modifiers).map(([name, value]) => [name, value === true ? true : own.compile(value)]),
    );
    this.likeLiquid = own.source.includes('forloop');
    this.nodes = own.withLocals(
      [variable, 'loop', 'forloop'],
      () => own.body(token, remaining, 'endfor', { else: () => this.otherwise }).nodes,
    );
  }

  override render(context: LiquidContext, emitter: Emitter): void | Promise<void> {
    const { evaluation } = context;
    const { offset, limit } = this.modifiers;
    const bounds = [offset, limit].map((code) => (code === true ? undefined : code));
    return chain(this.list.run(evaluation), (value) =>
      chain(runAll(bounds, evaluation), ([from, count]) => {
        if (value === null) return;
        evaluation.at = this.at;
        const items = this.select(itemsOf(value), from, count);
        if (items.length === 0) return renderNodes(this.otherwise, context, emitter);
        return this.rounds(items, context, emitter);
      }),
    );
  }

  private select(items: readonly Value[], from: Value | undefined, count: Value | undefined): readonly Value[] {
    const start = numberOf(from ?? null) ?? 0;
    const chosen = items.slice(start, start + (numberOf(count ?? null) ?? items.length));
    return this.modifiers.reversed ? chosen.toReversed() : chosen;
  }

  private rounds(items: readonly Value[], context: LiquidContext, emitter: Emitter): void | Promise<void> {
    context.push(newScope(null).names);
    const scope = context.evaluation.scope;
    return chain(this.round(items, 0, context, emitter, scope), () => {
      context.breakCalled = false;
      context.continueCalled = false;
      context.pop();
    });
  }

  private round(
    items: readonly Value[],
    first: number,
    context: LiquidContext,
    emitter: Emitter,
    scope: Evaluation['scope'],
  ): void | Promise<void> {
    for (let index = first; index < items.length && !context.breakCalled; index++) {
      context.continueCalled = false;
      context.evaluation.budget.step(ROUND_STEPS);
      if (scope) this.nameRound(scope.names, items, index);
      const done = renderNodes(this.nodes, context, emitter);
      if (done instanceof Promise) return done.then(() => this.round(items, index + 1, context, emitter, scope));
    }
  }

  private nameRound(names: Record<string, Value>, items: readonly Value[], index: number): void {
    const length = items.length;
    const [first, last] = [index === 0, index === length - 1];
    names[this.variable] = items[index] ?? null;
    names['loop'] = { last, length, index, revindex: length - index - 1, first };
    if (this.likeLiquid)
      names['forloop'] = {
        first,
        last,
        length,
        index: index + 1,
        index0: index,
        rindex: length - index,
        rindex0: length - index - 1,
      };
  }
}

function readHead(parser: ExpressionParser): {
  readonly variable: string;
  readonly list: Expression;
  readonly modifiers: Partial<Record<Modifier, Expression | true>>;
} {
  const variable = parser.scanner.expectName('the name of a variable').text;
  if (!parser.scanner.seesName('in')) throw parser.scanner.unexpected('expected "in"');
  parser.scanner.next();
  const list = parser.expression();
  const modifiers: Partial<Record<Modifier, Expression | true>> = {};
  for (let name = readModifier(parser); name; name = readModifier(parser))
    modifiers[name] = name === 'reversed' ? true : (parser.scanner.expect(':'), parser.expression());
  parser.end();
  return { variable, list, modifiers };
}

function readModifier(parser: ExpressionParser): Modifier | undefined {
  const modifier = MODIFIERS.find((name) => parser.scanner.seesName(name));
  if (modifier) parser.scanner.next();
  return modifier;
}

function itemsOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  if (isMap(value)) return Object.entries(value).map(([key, entry]) => ({ key, value: entry }));
  throw valueError(`"for" needs a list or a map, found ${kindOf(value)}`);
}
