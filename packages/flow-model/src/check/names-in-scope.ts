import type { Catalogue } from '../catalogue.ts';
import type { Flow, TaskDefinition } from '../flow.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { tasksOf } from '../walk-tasks.ts';
import type { WeighedFault } from './template-fault.ts';
import type { TemplateSite } from './template-sites.ts';

/** A variable that a template asks for. */
export interface VariableUse {
  readonly path: readonly string[];
  readonly offset: number;
  /** It need not be there. */
  readonly optional: boolean;
}

/** Names that an execution's templates begin with. */
const ROOTS = [
  'inputs', 'outputs', 'vars', 'trigger', 'taskrun', 'task', 'tasks', 'execution', 'flow', 'labels', 'envs', 'globals',
  'parent', 'parents', 'namespace', 'item', 'workingDir', 'outputDir', 'error', 'errorLogs', 'schedule', 'response',
]; // prettier-ignore

/** Which tasks and inputs the templates of a flow may name, and with which outputs. */
export class NamesInScope {
  readonly #inputs: readonly string[];
  readonly #tasks = new Map<string, TaskDefinition>();
  readonly #catalogue: Catalogue;
  readonly #looped = new Set<string>();

  constructor(flow: Flow, catalogue: Catalogue) {
    this.#catalogue = catalogue;
    this.#inputs = flow.inputs.map(({ id }) => id);
    for (const task of tasksOf(flow)) {
      this.#tasks.set(task.id, task);
      if (catalogue.task(task.type)?.control === 'forEachItem')
        for (const part of ['split', 'items', 'merge']) this.#tasks.set(`${task.id}_${part}`, task);
    }
    this.#rememberLooped(flow.tasks, false);
  }

  /** What a template names that is not there. Where it asks whether a name is there, it may not be. */
  faults(site: TemplateSite, uses: readonly VariableUse[]): WeighedFault[] {
    const asked = new Set(uses.filter(({ optional }) => optional).map(keyOf));
    return uses.filter((use) => !asked.has(keyOf(use))).flatMap((use) => this.#fault(site, use) ?? []);
  }

  #fault(site: TemplateSite, use: VariableUse): WeighedFault | undefined {
    const [root = '', name] = use.path;
    if (root === 'inputs' && name !== undefined) return this.#inputFault(site, use, name);
    if ((root === 'outputs' || root === 'tasks') && name !== undefined && site.kind !== 'input')
      return this.#taskFault(use, root, name);
    if (ROOTS.includes(root) || nearest(root, ROOTS) === undefined) return undefined;
    return this.#weighed('WARNING', use, 'VARIABLE_UNKNOWN', `There is no variable "${root}".`, root, ROOTS);
  }

  #inputFault(site: TemplateSite, use: VariableUse, name: string): WeighedFault | undefined {
    if (!this.#inputs.some((id) => id === name || id.startsWith(`${name}.`)))
      return this.#weighed('ERROR', use, 'INPUT_UNKNOWN', `The flow has no input "${name}".`, name, this.#inputs);
    const visible = site.inputs;
    if (!visible || visible.some((id) => id === name || id.startsWith(`${name}.`))) return undefined;
    const message = `This input sees the input "${name}" only if it depends on it.`;
    return { severity: 'WARNING', code: 'INPUT_UNSEEN', message, offset: use.offset, hint: `Add "${name}" to "dependsOn.inputs".` }; // prettier-ignore
  }

  #taskFault(use: VariableUse, root: string, name: string): WeighedFault | undefined {
    const task = this.#tasks.get(name);
    if (!task)
      return this.#weighed('ERROR', use, 'TASK_UNKNOWN', `The flow has no task "${name}".`, name, this.#tasks.keys());
    const known = this.#catalogue.task(task.type)?.outputs;
    const [, , output] = use.path;
    if (root !== 'outputs' || !known?.length || output === undefined || known.includes(output)) return undefined;
    if (this.#looped.has(name) || task.id !== name) return undefined;
    const message = `The task "${name}" has no output "${output}".`;
    return this.#weighed('WARNING', use, 'OUTPUT_UNKNOWN', message, output, known);
  }

  #weighed(
    severity: 'ERROR' | 'WARNING',
    { offset }: VariableUse,
    code: string,
    message: string,
    name: string,
    names: Iterable<string>,
  ): WeighedFault {
    // prettier-ignore
    const hint = didYouMean(name, names);
    return { severity, code, message, offset, ...(hint && { hint }) };
  }

  /** Tasks within a control task may have outputs by the value of an iteration: `outputs.t[value].x`. */
  #rememberLooped(tasks: readonly TaskDefinition[], inside: boolean): void {
    for (const task of tasks) {
      if (inside) this.#looped.add(task.id);
      for (const children of Object.values(task.children ?? {})) this.#rememberLooped(children, true);
    }
  }
}

const keyOf = ({ path }: VariableUse): string => path.slice(0, 2).join(' ');
