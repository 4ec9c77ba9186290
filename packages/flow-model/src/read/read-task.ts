import type { ControlKind, TaskTypeInfo } from '../catalogue.ts';
import { checkInputDeclarations } from '../check/check-input-declarations.ts';
import { defined } from '../defined.ts';
import { modernise, olderNames } from '../dialect/modernise.ts';
import type { Path } from '../finding.ts';
import type { TaskDefinition } from '../flow.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import { checkProperties } from './check-properties.ts';
import { Fields } from './fields.ts';
import { runnerWithDefaults, withDefaults } from './plugin-defaults.ts';
import { readChildren } from './read-children.ts';
import { readInputs } from './read-input.ts';
import { readRetry } from './read-retry.ts';
import type { Reader } from './reader.ts';
import { allNames, resolveType, taskLookup } from './resolve-type.ts';

/** Properties every task has, besides those of its type. */
export const TASK_PROPERTIES: readonly string[] = [
  'id', 'type', 'description', 'disabled', 'runIf', 'retry', 'timeout', 'allowFailure', 'allowWarning', 'logLevel',
  'logToFile', 'taskCache', 'onWorkerLost', 'workerGroup',
]; // prettier-ignore
/** Features of another edition. */
const IGNORED = ['assets', 'version', 'workerSelector'];
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

const ID_PATTERN = /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/;

/** Reads a list of tasks; what is no task is reported and left out. */
export function readTasks(source: Json | undefined, path: Path, reader: Reader): TaskDefinition[] {
  if (source === undefined || source === null) return [];
  if (isJsonList(source)) return source.flatMap((item, index) => readItem(item, [...path, index], reader));
  if (isJsonMap(source) && typeof source['type'] === 'string') return [readTask(source, path, reader)];
  const hint = 'Begin each task with "- id:".';
  reader.findings.error(path, 'TASKS_INVALID', 'A list of tasks was expected here.', { hint });
  return [];
}

/** A task, or the entry of a Dag that wraps one: `{task: …, dependsOn: […]}`. */
function readItem(item: Json, path: Path, reader: Reader): TaskDefinition[] {
  if (!isJsonMap(item)) {
    reader.findings.error(path, 'TASK_INVALID', 'A task is a map with "id" and "type".');
    return [];
  }
  if (!isJsonMap(item['task']) || item['type'] !== undefined) return [readTask(item, path, reader)];
  const fields = new Fields(item, path, reader.findings);
  const task = fields.map('task') ?? {};
  const dependsOn = fields.texts('dependsOn');
  fields.refuseRest('An entry of a Dag', ['task', 'dependsOn']);
  return [readTask(task, [...path, 'task'], reader, dependsOn)];
}

function readTask(source: JsonMap, path: Path, reader: Reader, dependsOn?: string[]): TaskDefinition {
  const written = typeof source['type'] === 'string' ? source['type'] : '';
  const info = written === '' ? undefined : findType(written, [...path, 'type'], reader);
  const { data, paths } = canonical(source, path, written, info, reader);
  const fields = new Fields(data, path, reader.findings, paths);
  const id = readId(fields, 'A task');
  if (!fields.take('type')) fields.missing('type', `The task "${id}"`);

  const common = readCommon(fields, info, reader);
  fields.ignore(IGNORED.filter((name) => !owns(info, name)));
  const rest = fields.rest();
  const { children, properties } = readChildren(rest, info, fields, (list, at) => readTasks(list, at, reader));
  readForm(properties, info, fields, reader);
  if (info) checkProperties({ of: `The task "${id}"`, written, info, common: TASK_PROPERTIES }, rest, fields);
  const task = defined<TaskDefinition>({
    id,
    type: info?.type ?? written,
    typeAsWritten: info && info.type !== written ? written : undefined,
    ...common,
    dependsOn,
    properties: info ? onlyKnown(properties, info) : properties,
    children,
  });
  const dependsOnPath = [...path.slice(0, -1), 'dependsOn'];
  reader.origins.set(task, path, dependsOn ? new Map([...paths, ['dependsOn', dependsOnPath]]) : paths);
  return task;
}

/** Inputs that a person fills in while the execution waits: their faults are found now. */
const FORMS: Partial<Record<ControlKind, string>> = { pause: 'onResume', approval: 'inputs' };

function readForm(properties: JsonMap, info: TaskTypeInfo | undefined, fields: Fields, reader: Reader): void {
  const name = info?.control && FORMS[info.control];
  const form = name === undefined ? undefined : properties[name];
  if (name !== undefined && isJsonList(form))
    checkInputDeclarations(readInputs(form, fields.pathOf(name), reader), reader);
}

function findType(written: string, path: Path, { catalogue, findings }: Reader): TaskTypeInfo | undefined {
  return resolveType(written, taskLookup(catalogue), path, findings);
}

/** The properties with the defaults of the type merged in, and under their canonical names. */
function canonical(source: JsonMap, path: Path, written: string, info: TaskTypeInfo | undefined, reader: Reader) {
  if (!info) return modernise('task', source, path, reader.findings);
  const older = olderNames('task', info);
  const has = (key: string): boolean =>
    key in info.properties || older.has(key) || (TASK_PROPERTIES.includes(key) && key !== 'id' && key !== 'type');
  const { data, paths } = withDefaults(source, allNames(written, info), reader.defaults, has);
  const modern = modernise('task', data, path, reader.findings, info, paths);
  return { ...modern, data: runnerWithDefaults(modern.data, reader.defaults) };
}

export function readId(fields: Fields, of: string): string {
  const id = fields.requiredText('id', of);
  if (id !== '' && !ID_PATTERN.test(id))
    fields.findings.error(fields.pathOf('id'), 'ID_INVALID', `The id "${id}" may hold letters, digits, "_" and "-", and begins with a letter or digit.`); // prettier-ignore
  return id;
}

/** A type may have a property of its own under the name of a common one; then it is the type's. */
const owns = (info: TaskTypeInfo | undefined, name: string): boolean => info !== undefined && name in info.properties;

function readCommon(fields: Fields, info: TaskTypeInfo | undefined, reader: Reader) {
  const common = <Value>(name: string, read: (name: string) => Value): Value | undefined =>
    owns(info, name) ? undefined : read(name);
  const retryPath = fields.pathOf('retry');
  return {
    description: common('description', (name) => fields.text(name)),
    disabled: common('disabled', (name) => fields.flag(name)),
    runIf: common('runIf', (name) => fields.text(name)),
    retry: common('retry', (name) => readRetry(fields.map(name), retryPath, reader)),
    timeout: common('timeout', (name) => fields.durationText(name)),
    allowFailure: common('allowFailure', (name) => fields.flag(name)),
    allowWarning: common('allowWarning', (name) => fields.flag(name)),
    logLevel: common('logLevel', (name) => fields.oneOf(name, LOG_LEVELS)),
    logToFile: common('logToFile', (name) => fields.flag(name)),
    taskCache: common('taskCache', (name) => readTaskCache(fields, name)),
    onWorkerLost: common('onWorkerLost', (name) => fields.oneOf(name, ['RETRY', 'FAIL'])),
    workerGroup: common('workerGroup', (name) => readWorkerGroup(fields, name)),
  };
}

function readTaskCache(parent: Fields, name: string): TaskDefinition['taskCache'] | undefined {
  const path = parent.pathOf(name);
  const source = parent.map(name);
  if (!source) return undefined;
  const fields = new Fields(source, path, parent.findings);
  const cache = defined<NonNullable<TaskDefinition['taskCache']>>({
    enabled: fields.flag('enabled') ?? false,
    ttl: fields.durationText('ttl'),
  });
  fields.refuseRest('A task cache', ['enabled', 'ttl']);
  return cache;
}

/** A name, or a map with the name under `key`. */
function readWorkerGroup(fields: Fields, name: string): string | undefined {
  const value = fields.take(name);
  if (isJsonMap(value)) {
    const group = new Fields(value, fields.pathOf(name), fields.findings);
    const key = group.requiredText('key', 'A worker group');
    group.ignore(['fallback']);
    group.refuseRest('A worker group', ['key', 'fallback']);
    return key === '' ? undefined : key;
  }
  return typeof value === 'string' ? value : undefined;
}

const onlyKnown = (properties: JsonMap, info: TaskTypeInfo): JsonMap =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => name in info.properties));
