import type { Path } from '../finding.ts';
import type { Flow, TaskDefinition, TriggerDefinition } from '../flow.ts';
import { isJsonList, isJsonMap, type Json } from '../json.ts';
import { isTemplate } from '../template-text.ts';
import { tasksOf } from '../walk-tasks.ts';
import type { Checked } from './checked.ts';

/** A template in a flow. */
export interface TemplateSite {
  readonly template: string;
  readonly path: Path;
  /** The template is a key of a map, so that there is no place within it. */
  readonly onKey?: true;
  /**
   * Variables are rendered only where something asks for it: what is wrong in one may never matter. A template that is
   * rendered elsewhere, over another execution, sees names that this flow does not have.
   */
  readonly kind: 'task' | 'trigger' | 'input' | 'variable' | 'flow' | 'elsewhere';
  /** The inputs it may see, where these are not all. */
  readonly inputs?: readonly string[];
}

/** Every template of a flow that will be rendered, with its place. */
export function* templateSites(flow: Flow, checked: Checked): Generator<TemplateSite> {
  const { origins } = checked;
  for (const task of tasksOf(flow)) yield* sitesOfTask(task, checked);
  for (const trigger of flow.triggers) yield* sitesOfTrigger(trigger, checked);
  for (const input of flow.inputs) {
    const inputs = input.dependsOn?.inputs ?? [];
    const parts = { defaults: input.defaults, expression: input.properties['expression'] };
    for (const [name, value] of Object.entries(parts))
      for (const site of within(value, origins.property(input, name), 'input')) yield { ...site, inputs };
    const condition = [...origins.property(input, 'dependsOn'), 'condition'];
    for (const site of within(input.dependsOn?.condition, condition, 'input')) yield { ...site, inputs };
  }
  for (const output of flow.outputs) yield* within(output.value, origins.property(output, 'value'), 'flow');
  for (const [index, { condition, message }] of flow.checks.entries()) {
    yield* within(condition, ['checks', index, 'condition'], 'flow');
    yield* within(message, ['checks', index, 'message'], 'flow');
  }
  yield* within(flow.variables, ['variables'], 'variable');
}

function* sitesOfTask(task: TaskDefinition, { catalogue, origins }: Checked): Generator<TemplateSite> {
  const info = catalogue.task(task.type);
  yield* within(task.runIf, origins.property(task, 'runIf'), 'task');
  yield* within(task.timeout, origins.property(task, 'timeout'), 'task');
  for (const [name, value] of Object.entries(task.properties))
    if (info?.properties[name]?.render === 'elsewhere') yield* within(value, origins.property(task, name), 'elsewhere');
    else if (info?.kind === 'control' || info?.properties[name]?.render !== 'none')
      yield* within(value, origins.property(task, name), 'task');
}

function* sitesOfTrigger(trigger: TriggerDefinition, { origins }: Checked): Generator<TemplateSite> {
  const parts = { when: trigger.when, inputs: trigger.inputs, labels: trigger.labels };
  for (const [name, value] of Object.entries(parts)) yield* within(value, origins.property(trigger, name), 'trigger');
  for (const [name, value] of Object.entries(trigger.properties))
    yield* within(value, origins.property(trigger, name), 'trigger');
}

function* within(value: Json | undefined, path: Path, kind: TemplateSite['kind']): Generator<TemplateSite> {
  if (typeof value === 'string') {
    if (isTemplate(value)) yield { template: value, path, kind };
  } else if (isJsonList(value)) {
    for (const [index, item] of value.entries()) yield* within(item, [...path, index], kind);
  } else if (isJsonMap(value))
    for (const [key, item] of Object.entries(value)) {
      if (isTemplate(key)) yield { template: key, path: [...path, key], kind, onKey: true };
      yield* within(item, [...path, key], kind);
    }
}
