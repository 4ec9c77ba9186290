import type { Liquid } from 'liquidjs';
import type { Evaluation, HostTemplate, Macro } from '../evaluation.ts';
import type { Result } from '../json.ts';
import { chain } from '../language/code.ts';
import type { Expression } from '../language/syntax-tree.ts';
import { textOf } from '../values/print.ts';
import { contextOf } from './liquid-context.ts';
import { located } from './located.ts';
import { OutputNode, TextNode, renderNodes, renderText, type TemplateNode } from './nodes.ts';
import { ValueEmitter } from './value-emitter.ts';

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
export class Template implements HostTemplate {
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
      const text = this.flat
        ? this.renderFlat(this.flat, evaluation)
        : renderText(this.parts.nodes, contextOf(evaluation, this.liquid));
      return text instanceof Promise ? text.catch((error: unknown) => this.fail(error, evaluation)) : text;
    } catch (error) {
      return this.fail(error, evaluation);
    }
  }

  /** What is written, as the value it is when one thing is written only: a lone `{{ … }}`, perhaps within an `if`. */
  renderTyped(evaluation: Evaluation): Result {
    try {
      const [only] = this.flat ?? [];
      const value =
        this.flat?.length === 1 && only instanceof OutputNode
          ? this.valueOf(only, evaluation)
          : this.emitted(evaluation);
      return value instanceof Promise ? value.catch((error: unknown) => this.fail(error, evaluation)) : value;
    } catch (error) {
      return this.fail(error, evaluation);
    }
  }

  private valueOf(output: OutputNode, evaluation: Evaluation): Result {
    evaluation.budget.step(this.flatCost);
    return output.code.run(evaluation);
  }

  private emitted(evaluation: Evaluation): Result {
    const emitter = new ValueEmitter(evaluation.budget);
    const context = contextOf(evaluation, this.liquid);
    return chain(renderNodes(this.parts.nodes, context, emitter), () => emitter.value);
  }

  macro(name: string): Macro | undefined {
    return this.parts.macros.get(name);
  }

  block(name: string, evaluation: Evaluation): string | Promise<string> | undefined {
    const nodes = this.parts.blocks.get(name);
    return nodes && renderText(nodes, contextOf(evaluation, this.liquid));
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
