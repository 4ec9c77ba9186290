import { GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, isIntrospectionType, printSchema } from 'graphql';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { FIELD_POLICY, permissionOfField } from '../access/field-policy.ts';
import { createSchema } from './schema.ts';

const schema = createSchema();
const objectTypes = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => type instanceof GraphQLObjectType && !isIntrospectionType(type),
);
const rootTypes = new Set(['Query', 'Mutation', 'Subscription']);

describe('the schema', () => {
  it('is the one that was committed (update it with `npx vitest run services/gateway -u`)', async () => {
    await expect(await format(printSchema(schema), { parser: 'graphql', printWidth: 120 })).toMatchFileSnapshot(
      '../../schema.graphql',
    );
  });

  it('has a policy for every field', () => {
    const open = objectTypes.flatMap((type) =>
      Object.keys(type.getFields())
        .filter((field) => permissionOfField(type.name, field) === undefined)
        .map((field) => `${type.name}.${field}`),
    );
    expect(open).toEqual([]);
  });

  it('has no policy for what does not exist, and one for each root field by its own name', () => {
    const known = new Set(objectTypes.flatMap((type) => [type.name, ...Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)])); // prettier-ignore
    expect(Object.keys(FIELD_POLICY).filter((name) => !known.has(name))).toEqual([]);
    const roots = objectTypes.filter(({ name }) => rootTypes.has(name));
    const byType = roots.flatMap((type) => Object.keys(type.getFields()).filter((field) => !FIELD_POLICY[`${type.name}.${field}`])); // prettier-ignore
    expect(byType).toEqual([]);
  });

  it('answers every order with errors', () => {
    const orders = Object.values(schema.getMutationType()?.getFields() ?? {});
    const without = orders.filter(({ type }) => !String(type).includes('Payload'));
    expect(without.map(({ name }) => name)).toEqual([]);
    const payloads = objectTypes.filter(({ name }) => name.endsWith('Payload'));
    expect(payloads.filter((type) => String(type.getFields()['errors']?.type) !== '[UserError!]!')).toEqual([]);
  });

  it('dresses every connection the same', () => {
    const connections = objectTypes.filter(({ name }) => name.endsWith('Connection'));
    for (const { name, getFields } of connections.map((type) => ({
      name: type.name,
      getFields: () => type.getFields(),
    }))) {
      const item = name.replace('Connection', '');
      const shape = Object.fromEntries(Object.entries(getFields()).map(([field, { type }]) => [field, String(type)]));
      expect(shape).toMatchObject({ edges: `[${item}Edge!]!`, pageInfo: 'PageInfo!' });
      expect(shape['nodes']).toMatch(/^\[\w+!\]!$/);
    }
    expect(connections.length).toBeGreaterThan(4);
  });

  it('names enum values in capitals and has no list of nullable things', () => {
    for (const type of Object.values(schema.getTypeMap())) {
      if (isIntrospectionType(type)) continue;
      if (type instanceof GraphQLEnumType) for (const { name } of type.getValues()) expect(name).toMatch(/^[A-Z_]+$/);
      if (type instanceof GraphQLObjectType || type instanceof GraphQLInputObjectType)
        for (const [name, { type: fieldType }] of Object.entries(type.getFields()))
          expect(`${name}: ${String(fieldType)}`).not.toMatch(/[^!]\]/);
    }
  });
});
