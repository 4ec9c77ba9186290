import type { ControlKind, PureTask } from './catalogue.ts';
import type { Flow, Retry, TaskDefinition } from './flow.ts';
import type { Json } from './json.ts';

/** A flow compiled for execution: the tree of its enabled tasks, everything that can be known before a run worked out. */
export interface Plan {
  readonly flow: Flow;
  /** Every enabled node by its task id. */
  readonly nodes: ReadonlyMap<string, PlanNode>;
  /** The flow's own lists: `tasks`, `errors`, `finally`, `afterExecution`. */
  readonly lists: PlanLists;
}

/** Enabled tasks by the property they stand in: `tasks`, `then`, `cases.<key>`, `errors` … */
export type PlanLists = Readonly<Record<string, readonly PlanNode[]>>;

/** In which part of its control task (or flow) a node stands; the parts run in this order. */
export type Phase = 'tasks' | 'errors' | 'finally' | 'afterExecution';

/** Kinds of control tasks in a plan: `batches` is the part of a ForEachItem that starts the subflows. */
export type NodeControl = ControlKind | 'batches';

export interface PlanNode {
  readonly id: string;
  readonly task: TaskDefinition;
  readonly kind: 'run' | 'pure' | 'control';
  readonly control?: NodeControl;
  readonly evaluate?: PureTask;
  /** The control task it stands in; absent at flow level. */
  readonly parent?: PlanNode;
  /** Name of its list within the parent. */
  readonly list: string;
  readonly phase: Phase;
  /** Place among the enabled tasks of its list. */
  readonly index: number;
  /** Its run begins a strand of the parent: the first of a sequence, or any child of a task that runs its children side by side. */
  readonly leads: boolean;
  readonly lists: PlanLists;
  /** Its own retry, or that of the nearest control task around it, or the flow's. */
  readonly retry?: Retry;
  readonly properties: readonly PropertyPlan[];
  readonly references: References;
}

export interface PropertyPlan {
  readonly name: string;
  readonly value: Json;
  /** `none` also where the value holds no template at all. */
  readonly render: 'none' | 'text' | 'typed';
}

/** What the templates of a task may refer to, as far as it can be told without rendering. */
export interface References {
  /** Ids of the tasks whose outputs are referred to; `all` when that is only known while rendering. */
  readonly outputs: 'all' | ReadonlySet<string>;
  /** Those of them that are only read at the task run's own iteration: `outputs.a[taskrun.value]`. */
  readonly own: ReadonlySet<string>;
  /** Variables that are referred to: `outputs`, `tasks`, `inputs` … */
  readonly names: 'all' | ReadonlySet<string>;
  /** Some function waits for something outside (`kv`, `secret`, `read`, `http` …), or a secret input is used. */
  readonly needsIo: boolean;
}

/** The part of the expression engine that compiling needs. */
export interface TemplateReader {
  references(template: string): TemplateReferences;
}

export interface TemplateReferences {
  /** Names as written, up to the first subscript that is not a constant: `["outputs", "extract", "uri"]`. */
  readonly paths: readonly (readonly string[])[];
  readonly needsIo: boolean;
  /** Renders text that is only known while rendering. */
  readonly rendersText: boolean;
}
