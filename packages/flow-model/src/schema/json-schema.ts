import type { Catalogue, PropertyInfo, TaskTypeInfo, TypeInfo } from '../catalogue.ts';
import type { Json, JsonMap } from '../json.ts';
import { CONDITIONS } from '../read/read-condition.ts';
import { isCommonChildren } from '../read/read-children.ts';
import { CHECK, CONCURRENCY, COMMON_TASK, COMMON_TRIGGER, INPUT, LABELS, OUTPUT, PLUGIN_DEFAULT, RETRY, SLA, TASKS } from './parts.ts'; // prettier-ignore

/**
 * JSON schema (draft 2020-12) of the whole language with the types that are installed, for editors: completion,
 * documentation while typing, first faults. What it lets pass is judged by `parseFlow`.
 */
export function jsonSchemaOf(catalogue: Catalogue): JsonMap {
  const tasks = infos(catalogue.taskTypes(), (name) => catalogue.task(name));
  const triggers = infos(catalogue.triggerTypes(), (name) => catalogue.trigger(name));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Flow',
    type: 'object',
    required: ['id', 'namespace', 'tasks'],
    additionalProperties: false,
    properties: FLOW,
    $defs: {
      task: anyOf('task', tasks),
      trigger: anyOf('trigger', triggers),
      condition: { anyOf: Object.entries(CONDITIONS).map(([type, names]) => conditionSchema(type, names)) },
      ...Object.fromEntries(tasks.map((info) => [`task.${info.type}`, taskSchema(info)])),
      ...Object.fromEntries(triggers.map((info) => [`trigger.${info.type}`, typeSchema(info, COMMON_TRIGGER)])),
      retry: RETRY,
      labels: LABELS,
      input: INPUT,
    },
  };
}

const FLOW: JsonMap = {
  id: { type: 'string', pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]*$', maxLength: 100 },
  namespace: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]*$', maxLength: 150 },
  description: { type: 'string', description: 'Markdown.' },
  disabled: { type: 'boolean', description: 'No trigger fires, and no execution can be created.' },
  labels: { $ref: '#/$defs/labels' },
  inputs: { type: 'array', items: { $ref: '#/$defs/input' } },
  outputs: { type: 'array', items: OUTPUT },
  variables: { type: 'object', description: 'Values that templates find under `vars`.' },
  tasks: { ...TASKS, minItems: 1, description: 'What runs, one after the other.' },
  errors: { ...TASKS, description: 'What runs after a task has failed.' },
  finally: { ...TASKS, description: 'What runs at the end, whatever the outcome.' },
  afterExecution: { ...TASKS, description: 'What runs after the execution has its final state.' },
  triggers: { type: 'array', items: { $ref: '#/$defs/trigger' } },
  pluginDefaults: { type: 'array', items: PLUGIN_DEFAULT },
  taskDefaults: { type: 'array', items: PLUGIN_DEFAULT, deprecated: true, description: 'Write `pluginDefaults`.' },
  listeners: { type: 'array', deprecated: true, description: 'Write `afterExecution`.' },
  retry: { $ref: '#/$defs/retry' },
  concurrency: CONCURRENCY,
  sla: { type: 'array', items: SLA },
  checks: { type: 'array', items: CHECK },
};

/** Each type once, whatever the number of its names. */
function infos<Info extends TypeInfo>(names: readonly string[], find: (name: string) => Info | undefined): Info[] {
  const byType = new Map(names.flatMap((name) => find(name) ?? []).map((info) => [info.type, info]));
  return [...byType.values()].toSorted((left, right) => (left.type < right.type ? -1 : 1));
}

const anyOf = (kind: string, types: readonly TypeInfo[]): JsonMap => ({
  anyOf: types.map(({ type }) => ({ $ref: `#/$defs/${kind}.${type}` })),
});

function taskSchema(info: TaskTypeInfo): JsonMap {
  const handlers = ['errors', 'finally'].filter((name) => isCommonChildren(name, info));
  return typeSchema(info, { ...COMMON_TASK, ...Object.fromEntries(handlers.map((name) => [name, TASKS])) });
}

function typeSchema(info: TypeInfo, common: JsonMap): JsonMap {
  const { type, aliases, title, description, deprecated, properties } = info;
  const required = Object.keys(properties).filter((name) => properties[name]?.required);
  return {
    type: 'object',
    title,
    ...(description !== undefined && { description }),
    ...(deprecated !== undefined && { deprecated: true }),
    required: ['id', 'type', ...required],
    additionalProperties: false,
    properties: {
      ...common,
      type: { enum: [type, ...aliases] },
      ...Object.fromEntries(Object.entries(properties).flatMap(([name, property]) => propertySchemas(name, property))),
    },
  };
}

/** A property, and its older names as deprecated ones. */
function propertySchemas(name: string, property: PropertyInfo): [string, Json][] {
  const schema = propertySchema(property);
  const older = (property.aliases ?? []).map((alias): [string, Json] => [alias, { ...schema, deprecated: true, description: `Write \`${name}\`.` }]); // prettier-ignore
  return [[name, schema], ...older];
}

function propertySchema({ schema, children, description }: PropertyInfo): JsonMap {
  if (!children) return { ...orTemplate(schema), description };
  const isMap = schema['type'] === 'object';
  return { ...(isMap ? { type: 'object', additionalProperties: TASKS } : TASKS), description };
}

/** What is no text may still be written as a template for it. */
function orTemplate(schema: JsonMap): JsonMap {
  if (schema['type'] === undefined || schema['type'] === 'string') return schema;
  return { anyOf: [schema, { type: 'string', pattern: '\\{[{%]' }] };
}

function conditionSchema(type: string, names: readonly string[]): JsonMap {
  const required = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const properties = names.map((name) => name.replace('*', ''));
  return {
    type: 'object',
    required: ['type', ...required],
    properties: {
      type: { enum: [type, `io.kestra.plugin.${type}`] },
      ...Object.fromEntries(properties.map((name) => [name, {}])),
    },
  };
}
