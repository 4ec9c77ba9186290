import type { JsonMap } from '@tutti/contracts';

/** The part of the expression engine that the core uses. What it must wait for is asked for by an `Evaluate` command. */
export interface Expressions {
  render(template: string, variables: object, call?: ExpressionCall): string | Promise<string>;
  renderTyped(template: string, variables: object, call?: ExpressionCall): unknown;
  test(condition: string, variables: object, call?: ExpressionCall): boolean | Promise<boolean>;
  references(template: string): { readonly needsIo: boolean };
}

export interface ExpressionCall {
  readonly namespace: string;
  readonly flowId?: string;
  readonly executionId?: string;
  readonly taskRunId?: string;
  readonly nowMs?: number;
  readonly random?: () => number;
}

/** All that a decision may know besides the execution and the input. */
export interface DecisionContext {
  readonly nowMs: number;
  readonly expressions: Expressions;
  /** Chance in [0, 1), seeded by the execution, so that the same decision is taken again after a crash. */
  readonly random: () => number;
  /** Variables of the installation: `envs`, `globals` … */
  readonly extras?: JsonMap;
}
