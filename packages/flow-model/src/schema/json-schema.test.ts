import { describe, expect, it } from 'vitest';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import { FLOW_PROPERTIES } from '../read/read-flow.ts';
import { TASK_PROPERTIES } from '../read/read-task.ts';
import { TRIGGER_PROPERTIES } from '../read/read-trigger.ts';
import { testCatalogue } from '../testing/test-catalogue.ts';
import { jsonSchemaOf } from './json-schema.ts';

const schema = jsonSchemaOf(testCatalogue());
const at = (...steps: string[]): JsonMap => steps.reduce<JsonMap>((map, step) => map[step] as JsonMap, schema);

/** Every `$ref` in a schema. */
function references(value: Json | undefined): string[] {
  if (isJsonList(value)) return value.flatMap(references);
  if (!isJsonMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === '$ref' && typeof item === 'string' ? [item] : references(item),
  );
}

describe('jsonSchemaOf', () => {
  it('knows all that the readers know', () => {
    expect(Object.keys(at('properties'))).toEqual(expect.arrayContaining([...FLOW_PROPERTIES]));
    expect(Object.keys(at('$defs', 'task.core.log.Log', 'properties'))).toEqual(expect.arrayContaining([...TASK_PROPERTIES, 'message'])); // prettier-ignore
    expect(Object.keys(at('$defs', 'trigger.core.trigger.Schedule', 'properties'))).toEqual(expect.arrayContaining([...TRIGGER_PROPERTIES, 'cron'])); // prettier-ignore
  });

  it('offers every name of a type, and wants what it requires', () => {
    const log = at('$defs', 'task.core.log.Log');
    expect(log['required']).toEqual(['id', 'type', 'message']);
    expect(at('$defs', 'task.core.log.Log', 'properties', 'type')).toEqual({ enum: ['core.log.Log', 'io.kestra.plugin.core.log.Log'] }); // prettier-ignore
  });

  it('holds tasks within control tasks, and refers to nothing that is not there', () => {
    const tasks = { type: 'array', items: { $ref: '#/$defs/task' } };
    expect(at('$defs', 'task.core.flow.If', 'properties', 'then')).toMatchObject(tasks);
    expect(at('$defs', 'task.core.flow.If', 'properties', 'errors')).toMatchObject(tasks);
    const definitions = Object.keys(at('$defs')).map((name) => `#/$defs/${name}`);
    expect(definitions).toEqual(expect.arrayContaining(references(schema)));
  });

  it('marks older names as deprecated', () => {
    expect(at('$defs', 'task.core.flow.Pause', 'properties', 'delay')).toMatchObject({ deprecated: true });
  });
});
