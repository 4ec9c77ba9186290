import type { Emitter, Liquid, Parser, TagToken, TopLevelToken } from 'liquidjs';
import { valueError } from '../../expression-error.ts';
import { chain, type Code } from '../../language/code.ts';
import { truth } from '../../values/truth.ts';
import type { LiquidContext } from '../liquid-context.ts';
import { renderNodes, type TemplateNode } from '../nodes.ts';
import type { TemplateParser } from '../template-parser.ts';
import { OwnTag, ownParser } from './own-tag.ts';

interface Branch {
  readonly condition: Code;
  readonly at: number;
  readonly nodes: readonly TemplateNode[];
}

/** `{% if a %}…{% elseif b %}…{% else %}…{% endif %}`; Liquid's `elsif` is the same. */
export class IfTag extends OwnTag {
  private readonly branches: Branch[] = [];
  private otherwise: TemplateNode[] = [];

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid);
    const own = ownParser(parser);
    const condition = readCondition(own, token);
    const branch = (next: TagToken): TemplateNode[] => {
      const nodes: TemplateNode[] = [];
      this.branches.push({ ...readCondition(own, next), nodes });
      return nodes;
    };
    const between = { elseif: branch, elsif: branch, else: () => this.otherwise };
    const first: TemplateNode[] = [];
    this.branches.push({ ...condition, nodes: first });
    first.push(...own.body(token, remaining, 'endif', between).nodes);
  }

  override render(context: LiquidContext, emitter: Emitter, from = 0): void | Promise<void> {
    const branch = this.branches[from];
    if (!branch) return renderNodes(this.otherwise, context, emitter);
    const { evaluation } = context;
    return chain(branch.condition.run(evaluation), (value) => {
      evaluation.at = branch.at;
      if (value === null)
        throw valueError('"if" needs a boolean, number or text, found null', {
          hint: 'Ask "is not null", or give a default: x ?? false.',
        });
      return truth(value, '"if"')
        ? renderNodes(branch.nodes, context, emitter)
        : this.render(context, emitter, from + 1);
    });
  }
}

function readCondition(parser: TemplateParser, token: TagToken): Omit<Branch, 'nodes'> {
  const expression = parser.readTag(token, (words) => words.whole());
  return { condition: parser.compile(expression), at: expression.at };
}
