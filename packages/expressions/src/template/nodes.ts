import {
  toPromise,
  toValueSync,
  type Emitter,
  type Tag,
  type Template as LiquidTemplate,
  type TopLevelToken,
} from 'liquidjs';
import type { Evaluation } from '../evaluation.ts';
import type { Value } from '../json.ts';
import type { Code } from '../language/code.ts';
import { chain } from '../language/code.ts';
import { textOf } from '../values/print.ts';
import type { LiquidContext } from './liquid-context.ts';
import { TextEmitter } from './text-emitter.ts';
import { ValueEmitter } from './value-emitter.ts';

/** A part of a template. Liquid's own tags render their bodies through the same interface. */
export interface TemplateNode extends LiquidTemplate {
  /** Steps that one rendering costs. */
  readonly cost: number;
  render(context: LiquidContext, emitter: Emitter): void | Promise<void>;
}

/** Text between tags and outputs. */
export class TextNode implements TemplateNode {
  readonly token: TopLevelToken;
  readonly text: string;
  readonly cost = 1;

  constructor(token: TopLevelToken, text: string) {
    this.token = token;
    this.text = text;
  }

  render({ evaluation }: LiquidContext, emitter: Emitter): void {
    write(emitter, this.text, evaluation);
  }
}

/** The text of `{% raw %}`: kept out of sight while a result is rendered again. */
export class RawNode implements TemplateNode {
  readonly token: TopLevelToken;
  readonly cost = 1;
  private readonly text: string;

  constructor(token: TopLevelToken, text: string) {
    this.token = token;
    this.text = text;
  }

  render({ evaluation }: LiquidContext, emitter: Emitter): void {
    emitter.write(evaluation.run.hidden?.hide(this.text) ?? this.text);
  }
}

/** `{{ … }}`. */
export class OutputNode implements TemplateNode {
  readonly token: TopLevelToken;
  readonly code: Code;
  readonly cost: number;

  constructor(token: TopLevelToken, code: Code, cost: number) {
    this.token = token;
    this.code = code;
    this.cost = cost;
  }

  render({ evaluation }: LiquidContext, emitter: Emitter): void | Promise<void> {
    evaluation.budget.step(this.cost);
    return chain(this.code.run(evaluation), (value) => write(emitter, value, evaluation));
  }
}

/** Writes a value; what Liquid collects by itself, as in `capture`, is charged here. */
function write(emitter: Emitter, value: Value, { budget }: Evaluation): void {
  if (emitter instanceof TextEmitter || emitter instanceof ValueEmitter) return emitter.write(value);
  const text = textOf(value, budget);
  budget.grow(text.length);
  emitter.write(text);
}

/** One of Liquid's own tags, whose rendering is a generator. */
export class NativeNode implements TemplateNode {
  readonly token: TopLevelToken;
  readonly cost = 1;
  private readonly tag: Tag;
  private readonly waits: () => boolean;

  constructor(tag: Tag, waits: () => boolean) {
    this.token = tag.token;
    this.tag = tag;
    this.waits = waits;
  }

  render(context: LiquidContext, emitter: Emitter): void | Promise<void> {
    context.evaluation.budget.step(this.cost);
    const work = this.tag.render(context, emitter) as Generator<unknown, string | undefined, unknown>;
    const writeRest = (text: string | undefined): void => void (text && emitter.write(text));
    return this.waits() ? toPromise(work).then(writeRest) : writeRest(toValueSync(work));
  }
}

/** Renders parts one after the other, up to a `break` or `continue`. */
export function renderNodes(
  nodes: readonly TemplateNode[],
  context: LiquidContext,
  emitter: Emitter,
  from = 0,
): void | Promise<void> {
  for (let index = from; index < nodes.length; index++) {
    context.evaluation.budget.step(1);
    const done = nodes[index]?.render(context, emitter);
    if (done instanceof Promise)
      return done.then(() => (interrupted(context) ? undefined : renderNodes(nodes, context, emitter, index + 1)));
    if (interrupted(context)) return;
  }
}

/** The text that parts render to. */
export function renderText(nodes: readonly TemplateNode[], context: LiquidContext): string | Promise<string> {
  const emitter = new TextEmitter(context.evaluation.budget);
  return chain(renderNodes(nodes, context, emitter), () => emitter.buffer);
}

function interrupted(context: LiquidContext): boolean {
  return context.breakCalled || context.continueCalled;
}
