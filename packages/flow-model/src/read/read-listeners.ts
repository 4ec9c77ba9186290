import type { ConditionDefinition, TaskDefinition } from '../flow.ts';
import { isJsonList, isJsonMap } from '../json.ts';
import { Fields } from './fields.ts';
import { readConditions } from './read-condition.ts';
import { readTasks } from './read-task.ts';
import type { Reader } from './reader.ts';

/**
 * The listeners of old flows, as what replaced them: tasks after the execution that run if the listener's conditions
 * hold.
 */
export function readListeners(fields: Fields, reader: Reader): TaskDefinition[] {
  const listeners = fields.list('listeners') ?? [];
  if (listeners.length > 0)
    reader.findings.warning(['listeners'], 'PROPERTY_RENAMED', '"listeners" is replaced by "afterExecution".', {
      hint: 'Move the tasks to "afterExecution" and their conditions to "runIf".',
      onKey: true,
    });
  return listeners.flatMap((item, index) => {
    if (!isJsonMap(item)) return [];
    const listener = new Fields(item, ['listeners', index], reader.findings);
    listener.take('description');
    const conditions = listener.list('conditions');
    const runIf = conditionOf(readConditions(conditions ?? [], listener.pathOf('conditions'), reader), listener);
    const tasks = readTasks(listener.take('tasks'), listener.pathOf('tasks'), reader);
    listener.refuseRest('A listener', ['description', 'conditions', 'tasks']);
    return runIf === undefined ? tasks : tasks.map((task) => withCondition(task, runIf, reader));
  });
}

function withCondition(task: TaskDefinition, runIf: string, { origins }: Reader): TaskDefinition {
  const guarded = task.runIf === undefined ? { ...task, runIf } : task;
  origins.set(guarded, origins.of(task));
  return guarded;
}

/** One template that says what the conditions say; a condition it cannot say is reported and dropped. */
function conditionOf(conditions: readonly ConditionDefinition[], listener: Fields): string | undefined {
  const terms = conditions.flatMap((condition) => {
    const term = termOf(condition);
    if (term === undefined)
      listener.findings.warning(listener.pathOf('conditions'), 'CONDITION_DROPPED', `A listener's condition "${condition.type}" has no counterpart in "runIf".`); // prettier-ignore
    return term ?? [];
  });
  return terms.length > 0 ? `{{ ${terms.map((term) => `(${term})`).join(' and ')} }}` : undefined;
}

function termOf({ type, properties }: ConditionDefinition): string | undefined {
  if (type === 'core.condition.Expression') {
    const { expression } = properties;
    return typeof expression === 'string' ? /^\s*\{\{(.*)\}\}\s*$/s.exec(expression)?.[1]?.trim() : undefined;
  }
  if (type !== 'core.condition.ExecutionStatus') return undefined;
  const states = (name: string): string | undefined =>
    isJsonList(properties[name]) ? JSON.stringify(properties[name]).replaceAll('"', "'") : undefined;
  const parts = [
    states('in') && `${states('in')} contains execution.state`,
    states('notIn') && `not (${states('notIn')} contains execution.state)`,
  ].filter((part) => part !== undefined);
  return parts.join(' and ') || undefined;
}
