import { Tag, type Emitter, type Liquid, type Parser, type TagToken, type TopLevelToken } from 'liquidjs';
import { ExpressionError } from '../../expression-error.ts';
import type { LiquidContext } from '../liquid-context.ts';
import type { TemplateNode } from '../nodes.ts';
import { TemplateParser } from '../template-parser.ts';

/** Base of our tags: they read their arguments in our language, and render without a generator. */
export abstract class OwnTag extends Tag implements TemplateNode {
  readonly own = true;
  readonly cost = 1;

  protected constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid) {
    super(token, remaining, liquid);
  }

  abstract override render(context: LiquidContext, emitter: Emitter): void | Promise<void>;
}

/** The parser that tags are given. */
export function ownParser(parser: Parser): TemplateParser {
  if (parser instanceof TemplateParser) return parser;
  throw new ExpressionError('EXPRESSION_SYNTAX', 'This tag cannot stand here');
}
