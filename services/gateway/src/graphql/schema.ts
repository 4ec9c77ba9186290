import { readFileSync, readdirSync } from 'node:fs';
import { GraphQLObjectType, buildSchema } from 'graphql';
import type { GraphQLFieldResolver, GraphQLScalarType, GraphQLSchema } from 'graphql';
import { GATEWAY_FOLDER } from '../gateway-folder.ts';
import { RESOLVERS, SCALARS, SUBSCRIBERS } from '../resolvers/index.ts';
import type { RequestContext, Subscriber } from './context.ts';

const SCHEMA_FOLDER = new URL('src/schema/', GATEWAY_FOLDER);

/** The whole schema as it is written: one file a noun. */
export function readSchemaSource(): string {
  const files = readdirSync(SCHEMA_FOLDER)
    .filter((name) => name.endsWith('.graphql'))
    .sort();
  return files.map((name) => readFileSync(new URL(name, SCHEMA_FOLDER), 'utf8')).join('\n');
}

/** The schema with its resolvers. @throws when a resolver has no field. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchema(readSchemaSource());
  for (const scalar of SCALARS) attachScalar(schema, scalar);
  for (const resolvers of RESOLVERS)
    for (const [type, fields] of Object.entries(resolvers))
      for (const [field, resolve] of Object.entries(fields))
        fieldOf(schema, type, field).resolve = resolve as GraphQLFieldResolver<
          never,
          RequestContext,
          never
        > as GraphQLFieldResolver<unknown, RequestContext>;
  for (const [field, subscribe] of Object.entries(SUBSCRIBERS)) attachSubscriber(schema, field, subscribe);
  return schema;
}

function attachScalar(schema: GraphQLSchema, scalar: GraphQLScalarType): void {
  const { serialize, parseValue, parseLiteral } = scalar;
  const declared = schema.getType(scalar.name);
  if (!declared) throw new Error(`The schema has no scalar ${scalar.name}.`);
  Object.assign(declared, { serialize, parseValue, parseLiteral });
}

/** The event is the field's value. */
function attachSubscriber(schema: GraphQLSchema, name: string, subscriber: Subscriber<never>): void {
  const field = fieldOf(schema, 'Subscription', name);
  field.subscribe = (_source, args, context) => (subscriber as Subscriber<unknown>)(args, context as RequestContext);
  field.resolve = (event) => event;
}

function fieldOf(schema: GraphQLSchema, type: string, field: string) {
  const declared = schema.getType(type);
  const found = declared instanceof GraphQLObjectType ? declared.getFields()[field] : undefined;
  if (!found) throw new Error(`There is a resolver for ${type}.${field}, which the schema lacks.`);
  return found;
}
