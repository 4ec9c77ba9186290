import type { ControlKind } from '../catalogue.ts';
import type { Flow, TaskDefinition } from '../flow.ts';
import { isJsonMap } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import { tasksOf } from '../walk-tasks.ts';
import type { Checked } from './checked.ts';

/** The rules of control tasks that a type cannot judge by its properties alone. */
export function checkTasks(flow: Flow, checked: Checked): void {
  for (const task of tasksOf(flow)) {
    const info = checked.catalogue.task(task.type);
    if (!info?.control) continue;
    RULES[info.control]?.(task, flow, checked);
    warnOfNoEffect(task, info.control, checked);
  }
}

/** Control tasks that a runner carries out, or that wait: their time can run out. */
const TIMED: readonly ControlKind[] = ['pause', 'approval', 'subflow', 'workingDirectory'];

/** What runs in no attempt of its own can neither time out nor be remembered. */
function warnOfNoEffect(task: TaskDefinition, control: ControlKind, { findings, origins }: Checked): void {
  const warn = (name: string, hint: string): void =>
    findings.warning(origins.property(task, name), 'PROPERTY_IGNORED', `"${name}" has no effect on "${task.id}", which only runs other tasks.`, { hint, onKey: true }); // prettier-ignore
  if (task.timeout !== undefined && !TIMED.includes(control)) warn('timeout', 'Give it to the tasks within, or give the flow an SLA.'); // prettier-ignore
  if (task.taskCache && control !== 'workingDirectory') warn('taskCache', 'Give it to the tasks within.');
  const { batch } = task.properties;
  if (control === 'forEachItem' && isJsonMap(batch) && batch['regexPattern'] !== undefined)
    findings.warning([...origins.property(task, 'batch'), 'regexPattern'], 'PROPERTY_IGNORED', '"regexPattern" is accepted and has no effect here.', { hint: 'Filter the file before, by core.storage.FilterItems.', onKey: true }); // prettier-ignore
}

type Rule = (task: TaskDefinition, flow: Flow, checked: Checked) => void;

const RULES: Partial<Record<ControlKind, Rule>> = {
  sequential: needsTasks,
  parallel: needsTasks,
  allowFailure: needsTasks,
  forEach: needsTasks,
  eachSequential: needsTasks,
  eachParallel: needsTasks,
  loop: needsTasks,
  loopUntil: needsTasks,
  dag: (task, flow, checked) => {
    needsTasks(task, flow, checked);
    checkDag(task, checked);
  },
  switch: (task, _flow, { findings, origins }) => {
    if (!task.children)
      findings.error(origins.of(task), 'SWITCH_EMPTY', `The task "${task.id}" needs "cases" or "defaults".`);
  },
  workingDirectory: checkWorkingDirectory,
  subflow: refuseRecursion,
  forEachItem: refuseRecursion,
};

/** Each dependency must be a task of the same Dag, and none may wait for itself by way of others. */
function checkDag(dag: TaskDefinition, { findings, origins }: Checked): void {
  const tasks = new Map((dag.children?.['tasks'] ?? []).map((task) => [task.id, task]));
  for (const task of tasks.values())
    for (const [index, id] of (task.dependsOn ?? []).entries()) {
      if (tasks.has(id)) continue;
      const path = [...origins.property(task, 'dependsOn'), index];
      const hint = didYouMean(id, tasks.keys());
      findings.error(path, 'DAG_TASK_UNKNOWN', `"${id}" is no task of the Dag "${dag.id}".`, { hint });
    }
  const cycle = findCycle(tasks.keys(), (id) => tasks.get(id)?.dependsOn ?? []);
  if (cycle) {
    const path = origins.property(tasks.get(cycle[0]!)!, 'dependsOn');
    findings.error(path, 'DAG_CYCLE', `These tasks wait for one another: ${cycle.join(' -> ')}.`);
  }
}

/** A way from a node back to itself; `undefined` when there is none. */
export function findCycle(ids: Iterable<string>, next: (id: string) => readonly string[]): string[] | undefined {
  const done = new Set<string>();
  const visit = (id: string, way: readonly string[]): string[] | undefined => {
    const seenAt = way.indexOf(id);
    if (seenAt >= 0) return [...way.slice(seenAt), id];
    if (done.has(id)) return undefined;
    done.add(id);
    for (const following of next(id)) {
      const cycle = visit(following, [...way, id]);
      if (cycle) return cycle;
    }
    return undefined;
  };
  for (const id of ids) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
}

function needsTasks(task: TaskDefinition, _flow: Flow, { findings, origins }: Checked): void {
  if ((task.children?.['tasks'] ?? []).length === 0)
    findings.error(origins.of(task), 'TASKS_EMPTY', `The task "${task.id}" needs at least one task in "tasks".`);
}

function checkWorkingDirectory(task: TaskDefinition, flow: Flow, checked: Checked): void {
  const { catalogue, findings, origins } = checked;
  needsTasks(task, flow, checked);
  for (const child of task.children?.['tasks'] ?? [])
    if (catalogue.task(child.type)?.kind === 'control')
      findings.error(origins.of(child), 'WORKING_DIRECTORY_CHILD', `The task "${child.id}" cannot be run within the working directory "${task.id}": only tasks that a runner carries out can.`); // prettier-ignore
}

function refuseRecursion(task: TaskDefinition, flow: Flow, { findings, origins }: Checked): void {
  const { namespace, flowId } = task.properties;
  if (flowId === flow.id && namespace === flow.namespace)
    findings.error(origins.property(task, 'flowId'), 'FLOW_RECURSIVE', `Recursive call to flow [${flow.namespace}.${flow.id}]`); // prettier-ignore
}
