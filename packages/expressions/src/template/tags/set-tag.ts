import type { Liquid, Parser, TagToken, TopLevelToken } from 'liquidjs';
import { chain, type Code } from '../../language/code.ts';
import type { LiquidContext } from '../liquid-context.ts';
import { OwnTag, ownParser } from './own-tag.ts';

/** `{% set name = expression %}`. */
export class SetTag extends OwnTag {
  private readonly variable: string;
  private readonly value: Code;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid);
    const own = ownParser(parser);
    const { variable, value } = own.readTag(token, (words) => {
      const name = words.scanner.expectName('the name of a variable').text;
      words.scanner.expect('=');
      return { variable: name, value: words.whole() };
    });
    this.variable = variable;
    this.value = own.compile(value);
    own.addLocal(variable);
  }

  override render({ evaluation }: LiquidContext): void | Promise<void> {
    return chain(this.value.run(evaluation), (value) => evaluation.set(this.variable, value));
  }
}
