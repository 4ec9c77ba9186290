import type { Json, JsonMap } from '@tutti/contracts';
import { compile, CONTROL_KINDS, type Catalogue, type ControlKind, type Flow, type Plan, type PureTask, type TaskDefinition, type TaskTypeInfo } from '@tutti/flow-model'; // prettier-ignore
import { Expressions } from '@tutti/expressions';
import { apply } from './apply.ts';
import { createExecution, type NewExecution } from './create.ts';
import { decide } from './decide.ts';
import type { DecisionContext } from './decision-context.ts';
import { textOf } from './evaluate.ts';
import { rebuild } from './derived.ts';
import type { Command, Decision, Event, Input } from './messages.ts';
import type { Execution, TaskRun } from './state.ts';

/** Small plans and a small world for tests of the core; nothing here depends on YAML or on plugins. */

export const NOW_MS = Date.UTC(2025, 0, 31);

/** A task for a runner. */
export const run = (id: string, more: Partial<TaskDefinition> = {}): TaskDefinition => ({ id, type: 'run', properties: {}, ...more }); // prettier-ignore
/** A pure task whose output `value` is its rendered `format`; with `fail`, it fails with that message. */
export const say = (id: string, format: Json, more: Partial<TaskDefinition> = {}): TaskDefinition => ({ id, type: 'say', properties: { format }, ...more }); // prettier-ignore
export const failing = (id: string, more: Partial<TaskDefinition> = {}): TaskDefinition => ({ id, type: 'fail', properties: {}, ...more }); // prettier-ignore
/** A pure task with effects: properties `labels`, `setVariables`, `exit` … are handed on. */
export const effect = (id: string, properties: JsonMap): TaskDefinition => ({ id, type: 'effect', properties });
export const control = (
  kind: ControlKind,
  id: string,
  children: readonly TaskDefinition[] | Readonly<Record<string, readonly TaskDefinition[]>>,
  more: Partial<TaskDefinition> = {},
): TaskDefinition => ({
  id,
  type: kind,
  properties: {},
  children: Array.isArray(children) ? { tasks: children } : (children as Record<string, readonly TaskDefinition[]>),
  ...more,
});

export const ifElse = (
  id: string,
  condition: Json,
  yes: readonly TaskDefinition[],
  no: readonly TaskDefinition[] = [],
): TaskDefinition =>
  control(
    'if',
    id,
    Object.fromEntries([
      // oxlint-disable-next-line unicorn/no-thenable -- the word of the language; nobody awaits the map
      ['then', yes],
      ['else', no],
    ]),
    { properties: { condition } },
  );

const PURE: Readonly<Record<string, PureTask>> = {
  say: ({ format }) => ({
    outputs: { value: format ?? null },
    logs: [{ level: 'DEBUG', message: textOf(format) }],
    metrics: [{ name: 'length', type: 'counter', value: textOf(format).length }],
  }),
  fail: ({ condition, message }) => {
    if (condition !== undefined && condition !== 'true') return {};
    throw new Error(typeof message === 'string' ? message : 'Task failure');
  },
  effect: (properties) => properties,
};

const isControlKind = (type: string): type is ControlKind => (CONTROL_KINDS as readonly string[]).includes(type);

export const CATALOGUE: Catalogue = {
  task(type): TaskTypeInfo {
    const evaluate = PURE[type];
    const kind = evaluate ? 'pure' : isControlKind(type) ? 'control' : 'run';
    return {
      type,
      aliases: [],
      title: type,
      properties: {},
      check: () => [],
      schema: () => ({}),
      kind,
      ...(evaluate && { evaluate }),
      ...(isControlKind(type) && { control: type }),
    };
  },
  trigger: () => undefined,
  taskTypes: () => [],
  triggerTypes: () => [],
};

export const flowOf = (tasks: readonly TaskDefinition[], more: Partial<Flow> = {}): Flow => ({
  id: 'f',
  namespace: 'n',
  revision: 1,
  disabled: false,
  labels: {},
  inputs: [],
  outputs: [],
  variables: {},
  tasks,
  errors: [],
  finally: [],
  afterExecution: [],
  triggers: [],
  sla: [],
  checks: [],
  ...more,
});

export const planOf = (tasks: readonly TaskDefinition[], more: Partial<Flow> = {}): Plan =>
  compile(flowOf(tasks, more), CATALOGUE, EXPRESSIONS);

/** The real engine, with `later(x)`: a function that waits, and gives what it is given; `later('never')` fails then. */
export const EXPRESSIONS = new Expressions().add({
  functions: {
    later: {
      description: 'Its argument, later.',
      params: [{ name: 'value', description: 'What is given back.' }],
      example: { template: "{{ later('x') }}", result: 'x' },
      waits: true,
      call: ([value]) => (value === 'never' ? Promise.reject(new Error('never')) : Promise.resolve(value ?? null)),
    },
  },
});

/** An execution with its world: what it was told, what it asked for. */
export class World {
  readonly execution: Execution;
  readonly events: Event[] = [];
  readonly commands: Command[] = [];
  readonly decisions: Decision[] = [];
  nowMs = NOW_MS;

  constructor(plan: Plan, request: Partial<NewExecution> = {}) {
    this.execution = createExecution(plan, { id: 'e', inputs: {}, createdAtMs: NOW_MS, ...request });
  }

  get context(): DecisionContext {
    return { nowMs: this.nowMs, expressions: EXPRESSIONS, random: () => 0.5 };
  }

  /** Decides and folds; checks that a wish that is refused comes to nothing. */
  send(input: Input): Decision {
    const decision = decide(this.execution, input, this.context);
    if (decision.refused && decision.events.length + decision.commands.length > 0)
      throw new Error(`${input.type} was refused, and obeyed all the same.`);
    for (const event of decision.events) apply(this.execution, event);
    this.events.push(...decision.events);
    this.commands.push(...decision.commands);
    this.decisions.push(decision);
    return decision;
  }

  /** What the last `Evaluate` command asked for. */
  answer(values: JsonMap): Decision {
    const { id, taskRunId } = this.commands.findLast((command) => command.type === 'Evaluate')!;
    return this.send({ type: 'Evaluated', commandId: id, ...(taskRunId !== undefined && { taskRunId }), values });
  }

  start(): this {
    this.send({ type: 'StartExecution' });
    return this;
  }

  taskRun(taskId: string, value?: string): TaskRun {
    const found = this.taskRuns.findLast(
      (taskRun) => taskRun.taskId === taskId && (value === undefined || taskRun.value === value),
    );
    if (!found) throw new Error(`No task run of ${taskId}.`);
    return found;
  }
  get taskRuns(): TaskRun[] {
    return [...this.execution.taskRuns.values()];
  }

  claim(taskId: string, value?: string): Decision {
    const { id, attempt } = this.taskRun(taskId, value);
    return this.send({ type: 'AttemptClaimed', taskRunId: id, attempt, workerId: 'w' });
  }
  end(
    taskId: string,
    state: 'SUCCESS' | 'WARNING' | 'FAILED' | 'KILLED' = 'SUCCESS',
    outputs?: JsonMap,
    value?: string,
  ): Decision {
    const { id, attempt } = this.taskRun(taskId, value);
    return this.send({ type: 'AttemptEnded', taskRunId: id, attempt, state, ...(outputs && { outputs }) });
  }
  /** Lets every due timer fire, in order, until none is left. */
  fireTimers(): this {
    for (let due = this.#timers(); due.length > 0; due = this.#timers()) {
      const [timer] = due;
      this.nowMs = Math.max(this.nowMs, timer!.dueAtMs);
      this.#fired.add(timer!.id);
      this.send({ type: 'TimerFired', timerId: timer!.id });
    }
    return this;
  }
  readonly #fired = new Set<string>();
  #timers() {
    const cancelled = new Set(this.commands.flatMap((command) => (command.type === 'CancelTimer' ? [command.id] : [])));
    return this.commands
      .flatMap((command) => (command.type === 'StartTimer' ? [command] : []))
      .filter(({ id }) => !this.#fired.has(id) && !cancelled.has(id))
      .sort((left, right) => left.dueAtMs - right.dueAtMs);
  }

  get state(): string {
    return this.execution.state;
  }
  get history(): string[] {
    return this.execution.histories.map(({ state }) => state);
  }
  /** `task[value]:STATE` for every task run, in order of creation. */
  get summary(): string[] {
    return this.taskRuns.map(
      ({ taskId, value, state }) => `${taskId}${value === undefined ? '' : `[${value}]`}:${state}`,
    );
  }
  /** The execution as its journal and its rows alone would give it. */
  replayed(request: Partial<NewExecution> = {}): Execution {
    const { plan } = this.execution;
    const again = createExecution(plan, { id: 'e', inputs: {}, createdAtMs: NOW_MS, ...request });
    for (const event of this.events) apply(again, event);
    return again;
  }
  /** A copy loaded from rows: what is derived was worked out anew. */
  reloaded(): Execution {
    const copy = this.replayed();
    rebuild(copy);
    return copy;
  }
}
