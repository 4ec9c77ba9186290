import type { JsonMap } from '@tutti/flow-model';
import { z } from 'zod';
import { DURATION_MS, itemOfOneOrMany } from './schema.ts';

/** The JSON schema (draft 2020-12) of what a flow may write, for editors: before conversion, not after. */
export function jsonSchemaOf(schema: z.ZodType): JsonMap {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: asWritten });
  return JSON.parse(JSON.stringify(made), durationAsText) as JsonMap;
}

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;

const asWritten: Override = ({ zodSchema, jsonSchema }) => {
  if (zodSchema === DURATION_MS) jsonSchema.format = 'duration';
  const item = itemOfOneOrMany(zodSchema);
  if (item === undefined || jsonSchema.type !== 'array') return;
  const { type, items, ...rest } = jsonSchema;
  delete jsonSchema.type;
  delete jsonSchema.items;
  Object.assign(jsonSchema, rest, { anyOf: [items, { type, items }] });
};

/** The type that a duration becomes is put back by what stands around it, so the last word is said at the end. */
const durationAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === 'duration'
    ? { ...value, type: 'string' }
    : value;
