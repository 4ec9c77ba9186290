import { Context, type Liquid } from 'liquidjs';
import type { Evaluation } from '../evaluation.ts';

/**
 * Liquid's view of an evaluation: its own tags and filters see the same variables and scopes as our expressions,
 * and charge the same budget.
 */
export class LiquidContext extends Context {
  readonly evaluation: Evaluation;

  constructor(evaluation: Evaluation, liquid: Liquid) {
    super(evaluation.vars, liquid.options, { globals: evaluation.run.globals }, { liquid });
    this.evaluation = evaluation;
    this.memoryLimit.use = (count) => {
      const size = Number(count) || 0;
      evaluation.budget.grow(size);
      evaluation.budget.step(size);
    };
    evaluation.scope = { names: this.bottom() as Record<string, never>, outer: evaluation.scope };
  }

  override push(names: object): number {
    this.evaluation.scope = { names: names as Record<string, never>, outer: this.evaluation.scope };
    return super.push(names);
  }

  override pop(): ReturnType<Context['pop']> {
    this.evaluation.scope = this.evaluation.scope?.outer ?? null;
    return super.pop();
  }
}

/** The one context of an evaluation, made when first needed. */
export function contextOf(evaluation: Evaluation, liquid: Liquid): LiquidContext {
  const known = contexts.get(evaluation);
  if (known) return known;
  const context = new LiquidContext(evaluation, liquid);
  contexts.set(evaluation, context);
  return context;
}

const contexts = new WeakMap<Evaluation, LiquidContext>();
