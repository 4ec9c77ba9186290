import { Tokenizer, TypeGuards, type TopLevelToken } from 'liquidjs';
import { ExpressionError } from '../expression-error.ts';
import { closeOf } from '../language/quoted.ts';

type Options = Parameters<Tokenizer['readTopLevelToken']>[0];
type TextToken = ReturnType<Tokenizer['readHTMLToken']>;
type OutputToken = ReturnType<Tokenizer['readOutputToken']>;
type TagToken = ReturnType<Tokenizer['readTagToken']>;

const COMMENT = '{#';
const COMMENT_END = '#}';
const LITERAL_BLOCK = /\{%-?\s*(raw|verbatim)\s*-?%\}/y;

/** Text between `raw` or `verbatim` tags. */
export interface LiteralText {
  readonly kind: 'raw' | 'verbatim';
  readonly text: string;
  readonly trimBefore: boolean;
  readonly trimAfter: boolean;
}

/**
 * Liquid's tokenizer with what the Pebble dialect adds: closing braces inside quotes and brackets do not close,
 * `{# … #}` comments, `raw` and `verbatim`.
 */
export class TemplateTokenizer extends Tokenizer {
  /** Tokens whose text is taken as it stands; those of `raw` also when the result is rendered again. */
  readonly literal = new Map<TopLevelToken, LiteralText>();

  override readTopLevelToken(options: Options): TopLevelToken {
    if (this.match(COMMENT)) return this.readComment(options);
    if (!this.match(options.tagDelimiterLeft)) return this.readTextOrOutput(options);
    LITERAL_BLOCK.lastIndex = this.p;
    const [opening, name] = LITERAL_BLOCK.exec(this.input) ?? [];
    return name === 'raw' || name === 'verbatim' ? this.readVerbatim(name, opening ?? '') : this.readTagToken(options);
  }

  override readTagToken(options: Options): TagToken {
    const begin = this.p;
    this.mustClose(options.tagDelimiterRight, 'Tag', begin);
    return super.readTagToken(options);
  }

  override readOutputToken(options?: Options): OutputToken {
    const token = super.readOutputToken(options);
    const [from] = token.contentRange;
    const dash = token.begin + 2;
    // `{{-1}}` is minus one: the dash trims only with a space behind it.
    if (this.input[dash] === '-' && from === dash + 1 && !/[\s}]/.test(this.input[from] ?? '')) {
      token.contentRange = [dash, token.contentRange[1]];
      token.trimLeft = false;
    }
    return token;
  }

  override readToDelimiter(delimiter: string): number {
    const from = this.p + 2;
    const close = delimiter === COMMENT_END ? -1 : closeOf(this.input, from, this.N, delimiter);
    // Where quotes or brackets are left open, the parser tells which.
    const found = close === -1 ? this.input.indexOf(delimiter, from) : close;
    this.p = found === -1 ? this.N : found + delimiter.length;
    return found === -1 ? -1 : this.p;
  }

  private readTextOrOutput(options: Options): TopLevelToken {
    if (!this.match(options.outputDelimiterLeft))
      return this.readHTMLToken([options.tagDelimiterLeft, options.outputDelimiterLeft, COMMENT]);
    this.mustClose(options.outputDelimiterRight, 'Expression', this.p);
    return this.readOutputToken(options);
  }

  /** A comment becomes an output without content, so that its dashes trim as those of an output do. */
  private readComment(options: Options): TopLevelToken {
    const begin = this.p;
    if (!this.input.includes(COMMENT_END, begin + 2))
      throw new ExpressionError('EXPRESSION_SYNTAX', 'Comment not closed, "#}" expected', {
        hint: 'A shell script with ${#…} must stand between {% raw %} and {% endraw %}.',
      }).at(this.input, begin);
    return super.readOutputToken({ ...options, outputDelimiterLeft: COMMENT, outputDelimiterRight: COMMENT_END });
  }

  override readTopLevelTokens(options?: Options): TopLevelToken[] {
    const tokens = super.readTopLevelTokens(options);
    for (const [index, token] of tokens.entries()) {
      const literal = this.literal.get(token);
      if (literal?.trimBefore) trim(tokens[index - 1], 'end');
      if (literal?.trimAfter) trim(tokens[index + 1], 'start');
    }
    return tokens;
  }

  /** `raw` keeps its text to the last space; `verbatim` drops leading space, and its dashes trim as others do. */
  private readVerbatim(kind: 'raw' | 'verbatim', opening: string): TextToken {
    const begin = this.p;
    const closing = new RegExp(`\\{%-?\\s*end${kind}\\s*-?%\\}`, 'g');
    closing.lastIndex = begin + opening.length;
    const end = closing.exec(this.input);
    if (!end)
      throw new ExpressionError('EXPRESSION_SYNTAX', `Tag "${kind}" not closed, {% end${kind} %} expected`).at(
        this.input,
        begin,
      );
    this.p = begin + opening.length;
    const token = this.readHTMLToken([end[0]]);
    this.p = closing.lastIndex;
    const verbatim = kind === 'verbatim';
    const text = verbatim ? token.getText().trimStart() : token.getText();
    this.literal.set(token, {
      kind,
      text: verbatim && end[0].startsWith('{%-') ? text.trimEnd() : text,
      trimBefore: verbatim && opening.startsWith('{%-'),
      trimAfter: verbatim && end[0].endsWith('-%}'),
    });
    return token;
  }

  private mustClose(delimiter: string, what: string, begin: number): void {
    if (this.input.indexOf(delimiter, begin) === -1)
      throw new ExpressionError('EXPRESSION_SYNTAX', `${what} not closed, "${delimiter}" expected`).at(
        this.input,
        begin,
      );
  }
}

/** Takes space away from the start or end of a text. */
function trim(token: TopLevelToken | undefined, side: 'start' | 'end'): void {
  if (!token || !TypeGuards.isHTMLToken(token)) return;
  const text = token as unknown as TextToken;
  const content = text.getContent();
  if (side === 'start') text.trimLeft += content.length - content.trimStart().length;
  else text.trimRight += content.length - content.trimEnd().length;
}
