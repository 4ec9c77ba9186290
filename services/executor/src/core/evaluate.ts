import type { Json, JsonMap } from '@tutti/contracts';
import type { ExpressionCall, TemplateReferences } from './decision-context.ts';
import { contextOf, type Variables } from './context.ts';
import { storedTasksIn } from './derived.ts';
import type { Draft } from './draft.ts';
import type { Execution, TaskRun } from './state.ts';

/** Values to be rendered, by name; a lone expression keeps its type. */
export interface Wanted {
  readonly templates: JsonMap;
  /** Names of those that are conditions, whose values are booleans. */
  readonly conditions?: readonly string[];
  /** Address (already rendered) of a file whose lines become the value `lines`. */
  readonly linesOf?: string;
  /** Id of another execution, over which the templates are rendered as text. */
  readonly of?: string;
  /** Templates to be rendered for each iteration of a loop, whose entries become the value `outputs`; `store`: as files. */
  readonly eachIteration?: { readonly templates: JsonMap; readonly store: boolean };
}

/** A template that cannot be rendered, or a value no task can work with; it fails the task run. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly code: string;

  constructor(message: string, code = 'EXPRESSION_FAILED', cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What `step` gives, or why it cannot where that is the fault of the flow. A bug of ours is thrown as it is. */
export function orEvaluationError<Value>(step: () => Value): Value | EvaluationError {
  try {
    return step();
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
}

/** Thrown where a template turns out to need I/O that only a task-runner or the shell can do. */
export class NeedsIo extends Error {
  override readonly name = 'NeedsIo';
}

/**
 * Renders at once what needs no I/O. Otherwise asks the shell by an `Evaluate` command, remembers that, and gives
 * nothing; the answer comes as an input of its own, so that what was rendered once is never rendered again.
 * @param taskRun on whose behalf; the execution when absent
 * @throws {EvaluationError}
 */
export function evaluate(
  draft: Draft,
  taskRun: TaskRun | undefined,
  stage: string,
  wanted: Wanted,
): JsonMap | undefined {
  const values = wanted.linesOf === undefined ? renderNow(draft, taskRun, wanted) : undefined;
  if (!values) ask(draft, taskRun, stage, wanted);
  return values;
}

/** Has the shell render, which can wait. */
export function ask(draft: Draft, taskRun: TaskRun | undefined, stage: string, wanted: Wanted): void {
  const id = `${taskRun?.id ?? draft.execution.id}/evaluate/${stage}`;
  const { linesOf } = wanted;
  if (taskRun) draft.note(taskRun, { awaiting: id, ...(linesOf !== undefined && { linesOf }) });
  else draft.noteExecution({ awaiting: id });
  draft.command({ type: 'Evaluate', id, ...(taskRun && { taskRunId: taskRun.id }), ...wanted });
}

function renderNow(
  draft: Draft,
  taskRun: TaskRun | undefined,
  { templates, conditions = [] }: Wanted,
): JsonMap | undefined {
  const renderer = rendererOf(draft, taskRun);
  const values: Record<string, Json> = {};
  try {
    for (const [name, template] of Object.entries(templates))
      if (template !== undefined)
        values[name] = conditions.includes(name) ? renderer.test(template) : renderer.typed(template);
    return values;
  } catch (error) {
    if (error instanceof NeedsIo) return undefined;
    throw error;
  }
}

/** Renders on behalf of one task run, or of the execution. Every method throws `NeedsIo` or an `EvaluationError`. */
export interface Renderer {
  typed(value: Json): Json;
  text(value: Json): Json;
  test(condition: Json): boolean;
}

export const rendererOf = (draft: Draft, taskRun: TaskRun | undefined): Renderer =>
  makeRenderer(draft, taskRun, (references) => refuseIo(draft.execution, references));

/** For a pure task: what its templates need was looked at before it was begun. */
export const pureRendererOf = (draft: Draft, taskRun: TaskRun, more?: JsonMap): Renderer =>
  makeRenderer(draft, taskRun, undefined, more);

function makeRenderer(
  draft: Draft,
  taskRun: TaskRun | undefined,
  refuse: ((references: TemplateReferences) => void) | undefined,
  more?: JsonMap,
): Renderer {
  const { execution, context } = draft;
  const { expressions } = context;
  const call: ExpressionCall = {
    namespace: execution.namespace,
    flowId: execution.flowId,
    executionId: execution.id,
    ...(taskRun && { taskRunId: taskRun.id }),
    nowMs: context.nowMs,
    random: context.random,
  };
  let variables: Variables | undefined;
  const names = () =>
    (variables ??= contextOf(
      execution,
      taskRun && draft.current(taskRun),
      more ? { ...context.extras, ...more } : context.extras,
    ));
  const now = <Value>(template: string, render: () => Value | Promise<Value>): Value => {
    refuse?.(expressions.references(template));
    return unlessWaiting(render());
  };
  const typed = (template: string) => now(template, () => expressions.renderTyped(template, names(), call) as Json);
  const text = (template: string) => now(template, () => expressions.render(template, names(), call));
  return {
    typed: (value) => guarded(() => mapTexts(value, typed)),
    text: (value) => guarded(() => mapTexts(value, text)),
    test: (condition) =>
      guarded(() => now(textOf(condition), () => expressions.test(textOf(condition), names(), call))),
  };
}

/** @throws {NeedsIo} for a template that calls something that waits, or reads an output that lies in storage. */
function refuseIo(execution: Execution, references: TemplateReferences): void {
  if (references.needsIo || storedTasksIn(execution, references).length > 0) throw new NeedsIo();
}

function guarded<Value>(render: () => Value): Value {
  try {
    return render();
  } catch (error) {
    if (error instanceof NeedsIo) throw error;
    throw new EvaluationError(error instanceof Error ? error.message : String(error), undefined, error);
  }
}

/** Text parsed while rendering (`render(vars.x)`) may need I/O that could not be foreseen: the answer is dropped. */
function unlessWaiting<Value>(value: Value | Promise<Value>): Value {
  if (!(value instanceof Promise)) return value;
  value.catch(() => undefined);
  throw new NeedsIo();
}

const isTemplate = (text: string): boolean => text.includes('{{') || text.includes('{%');

/** The value with every template in it (keys of maps too) replaced. */
function mapTexts(value: Json, render: (template: string) => Json): Json {
  if (typeof value === 'string') return isTemplate(value) ? render(value) : value;
  if (Array.isArray(value)) return value.map((item: Json) => mapTexts(item, render));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]) => [isTemplate(key) ? textOf(render(key)) : key, mapTexts(item as Json, render)]),
  );
}

/** A value as text: what loops and cases compare and address by. */
export const textOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
