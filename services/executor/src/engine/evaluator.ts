import type { JsonMap } from '@tutti/contracts';
import type { Call, Expressions, Json, Vars } from '@tutti/expressions';
import { contextOf, type Command, type Execution } from '../core/index.ts';
import type { Inputs } from './inputs.ts';

type Evaluate = Extract<Command, { type: 'Evaluate' }>;
type Values = Record<string, Json>;

/** Reads the lines of a stored file, for loops over one. */
export type ReadLines = (uri: string) => Promise<string[]>;

/** Renders the templates that need something outside (`kv()`, `secret()`, `read()` …) and hands the core the values. */
export class Evaluator {
  readonly #expressions: Expressions;
  readonly #readLines: ReadLines;
  readonly #extras: JsonMap;
  readonly #inputs: () => Inputs;

  constructor(expressions: Expressions, readLines: ReadLines, extras: JsonMap, inputs: () => Inputs) {
    this.#extras = extras;
    this.#expressions = expressions;
    this.#readLines = readLines;
    this.#inputs = inputs;
  }

  /** What cannot be rendered is an answer too: the task that asked fails with the message. */
  async evaluate(execution: Execution, command: Evaluate): Promise<void> {
    const { id, taskRunId } = command;
    const about = { commandId: id, ...(taskRunId !== undefined && { taskRunId }) };
    try {
      const values = await this.#render(execution, command);
      this.#inputs().add(execution.id, { type: 'Evaluated', ...about, values: values as JsonMap });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#inputs().add(execution.id, { type: 'EvaluationFailed', ...about, message });
    }
  }

  async #render(execution: Execution, { taskRunId, templates, conditions = [], linesOf }: Evaluate): Promise<Values> {
    const taskRun = taskRunId === undefined ? undefined : execution.taskRuns.get(taskRunId);
    const vars = contextOf(execution, taskRun, this.#extras) as Vars;
    const { id, namespace, flowId } = execution;
    const call = { namespace, flowId, executionId: id, ...(taskRunId !== undefined && { taskRunId }) };
    const values: Values = {};
    for (const [name, template] of Object.entries(templates))
      values[name] = conditions.includes(name)
        ? await this.#expressions.test(conditionText(template), vars, call)
        : await this.#renderValue(template as Json | undefined, vars, call);
    if (linesOf !== undefined) values['lines'] = await this.#readLines(linesOf);
    return values;
  }

  async #renderValue(template: Json | undefined, vars: Vars, call: Call): Promise<Json> {
    if (typeof template === 'string') return this.#expressions.renderTyped(template, vars, call);
    return this.#expressions.renderAll(template ?? null, vars, call, { typed: true });
  }
}

/** A condition that YAML made a boolean or a number is its text. */
const conditionText = (condition: unknown): string =>
  typeof condition === 'string' ? condition : JSON.stringify(condition);
