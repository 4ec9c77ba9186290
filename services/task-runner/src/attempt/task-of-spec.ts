import { isJsonMap, isValid, parseFlow, parseValue } from '@tutti/flow-model';
import type { JsonMap, TaskDefinition } from '@tutti/flow-model';
import { TaskError } from '@tutti/plugin-sdk';
import type { TaskCatalogue, TaskSpec } from '@tutti/plugin-sdk';

/**
 * The task that is to run in the place of another, read and checked like one of a flow.
 * @param inPlaceOf type of the task that gave the spec; one of the same type could go on giving specs for ever
 * @throws {TaskError} TASK_SPEC_INVALID
 */
export function taskOfSpec({ text }: TaskSpec, inPlaceOf: string, catalogue: TaskCatalogue): TaskDefinition {
  // The reader of flows knows names of all dialects; JSON is YAML.
  const source = JSON.stringify({ id: 'spec', namespace: 'spec', tasks: [{ id: 'spec', ...mapOf(text) }] });
  const { flow, findings } = parseFlow(source, catalogue);
  const task = flow?.tasks[0];
  const faults = findings.filter(({ severity }) => severity === 'ERROR').map(({ message }) => message);
  if (!task || !isValid(findings)) throw invalid(faults.join(' ') || 'It is no task.');
  if (task.type === inPlaceOf) throw invalid(`It cannot be another ${inPlaceOf}.`);
  return task;
}

function mapOf(text: string): JsonMap {
  const value = valueOf(text);
  if (!isJsonMap(value)) throw invalid('A task is a map with a "type".');
  return value;
}

function valueOf(text: string) {
  try {
    return parseValue(text);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

const invalid = (reason: string): TaskError =>
  new TaskError('TASK_SPEC_INVALID', `The rendered spec cannot be run: ${reason}`, {
    retryable: false,
    hint: 'Look at what it renders to: its templates are replaced before it is read as YAML.',
  });
