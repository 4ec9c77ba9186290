import type { Catalogue, TaskTypeInfo } from './catalogue.ts';
import { expandChildren, internalControl } from './expand.ts';
import type { Flow, Retry, TaskDefinition } from './flow.ts';
import type { Json } from './json.ts';
import type { NodeControl, Phase, Plan, PlanLists, PlanNode, PropertyPlan, TemplateReader } from './plan.ts';
import { holdsTemplate, referencesOf } from './references.ts';

/** Control tasks whose children do not follow one another, as far as the executor is concerned. */
const SIDE_BY_SIDE: ReadonlySet<NodeControl> = new Set([
  'parallel',
  'dag',
  'eachParallel',
  'batches',
  'workingDirectory',
]);
const PHASES: Readonly<Record<string, Phase>> = {
  errors: 'errors',
  finally: 'finally',
  afterExecution: 'afterExecution',
};

/**
 * Compiles a checked flow. Disabled tasks are left out, retries are inherited, references of templates are found.
 * A task of a type that is not installed here becomes work for a runner, which says so when the flow is run.
 */
export function compile(flow: Flow, catalogue: Catalogue, templates: TemplateReader): Plan {
  const nodes = new Map<string, PlanNode>();
  const secretInputs = new Set(flow.inputs.filter(({ type }) => type === 'SECRET').map(({ id }) => id));
  const { tasks, errors, afterExecution } = flow;
  const lists = compileLists({ tasks, errors, finally: flow.finally, afterExecution }, undefined, flow.retry);
  return { flow, nodes, lists };

  function compileLists(
    children: Readonly<Record<string, readonly TaskDefinition[]>>,
    parent: PlanNode | undefined,
    retry: Retry | undefined,
  ): PlanLists {
    const compiled: Record<string, readonly PlanNode[]> = {};
    for (const [list, definitions] of Object.entries(children))
      compiled[list] = definitions
        .filter(({ disabled }) => disabled !== true)
        .map((task, index) => compileNode(task, { parent, list, index, retry }));
    return compiled;
  }

  function compileNode(task: TaskDefinition, place: Place): PlanNode {
    const info = catalogue.task(task.type);
    const retry = task.retry ?? place.retry;
    const { parent, list, index } = place;
    const phase = PHASES[list] ?? 'tasks';
    const sideBySide = phase === 'tasks' && parent?.control !== undefined && SIDE_BY_SIDE.has(parent.control);
    const properties = propertiesOf(task, info);
    const lists: Record<string, readonly PlanNode[]> = {};
    const control = internalControl(task.type) ?? info?.control;
    const node: PlanNode = {
      id: task.id,
      task,
      kind: control ? 'control' : (info?.kind ?? 'run'),
      ...(control && { control }),
      ...(info?.evaluate && { evaluate: info.evaluate }),
      ...(parent && { parent }),
      list,
      phase,
      index,
      leads: phase === 'tasks' && (sideBySide || index === 0),
      lists,
      ...(retry && { retry }),
      properties,
      references: referencesOf(textsOf(task, info), templates, secretInputs),
    };
    nodes.set(node.id, node);
    Object.assign(lists, compileLists(expandChildren(task, info?.control), node, retry));
    return node;
  }
}

interface Place {
  readonly parent: PlanNode | undefined;
  readonly list: string;
  readonly index: number;
  readonly retry: Retry | undefined;
}

function propertiesOf(task: TaskDefinition, info: TaskTypeInfo | undefined): PropertyPlan[] {
  return Object.entries(task.properties).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, render: renderModeOf(name, value, info) }],
  );
}

function renderModeOf(name: string, value: Json, info: TaskTypeInfo | undefined): PropertyPlan['render'] {
  const { render = 'text' } = info?.properties[name] ?? {};
  return render === 'elsewhere' || !holdsTemplate(value) ? 'none' : render;
}

/** All that is rendered by, or on behalf of, a task; children too where one runner carries them out. */
function* textsOf(task: TaskDefinition, info: TaskTypeInfo | undefined): Iterable<Json | undefined> {
  yield task.properties;
  yield task.timeout;
  if (info?.control !== 'workingDirectory') return;
  for (const child of task.children?.tasks ?? []) {
    yield child.runIf;
    yield* textsOf(child, undefined);
  }
}
