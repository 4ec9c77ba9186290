import type { ControlKind, PureContext, PureResult } from '@tutti/flow-model';
import type { RunContext } from './context.ts';
import type { z } from './schema.ts';

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Properties<Own extends Shape> = { readonly [Name in keyof Own]: z.output<Own[Name]> };
export type Outputs<Own extends Shape> = { readonly [Name in keyof Own]: z.output<Own[Name]> };

export interface Example {
  readonly title: string;
  /** A whole flow in YAML; the conformance test of the plugin checks it, and runs it where `runs` is not false. */
  readonly flow: string;
  readonly runs?: boolean;
}

interface Declaration<Own extends Shape, Out extends Shape> {
  /** Our own, short name: `core.http.Download`. */
  readonly type: string;
  /** Names under which flows of other dialects know it. */
  readonly aliases?: readonly string[];
  /** One sentence. */
  readonly title: string;
  readonly description?: string;
  /** The newer type to use instead. */
  readonly deprecated?: string;
  readonly properties: Own;
  readonly outputs?: Out;
  readonly examples?: readonly Example[];
}

/** A task that a task-runner carries out. Properties arrive rendered, checked and with defaults. */
export interface TaskDeclaration<Own extends Shape = Shape, Out extends Shape = Shape> extends Declaration<Own, Out> {
  /** It only waits, so it takes none of the runner's slots while it runs. */
  readonly waits?: boolean;
  run(context: RunContext, properties: Properties<Own>): Promise<Partial<Outputs<Out>> | TaskResult | TaskSpec | void>;
}

/** Result of a task that leaves its place to another one: the runner reads that and runs it, with this one's name and limits. */
export class TaskSpec {
  /** The task in YAML. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
/** Result of a task that ends neither well nor by an error. */
export class TaskResult {
  readonly state: 'SUCCESS' | 'WARNING' | 'FAILED';
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Shown with a FAILED state. */
  readonly message: string | undefined;

  constructor(state: TaskResult['state'], outputs: Readonly<Record<string, unknown>> = {}, message?: string) {
    this.state = state;
    this.outputs = outputs;
    this.message = message;
  }
}

/** A task that is a pure function of its properties and runs in the executor's own batch. */
export interface PureTaskDeclaration<Own extends Shape = Shape, Out extends Shape = Shape> extends Declaration<
  Own,
  Out
> {
  evaluate(properties: Properties<Own>, context: PureContext): PureResult;
}

/** A control task: the declaration gives checks and documentation, the executor's core has the semantics. */
export interface ControlDeclaration<Own extends Shape = Shape, Out extends Shape = Shape> extends Declaration<
  Own,
  Out
> {
  readonly control: ControlKind;
}

/** A trigger: the trigger service has the semantics of each kind; `poll` ones are evaluated on a runner. */
export interface TriggerDeclaration<Own extends Shape = Shape, Out extends Shape = Shape> extends Declaration<
  Own,
  Out
> {
  readonly trigger: 'schedule' | 'scheduleOnDates' | 'webhook' | 'flow' | 'poll';
  /** Poll triggers: the variables of the execution to start, or nothing. */
  evaluate?(context: RunContext, properties: Properties<Own>): Promise<Partial<Outputs<Out>> | undefined>;
}

export type AnyTask = (TaskDeclaration | PureTaskDeclaration | ControlDeclaration) & {
  readonly kind: 'run' | 'pure' | 'control';
};
export type AnyTrigger = TriggerDeclaration;

export const defineTask = <Own extends Shape, Out extends Shape>(declaration: TaskDeclaration<Own, Out>) => ({
  ...declaration,
  kind: 'run' as const,
});
export const definePureTask = <Own extends Shape, Out extends Shape>(declaration: PureTaskDeclaration<Own, Out>) => ({
  ...declaration,
  kind: 'pure' as const,
});
export const defineControl = <Own extends Shape, Out extends Shape>(declaration: ControlDeclaration<Own, Out>) => ({
  ...declaration,
  kind: 'control' as const,
});
export const defineTrigger = <Own extends Shape, Out extends Shape>(declaration: TriggerDeclaration<Own, Out>) =>
  declaration;

export interface Plugin {
  readonly name: string;
  readonly title: string;
  readonly tasks: readonly AnyTask[];
  readonly triggers: readonly AnyTrigger[];
}

/** Declarations are contravariant in their properties; a list of them forgets which. */
interface PluginParts {
  readonly name: string;
  readonly title: string;
  readonly tasks?: readonly unknown[];
  readonly triggers?: readonly unknown[];
}
export const definePlugin = ({ tasks = [], triggers = [], ...rest }: PluginParts): Plugin => ({
  ...rest,
  tasks: tasks as readonly AnyTask[],
  triggers: triggers as readonly AnyTrigger[],
});
