import type { JsonMap } from '@tutti/contracts';

/** The part of the expression engine that the core uses. What it must wait for is asked for by an `Evaluate` command. */
export interface Expressions {
  render(template: string, variables: object, call?: ExpressionCall): string | Promise<string>;
  renderTyped(template: string, variables: object, call?: ExpressionCall): unknown;
  test(condition: string, variables: object, call?: ExpressionCall): boolean | Promise<boolean>;
  references(template: string): TemplateReferences;
}

/** What a template asks for. */
export interface TemplateReferences {
  /** Whether it calls something that waits for the outside. */
  readonly needsIo: boolean;
  /** Whether it renders text found in variables, which may need more than shows here. */
  readonly rendersText: boolean;
  /** Paths of variables, as far as they are fixed: `['outputs', 'extract', 'uri']`. */
  readonly paths: readonly (readonly string[])[];
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
