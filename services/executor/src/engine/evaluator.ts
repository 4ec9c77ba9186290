import { text } from 'node:stream/consumers';
import type { JsonMap } from '@tutti/contracts';
import type { Call, Json, Vars } from '@tutti/expressions';
import { executionFolder, storeLargeValues } from '@tutti/storage';
import { entryOf, hasFailed, iterationsOf, typedOutputs, type Command, type Execution, type TaskRun } from '../core/index.ts'; // prettier-ignore
import { fullContext, type ContextSources } from './full-context.ts';
import type { Inputs } from './inputs.ts';

type Evaluate = Extract<Command, { type: 'Evaluate' }>;
type RenderOver = (executionId: string, template: string) => Promise<{ readonly result?: string }>;
type Values = Record<string, Json>;

/**
 * Renders the templates that need something outside (`kv()`, `secret()`, `read()` …, outputs in storage) and hands the
 * core the values.
 */
export class Evaluator {
  readonly #sources: ContextSources;
  readonly #inputs: () => Inputs;
  readonly #ask: RenderOver;

  /** @param ask renders a template over another execution, whoever owns it */
  constructor(sources: ContextSources, inputs: () => Inputs, ask: RenderOver) {
    this.#sources = sources;
    this.#inputs = inputs;
    this.#ask = ask;
  }

  /** What cannot be rendered is an answer too: the task that asked fails with the message. */
  async evaluate(execution: Execution, command: Evaluate): Promise<void> {
    const { id, taskRunId } = command;
    const about = { commandId: id, ...(taskRunId !== undefined && { taskRunId }) };
    try {
      const rendered = await this.#render(execution, command);
      const values = taskRunId === undefined ? await this.#flowOutputs(execution, rendered) : rendered;
      this.#inputs().add(execution.id, { type: 'Evaluated', ...about, values: values as JsonMap });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#inputs().add(execution.id, { type: 'EvaluationFailed', ...about, message });
    }
  }

  async #render(execution: Execution, command: Evaluate): Promise<Values> {
    const { of: other, templates } = command;
    if (other === undefined) return this.#renderHere(execution, command);
    const rendered = Object.entries(templates).map(async ([name, template]) => [name, await this.#renderOver(other, template as Json)] as const); // prettier-ignore
    return Object.fromEntries(await Promise.all(rendered));
  }

  /** A value rendered by the owner of another execution, over that one. */
  async #renderOver(executionId: string, value: Json | undefined): Promise<Json> {
    const template = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    const { result = '' } = await this.#ask(executionId, template);
    return result;
  }

  async #renderHere(
    execution: Execution,
    { taskRunId, templates, conditions = [], linesOf: file, eachIteration }: Evaluate,
  ): Promise<Values> {
    const taskRun = taskRunId === undefined ? undefined : execution.taskRuns.get(taskRunId);
    const vars = await fullContext(this.#sources, execution, taskRun, Object.values(templates).flatMap(textsIn));
    const { id, namespace, flowId } = execution;
    const call = { namespace, flowId, executionId: id, ...(taskRunId !== undefined && { taskRunId }) };
    const values: Values = {};
    for (const [name, template] of Object.entries(templates))
      values[name] = conditions.includes(name)
        ? await this.#sources.expressions.test(conditionText(template), vars, call)
        : await this.#renderValue(template as Json | undefined, vars, call);
    if (file !== undefined) values['lines'] = await this.#readLines(file);
    if (eachIteration && taskRun) Object.assign(values, await this.#handOut(execution, taskRun, eachIteration));
    return values;
  }

  /** What a loop hands out of its iterations; one that failed may lack what its outputs are made of. */
  async #handOut(
    execution: Execution,
    loop: TaskRun,
    { templates, store }: NonNullable<Evaluate['eachIteration']>,
  ): Promise<Values> {
    const entries: Json[] = [];
    for (const iteration of iterationsOf(execution, loop))
      try {
        const about = { id: '', type: 'Evaluate', taskRunId: iteration.id, templates } as const;
        const rendered = await this.#render(execution, about);
        const outputs = store ? await this.#storeOutputs(execution, loop, iteration, rendered) : rendered;
        entries.push(entryOf(loop, iteration, outputs as JsonMap) as Json);
      } catch (error) {
        if (!hasFailed(iteration)) throw error;
      }
    return entries.length > 0 ? { outputs: entries } : {};
  }

  /** The outputs of one iteration as a file of its own. */
  async #storeOutputs(execution: Execution, loop: TaskRun, { iteration }: TaskRun, outputs: Values): Promise<Values> {
    const { id: executionId, namespace, flowId } = execution;
    const folder = `${executionFolder({ namespace, flowId, executionId })}/tasks/${loop.taskId}/${loop.id}`;
    return { uri: (await this.#sources.storage.put(`${folder}/${iteration}.ion`, JSON.stringify(outputs))).uri };
  }

  async #renderValue(template: Json | undefined, vars: Vars, call: Call): Promise<Json> {
    const { expressions } = this.#sources;
    if (typeof template === 'string') return expressions.renderTyped(template, vars, call);
    return expressions.renderAll(template ?? null, vars, call, { typed: true });
  }

  /** What the execution as a whole hands out must fit into messages about it. */
  #flowOutputs(execution: Execution, rendered: Values): Promise<Values> {
    const { id: executionId, plan, namespace, flowId } = execution;
    const typed = typedOutputs(plan.flow.outputs, rendered as JsonMap);
    const texts = new Map(Object.entries(typed).map(([name, value]) => [name, JSON.stringify(value)]));
    const folder = `${executionFolder({ namespace, flowId, executionId })}/outputs`;
    return storeLargeValues(texts, (name, content) => this.#sources.storage.put(`${folder}/${name}`, content));
  }

  /** The lines of a stored file, for loops over one. Bounded by what a loop may hold. */
  async #readLines(uri: string): Promise<string[]> {
    const lines = (await text(await this.#sources.storage.get(uri))).split('\n');
    return lines.filter((line) => line.trim() !== '');
  }
}

/** The texts within a value, keys of maps too: whatever may be a template. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(textsIn)];
}

/** A condition that YAML made a boolean or a number is its text. */
const conditionText = (condition: unknown): string =>
  typeof condition === 'string' ? condition : JSON.stringify(condition);
