import { GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';
import { UserError } from '@tutti/service-kit';

/** Unix ms inside, RFC 3339 outside. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  serialize: (value) => new Date(value as number).toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
});

/** ISO 8601 text on both sides; what takes it parses it. */
export const Duration = new GraphQLScalarType<string, string>({
  name: 'Duration',
  serialize: String,
  parseValue: parseDuration,
  parseLiteral: (node) => parseDuration(node.kind === Kind.STRING ? node.value : undefined),
});

/** Any value, as it is. */
export const JsonValue = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => fromLiteral(node, variables ?? {}),
});

const RFC_3339 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

function parseDateTime(value: unknown): number {
  const atMs = typeof value === 'string' && RFC_3339.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new UserError(
      'DATE_TIME_INVALID',
      `A date with time such as 2026-01-31T12:00:00Z is expected, not ${JSON.stringify(value)}.`,
    );
  return atMs;
}

function parseDuration(value: unknown): string {
  if (typeof value === 'string' && /^-?P(?!$)(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)$/.test(value))
    return value;
  throw new UserError('DURATION_INVALID', `A duration such as PT5M is expected, not ${JSON.stringify(value)}.`);
}

function fromLiteral(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((value) => fromLiteral(value, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, fromLiteral(value, variables)]));
    case Kind.VARIABLE:
      return variables[node.name.value];
    default:
      return node satisfies never;
  }
}
