import type { Emitter, Liquid, Parser, TagToken, TopLevelToken } from 'liquidjs';
import { ExpressionError } from '../../expression-error.ts';
import type { ExpressionParser } from '../../language/parser.ts';
import type { LiquidContext } from '../liquid-context.ts';
import { renderNodes, type TemplateNode } from '../nodes.ts';
import { OwnTag, ownParser } from './own-tag.ts';

/** `{% block name %}…{% endblock %}`: renders in place, and again wherever `block("name")` stands. */
export class BlockTag extends OwnTag {
  private readonly nodes: readonly TemplateNode[];

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid);
    const own = ownParser(parser);
    const name = own.readTag(token, readName);
    if (own.blocks.has(name)) throw new ExpressionError('EXPRESSION_SYNTAX', `More than one block is called "${name}"`);
    own.blocks.set(name, []);
    this.nodes = own.body(token, remaining, 'endblock').nodes;
    own.blocks.set(name, this.nodes);
  }

  override render(context: LiquidContext, emitter: Emitter): void | Promise<void> {
    return renderNodes(this.nodes, context, emitter);
  }
}

function readName(parser: ExpressionParser): string {
  const expression = parser.whole();
  if (expression.kind === 'name') return expression.name;
  if (expression.kind === 'literal' && typeof expression.value === 'string') return expression.value;
  throw new ExpressionError('EXPRESSION_SYNTAX', 'A block needs a name').at(parser.scanner.source, expression.at);
}
