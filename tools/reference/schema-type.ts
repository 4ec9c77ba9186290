import { jsonSchemaOf, type z } from '@tutti/plugin-sdk';

interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly $ref?: string;
}

/** A property's type in words: `text`, `list of text`, `one of A, B`, `map of {name, value}` … */
export function typeOf(schema: z.ZodType): string {
  return inWords(jsonSchemaOf(schema) as JsonSchema);
}

function inWords(schema: JsonSchema): string {
  if (schema.format === 'duration') return 'duration';
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.$ref !== undefined) return 'any';
  if (schema.anyOf) return [...new Set(schema.anyOf.map(inWords))].join(' or ');
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'array':
      return `list${of(schema.items)}`;
    case 'object':
      return schema.properties ? `map with ${Object.keys(schema.properties).join(', ')}` : `map${of(valuesOf(schema))}`;
    case undefined:
      return 'any';
    default:
      return schema.type;
  }
}

const valuesOf = ({ additionalProperties }: JsonSchema): JsonSchema | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined;

function of(item: JsonSchema | undefined): string {
  const words = item === undefined ? 'any' : inWords(item);
  return words === 'any' ? '' : ` of ${words}`;
}
