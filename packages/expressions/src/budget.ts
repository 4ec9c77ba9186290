import { ExpressionError } from './expression-error.ts';
import { isList, type Value } from './json.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';

/** Characters that cost as much as one step: what a filter spends on a long text. */
const CHARACTERS_PER_STEP = 16;

/**
 * What one call may still spend, handed down through everything it renders.
 * Pass one to several calls to bound them together.
 */
export class Budget {
  readonly limits: Limits;
  /** Steps taken so far: the same for the same template and variables, on any machine. */
  steps = 0;
  private text = 0;
  private items = 0;
  private depth = 0;
  private renders = 0;

  constructor(limits: Limits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  /** Charges for work. @throws {ExpressionError} EXPRESSION_LIMIT when the steps are used up. */
  step(count: number): void {
    this.steps += count;
    if (this.steps > this.limits.steps) throw exceeded(`takes more than ${this.limits.steps} steps`);
  }

  /** Charges for a text about to be made; call it before making one whose length the user controls. */
  grow(characters: number): void {
    this.text += characters;
    if (this.text > this.limits.text) throw exceeded(`makes more than ${this.limits.text} characters of text`);
    this.step(characters / CHARACTERS_PER_STEP);
  }

  /** Charges for the members of a list about to be made. */
  collect(count: number): void {
    this.items += count;
    if (this.items > this.limits.items) throw exceeded(`cannot produce more than ${this.limits.items} list items`);
    this.step(count);
  }

  /** Charges for reading a value once through. */
  read(value: Value): void {
    if (typeof value === 'string') this.step(value.length / CHARACTERS_PER_STEP);
    else if (isList(value)) this.step(value.length / 4);
  }

  /** Charges for a value a filter or function has made. */
  made(value: Value): void {
    if (typeof value === 'string') this.grow(value.length);
    else if (isList(value)) this.step(value.length / 4);
  }

  /** Refuses a text that is longer than a whole output may be. */
  output(characters: number): void {
    if (characters > this.limits.output) throw exceeded(`gives more than ${this.limits.output} characters`);
  }

  /** Counts one `render()`. */
  countRender(): void {
    if (++this.renders > this.limits.renders) throw exceeded(`calls render() more than ${this.limits.renders} times`);
  }

  /** One level down: a macro or a nested render. Pair it with `leave`. */
  enter(): void {
    if (++this.depth > this.limits.depth) throw exceeded(`nests render() or macros deeper than ${this.limits.depth}`);
  }

  /** One level up. */
  leave(): void {
    this.depth--;
  }
}

function exceeded(what: string): ExpressionError {
  return new ExpressionError('EXPRESSION_LIMIT', `The template ${what}`, {
    hint: 'Move heavy work into a task, or render less at once.',
  });
}
