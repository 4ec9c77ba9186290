import type { Emitter, Liquid, Parser, TagToken, TopLevelToken } from 'liquidjs';
import { newScope } from '../../evaluation.ts';
import { chain, type Code } from '../../language/code.ts';
import { textOf } from '../../values/print.ts';
import type { LiquidContext } from '../liquid-context.ts';
import { renderNodes, type TemplateNode } from '../nodes.ts';
import { TextEmitter } from '../text-emitter.ts';
import { OwnTag, ownParser } from './own-tag.ts';

/** The variable that holds the rendered body; no expression can spell it. */
const BODY = '(body)';

/** `{% filter upper | trim %}…{% endfilter %}`. */
export class FilterTag extends OwnTag {
  private readonly code: Code;
  private readonly nodes: readonly TemplateNode[];

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid);
    const own = ownParser(parser);
    const filters = own.readTag(token, (words) => words.filters({ kind: 'name', at: token.begin, name: BODY }));
    this.code = own.withLocals([BODY], () => own.compile(filters));
    this.nodes = own.body(token, remaining, 'endfilter').nodes;
  }

  override render(context: LiquidContext, emitter: Emitter): void | Promise<void> {
    const { evaluation } = context;
    const inner = new TextEmitter(evaluation.budget);
    return chain(renderNodes(this.nodes, context, inner), () => {
      const { names } = newScope(null);
      names[BODY] = inner.buffer;
      context.push(names);
      return chain(this.code.run(evaluation), (value) => {
        context.pop();
        emitter.write(textOf(value, evaluation.budget));
      });
    });
  }
}
