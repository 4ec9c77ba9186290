import type { Liquid } from 'liquidjs';
import type { Evaluation } from '../evaluation.ts';
import type { Result, Value } from '../json.ts';
import { chain } from '../language/code.ts';
import type { Expression } from '../language/syntax-tree.ts';
import { textOf } from '../values/print.ts';
import { contextOf } from './liquid-context.ts';
import { located } from './located.ts';
import { OutputNode, TextNode, renderNodes, type TemplateNode } from './nodes.ts';
import { TextEmitter } from './text-emitter.ts';

/** A macro: what `{% macro name(a, b=1) %}` defines. */
export interface Macro {
  readonly name: string;
  /** Calls it with arguments in the order of its parameters. */
  call(args: readonly (Value | undefined)[], evaluation: Evaluation): string | Promise<string>;
}

/** What a template is made of, collected while it is parsed. */
export interface TemplateParts {
  readonly nodes: readonly TemplateNode[];
  readonly macros: ReadonlyMap<string, Macro>;
  /** Bodies of `{% block name %}`. */
  readonly blocks: ReadonlyMap<string, readonly TemplateNode[]>;
  /** Whether something in it may answer by a promise. */
  readonly waits: boolean;
  /** Every expression, with the names that tags around it have set. */
  readonly expressions: readonly LocatedExpression[];
  /** Paths of variables that Liquid's own tags ask for. */
  readonly nativePaths: readonly (readonly string[])[];
}

/** An expression and the names that are set by tags where it stands. */
export interface LocatedExpression {
  readonly expression: Expression;
  readonly locals: ReadonlySet<string>;
}

/** A parsed template: made once, rendered many times. */
export class Template {
  readonly source: string;
  readonly parts: TemplateParts;
  private readonly liquid: Liquid;
  /** Only text and outputs: rendered by a plain loop, without Liquid's context. */
  private readonly flat: readonly (string | OutputNode)[] | undefined;
  private readonly flatCost: number;

  constructor(source: string, liquid: Liquid, parts: TemplateParts) {
    this.source = source;
    this.liquid = liquid;
    this.parts = parts;
    this.flat = flatten(parts.nodes);
    this.flatCost = parts.nodes.reduce((cost, node) => cost + node.cost, 0);
  }

  /** @throws {ExpressionError} with its place in this template, or in the nested one at fault. */
  render(evaluation: Evaluation): string | Promise<string> {
    try {
      const text = this.flat ? this.renderFlat(this.flat, evaluation) : this.renderNodes(this.parts.nodes, evaluation);
      return text instanceof Promise ? text.catch((error: unknown) => this.fail(error, evaluation)) : text;
    } catch (error) {
      return this.fail(error, evaluation);
    }
  }

  /** A lone `{{ … }}` as the value it is; everything else as text. */
  renderTyped(evaluation: Evaluation): Result {
    const [only] = this.flat ?? [];
    if (this.flat?.length !== 1 || !(only instanceof OutputNode)) return this.render(evaluation);
    try {
      evaluation.budget.step(this.flatCost);
      const value = only.code.run(evaluation);
      return value instanceof Promise ? value.catch((error: unknown) => this.fail(error, evaluation)) : value;
    } catch (error) {
      return this.fail(error, evaluation);
    }
  }

  /** The text of a part of this template: of a macro, a block or a filter tag. */
  renderNodes(nodes: readonly TemplateNode[], evaluation: Evaluation): string | Promise<string> {
    const emitter = new TextEmitter(evaluation.budget);
    const context = contextOf(evaluation, this.liquid);
    return chain(renderNodes(nodes, context, emitter), () => emitter.buffer);
  }

  private renderFlat(
    parts: readonly (string | OutputNode)[],
    evaluation: Evaluation,
    from = 0,
    before = '',
  ): string | Promise<string> {
    if (from === 0) evaluation.budget.step(this.flatCost);
    let text = before;
    for (let index = from; index < parts.length; index++) {
      const part = parts[index] as string | OutputNode;
      if (typeof part === 'string') text += part;
      else {
        const value = part.code.run(evaluation);
        if (value instanceof Promise)
          return value.then((settled) =>
            this.renderFlat(parts, evaluation, index + 1, text + textOf(settled, evaluation.budget)),
          );
        text += typeof value === 'string' ? value : textOf(value, evaluation.budget);
      }
    }
    evaluation.budget.output(text.length);
    return text;
  }

  private fail(error: unknown, evaluation: Evaluation): never {
    throw located(error, this.source, evaluation.at);
  }
}

function flatten(nodes: readonly TemplateNode[]): (string | OutputNode)[] | undefined {
  const parts: (string | OutputNode)[] = [];
  for (const node of nodes) {
    if (node instanceof OutputNode) parts.push(node);
    else if (!(node instanceof TextNode)) return undefined;
    else if (node.text) parts.push(node.text);
  }
  return parts;
}
