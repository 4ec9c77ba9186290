import {
  Parser,
  TypeGuards,
  analyzeSync,
  type Liquid,
  type TagToken,
  type Template as LiquidTemplate,
  type TopLevelToken,
} from 'liquidjs';
import { ExpressionError } from '../expression-error.ts';
import type { Code } from '../language/code.ts';
import { Compiler } from '../language/compile.ts';
import { ExpressionParser } from '../language/parser.ts';
import { sizeOf, waits } from '../language/references.ts';
import type { Expression } from '../language/syntax-tree.ts';
import type { Library } from '../library/library.ts';
import { didYouMean } from '../suggest.ts';
import { located } from './located.ts';
import { MacroTable } from './macro-table.ts';
import { NativeNode, OutputNode, RawNode, TextNode, type TemplateNode } from './nodes.ts';
import { Template, type LocatedExpression } from './template.ts';
import { TemplateTokenizer, type LiteralText } from './tokenizer.ts';

/** How deep tags may nest. */
const DEEPEST_TAGS = 100;

/**
 * Liquid's parser, with our language inside the braces. Tags get it as their parser, so that what stands inside them
 * comes through here too.
 */
export class TemplateParser extends Parser {
  readonly source: string;
  readonly macros: MacroTable;
  readonly blocks = new Map<string, readonly TemplateNode[]>();
  /** Faults of outputs, when they are collected instead of thrown. */
  readonly faults: ExpressionError[] | undefined;
  private readonly engine: Liquid;
  private readonly library: Library;
  private readonly compiler: Compiler;
  private readonly expressions: LocatedExpression[] = [];
  private readonly nativeTags: LiquidTemplate[] = [];
  private readonly literal = new Map<TopLevelToken, LiteralText>();
  private locals: ReadonlySet<string> = new Set();
  private depth = 0;
  private waits = false;

  constructor(engine: Liquid, library: Library, source: string, faults?: ExpressionError[]) {
    super(engine);
    this.engine = engine;
    this.library = library;
    this.source = source;
    this.faults = faults;
    this.macros = new MacroTable(() => library.functions.keys());
    this.compiler = new Compiler(source, library, this.macros);
  }

  /** The whole template. @throws {ExpressionError} with the place of the first fault. */
  template(): Template {
    try {
      const nodes = this.parse(this.source) as TemplateNode[];
      this.macros.resolve(this.source, this.faults);
      return new Template(this.source, this.engine, {
        nodes,
        macros: this.macros.byName,
        blocks: this.blocks,
        waits: this.waits,
        expressions: this.expressions,
        nativePaths: this.nativePaths(),
      });
    } catch (error) {
      throw located(error, this.source, 0);
    }
  }

  override parse(source: string): LiquidTemplate[] {
    const tokenizer = new TemplateTokenizer(source, this.engine.options.operators);
    const tokens = tokenizer.readTopLevelTokens(this.engine.options);
    for (const [token, literal] of tokenizer.literal) this.literal.set(token, literal);
    return this.parseTokens(quicklyShifted(tokens));
  }

  override parseToken(token: TopLevelToken, remaining: TopLevelToken[]): ReturnType<Parser['parseToken']> {
    return this.node(token, remaining) as unknown as ReturnType<Parser['parseToken']>;
  }

  /** Reads an expression out of a tag; `read` takes the words it wants. */
  readTag<T>(token: TagToken, read: (parser: ExpressionParser) => T): T {
    return read(new ExpressionParser(this.source, token.tokenizer.p, token.tokenizer.N));
  }

  /** Compiles an expression that stands at this point of the template. */
  compile(expression: Expression): Code {
    this.expressions.push({ expression, locals: this.locals });
    this.waits ||= waits(expression, this.library);
    return this.compiler.compile(expression);
  }

  /** The names that this tag sets, for what stands inside `read`. */
  withLocals<T>(names: readonly string[], read: () => T): T {
    const outer = this.locals;
    this.locals = new Set([...outer, ...names]);
    const result = read();
    this.locals = outer;
    return result;
  }

  /** A name that a tag sets for what follows it. */
  addLocal(name: string): void {
    this.locals = new Set([...this.locals, name]);
  }

  /**
   * What stands between a tag and its end. `between` are the tags in the middle, such as `else`.
   * @throws {ExpressionError} EXPRESSION_SYNTAX when the end does not come.
   */
  body(
    opening: TagToken,
    remaining: TopLevelToken[],
    end: string,
    between: Readonly<Record<string, (token: TagToken) => TemplateNode[]>> = {},
  ): { readonly nodes: TemplateNode[]; readonly end: TagToken } {
    if (++this.depth > DEEPEST_TAGS)
      throw new ExpressionError('EXPRESSION_LIMIT', `Tags nested deeper than ${DEEPEST_TAGS}`).at(
        this.source,
        opening.begin,
      );
    const nodes: TemplateNode[] = [];
    let current = nodes;
    let closing: TagToken | undefined;
    const stream = this.parseStream(remaining).on('template', (node: LiquidTemplate) =>
      current.push(node as TemplateNode),
    );
    for (const [name, start] of Object.entries(between))
      stream.on(`tag:${name}`, (token: TagToken) => void (current = start(token)));
    stream.on(`tag:${end}`, (token: TagToken) => {
      closing = token;
      stream.stop();
    });
    stream.start();
    this.depth--;
    if (closing) return { nodes, end: closing };
    throw new ExpressionError('EXPRESSION_SYNTAX', `Tag "${opening.name}" not closed, {% ${end} %} expected`).at(
      this.source,
      opening.begin,
    );
  }

  private node(token: TopLevelToken, remaining: TopLevelToken[]): TemplateNode {
    if (TypeGuards.isTagToken(token)) return this.tag(token, remaining);
    if (TypeGuards.isOutputToken(token)) return this.output(token);
    const literal = this.literal.get(token);
    if (literal) return literal.kind === 'raw' ? new RawNode(token, literal.text) : new TextNode(token, literal.text);
    return new TextNode(token, (token as unknown as { getContent(): string }).getContent());
  }

  private output(token: TopLevelToken & { readonly contentRange: [number, number] }): TemplateNode {
    if (this.source.startsWith('{#', token.begin)) return new TextNode(token, '');
    try {
      const expression = new ExpressionParser(this.source, ...token.contentRange).whole();
      return new OutputNode(token, this.compile(expression), sizeOf(expression));
    } catch (error) {
      if (!this.faults || !(error instanceof ExpressionError)) throw error;
      this.faults.push(error.at(this.source, token.begin));
      return new TextNode(token, '');
    }
  }

  private tag(token: TagToken, remaining: TopLevelToken[]): TemplateNode {
    const TagClass = this.engine.tags[token.name];
    if (!TagClass)
      throw new ExpressionError('EXPRESSION_UNKNOWN', `Unknown tag "${token.name}"`, {
        subject: token.name,
        hint: didYouMean(token.name, Object.keys(this.engine.tags)),
      }).at(this.source, token.begin);
    const tag = this.placed(token, () => new TagClass(token, remaining, this.engine, this));
    if (isOwn(tag)) return tag;
    this.nativeTags.push(tag);
    return new NativeNode(tag, () => this.waits);
  }

  /** A fault without a place of its own is the tag's. */
  private placed<T>(token: TagToken, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw error instanceof ExpressionError ? error.at(this.source, token.begin) : error;
    }
  }

  private nativePaths(): string[][] {
    if (this.nativeTags.length === 0) return [];
    const { globals } = analyzeSync(this.nativeTags, { partials: false });
    return Object.values(globals).flatMap((variables) =>
      variables.map(
        ({ segments }) => segments.slice(0, segments.findIndex((one) => typeof one !== 'string') >>> 0) as string[],
      ),
    );
  }
}

/** Our tags render without a generator. */
function isOwn(tag: object): tag is TemplateNode {
  return 'own' in tag;
}

/** Liquid takes tokens from the front of the list one by one, which an array does slowly: so ours stands on its head. */
function quicklyShifted(tokens: TopLevelToken[]): TopLevelToken[] {
  const reversed = tokens.reverse();
  return Object.assign(reversed, { shift: () => reversed.pop() });
}
