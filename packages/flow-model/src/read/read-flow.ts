import { modernise } from '../dialect/modernise.ts';
import { defined } from '../defined.ts';
import type { Path } from '../finding.ts';
import type { Check, Concurrency, Flow, Sla, TaskDefinition } from '../flow.ts';
import { isJsonMap, type Json, type JsonMap } from '../json.ts';
import { Fields } from './fields.ts';
import { readPluginDefaults } from './plugin-defaults.ts';
import { readInputs, readOutputs } from './read-input.ts';
import { readLabels } from './read-labels.ts';
import { readListeners } from './read-listeners.ts';
import { readRetry } from './read-retry.ts';
import { readTasks } from './read-task.ts';
import { readTriggers } from './read-trigger.ts';
import type { Reader } from './reader.ts';

const FLOW_ID = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/;
const NAMESPACE = /^[a-z0-9][a-z0-9._-]*$/;

/** What a flow may hold, in the order of the reference. */
export const FLOW_PROPERTIES: readonly string[] = [
  'id', 'namespace', 'description', 'labels', 'inputs', 'outputs', 'variables', 'tasks', 'errors', 'finally',
  'afterExecution', 'triggers', 'pluginDefaults', 'retry', 'concurrency', 'sla', 'checks', 'disabled', 'listeners',
]; // prettier-ignore
/** Written by servers into what they export; read over. */
const EXPORTED = ['revision', 'deleted', 'tenantId', 'source', 'updated'];
/** Features of another edition. */
const IGNORED = ['workerGroup', 'workerSelector', 'policyRefs', 'quotas'];

/** Reads a whole flow in whichever dialects it is written; what cannot be read is reported and left out. */
export function readFlow(source: JsonMap, reader: Reader): Flow {
  const { data, paths } = modernise('flow', source, [], reader.findings);
  const fields = new Fields(data, [], reader.findings, paths);
  const id = readName(fields, 'id', FLOW_ID, 100);
  const namespace = readName(fields, 'namespace', NAMESPACE, 150);
  reader.defaults.push(...readPluginDefaults(fields));
  for (const name of EXPORTED) fields.take(name);
  fields.ignore(IGNORED);
  if (!fields.has('tasks')) fields.missing('tasks', 'A flow');
  const tasks = (name: string): TaskDefinition[] => readTasks(fields.take(name), [name], reader);
  const main = tasks('tasks');
  const flow = defined<Flow>({
    id,
    namespace,
    revision: 0,
    description: fields.text('description'),
    disabled: fields.flag('disabled') ?? false,
    labels: readLabels(fields.take('labels'), ['labels'], reader.findings),
    inputs: readInputs(fields.list('inputs'), ['inputs'], reader),
    outputs: readOutputs(fields.list('outputs'), ['outputs'], reader),
    variables: withoutNulls(fields.map('variables') ?? {}),
    tasks: main,
    errors: tasks('errors'),
    finally: tasks('finally'),
    afterExecution: [...tasks('afterExecution'), ...readListeners(fields, reader)],
    triggers: readTriggers(fields.list('triggers'), ['triggers'], reader),
    retry: readRetry(fields.map('retry'), ['retry'], reader),
    concurrency: readConcurrency(fields),
    sla: each(fields, 'sla', (item) => readSla(item)),
    checks: each(fields, 'checks', (item) => readCheck(item, reader)),
  });
  fields.refuseRest('A flow', FLOW_PROPERTIES);
  return flow;
}

function readName(fields: Fields, name: string, pattern: RegExp, longest: number): string {
  const text = fields.requiredText(name, 'A flow');
  if (text !== '' && (!pattern.test(text) || text.length > longest))
    fields.findings.error([name], 'ID_INVALID', `${name}: must match "${pattern.source}" and have at most ${longest} characters.`); // prettier-ignore
  return text;
}

/** A variable that is null does not exist. */
const withoutNulls = (variables: JsonMap): JsonMap =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== null));

function each<Item>(fields: Fields, name: string, read: (item: Fields) => Item | undefined): Item[] {
  return (fields.list(name) ?? []).flatMap((item: Json, index) => {
    const path: Path = [name, index];
    if (isJsonMap(item)) return read(new Fields(item, path, fields.findings)) ?? [];
    fields.findings.error(path, 'PROPERTY_INVALID', `Each of "${name}" must be a map.`);
    return [];
  });
}

function readConcurrency(parent: Fields): Concurrency | undefined {
  const source = parent.map('concurrency');
  if (!source) return undefined;
  const fields = new Fields(source, ['concurrency'], parent.findings);
  if (!fields.has('limit')) fields.missing('limit', 'A concurrency limit');
  const limit = fields.integer('limit', 1);
  const behavior = fields.oneOf('behavior', ['QUEUE', 'CANCEL', 'FAIL']) ?? 'QUEUE';
  fields.refuseRest('A concurrency limit', ['limit', 'behavior']);
  return limit === undefined ? undefined : { limit, behavior };
}

const SLA_PROPERTIES = ['id', 'type', 'behavior', 'labels', 'duration', 'assert'];

function readSla(fields: Fields): Sla | undefined {
  const id = fields.requiredText('id', 'An SLA');
  for (const name of ['type', 'behavior']) if (!fields.has(name)) fields.missing(name, 'An SLA');
  const type = fields.oneOf('type', ['MAX_DURATION', 'EXECUTION_ASSERTION']);
  const behavior = fields.oneOf('behavior', ['FAIL', 'CANCEL', 'NONE']) ?? 'NONE';
  const labels = readLabels(fields.take('labels'), [...fields.path, 'labels'], fields.findings);
  if (type === 'MAX_DURATION' && !fields.has('duration')) fields.missing('duration', 'An SLA of type MAX_DURATION');
  if (type === 'EXECUTION_ASSERTION' && !fields.has('assert')) fields.missing('assert', 'An SLA of type EXECUTION_ASSERTION'); // prettier-ignore
  const durationMs = fields.duration('duration');
  const assert = fields.text('assert');
  fields.refuseRest('An SLA', SLA_PROPERTIES);
  if (type === 'MAX_DURATION' && durationMs !== undefined) return { id, behavior, labels, type, durationMs };
  if (type === 'EXECUTION_ASSERTION' && assert !== undefined) return { id, behavior, labels, type, assert };
  return undefined;
}

function readCheck(source: Fields, { findings }: Reader): Check | undefined {
  const { data, paths } = modernise('check', source.rest(), source.path, findings);
  const fields = new Fields(data, source.path, findings, paths);
  const condition = fields.requiredText('condition', 'A check');
  const message = fields.requiredText('message', 'A check');
  const style = fields.oneOf('style', ['ERROR', 'SUCCESS', 'WARNING', 'INFO']) ?? 'INFO';
  const behavior = fields.oneOf('behavior', ['BLOCK_EXECUTION', 'FAIL_EXECUTION', 'CREATE_EXECUTION']);
  fields.refuseRest('A check', ['condition', 'message', 'style', 'behavior']);
  return { condition, message, style, behavior: behavior ?? 'BLOCK_EXECUTION' };
}
