import type { Flow, TaskDefinition } from './flow.ts';
import type { ControlKind, PureTask } from './catalogue.ts';

/** A flow compiled for execution. */
export interface Plan {
  readonly flow: Flow;
  /** Every node by its task id. */
  readonly nodes: ReadonlyMap<string, PlanNode>;
}

export interface PlanNode {
  readonly id: string;
  readonly task: TaskDefinition;
  readonly kind: 'run' | 'pure' | 'control';
  readonly control?: ControlKind;
  readonly evaluate?: PureTask;
}
