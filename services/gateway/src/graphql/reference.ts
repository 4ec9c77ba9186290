import { GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, isIntrospectionType } from 'graphql';
import type { GraphQLField, GraphQLInputField, GraphQLNamedType, GraphQLSchema } from 'graphql';
import { permissionOfField } from '../access/field-policy.ts';
import { COUNT_LIMIT, MAX_PAGE_SIZE } from '../store/database-pages.ts';
import { LIMITS } from './limits.ts';

const ROOTS = ['Query', 'Mutation', 'Subscription'];

/** `docs/reference/graphql.md`: the schema as a text for people, and what it does not say itself. */
export function renderReference(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const rest = types.filter(({ name }) => !ROOTS.includes(name));
  const byName = (a: GraphQLNamedType, b: GraphQLNamedType): number => a.name.localeCompare(b.name);
  return [
    INTRODUCTION,
    ...ROOTS.flatMap((name) => rootSection(schema.getType(name))),
    '## Types',
    ...rest
      .filter((type) => type instanceof GraphQLObjectType)
      .sort(byName)
      .flatMap(objectSection),
    '## Inputs',
    ...rest
      .filter((type) => type instanceof GraphQLInputObjectType)
      .sort(byName)
      .flatMap(inputSection),
    '## Enums',
    ...rest
      .filter((type) => type instanceof GraphQLEnumType)
      .sort(byName)
      .flatMap(enumSection),
    '',
  ].join('\n\n');
}

const INTRODUCTION = `# GraphQL reference

<!-- Generated from services/gateway/src/schema by \`npx vitest run services/gateway -u\`; a test keeps it in step. -->

Queries and mutations: \`POST /graphql\`. Subscriptions: the same address as a WebSocket with the protocol
\`graphql-transport-ws\` (npm \`graphql-ws\`). Try it out at the root address of a running Tutti (GraphiQL). The schema
itself: \`services/gateway/schema.graphql\`.

## Conventions

- **Lists** that may be long are Relay connections: \`first\` (at most ${MAX_PAGE_SIZE}) and \`after\`; \`nodes\` beside \`edges\`.
  \`totalCount\` stops at ${COUNT_LIMIT.toLocaleString('en')}.
- **Orders** answer with a payload. A fault that the caller can mend stands in its \`errors\`: \`code\` says what kind it is
  (a closed list), \`reason\` which one (docs/errors.md), \`hint\` the way out. The transport's \`errors\` are for queries that
  are wrong themselves; their \`extensions\` have \`code\` and \`reason\`, too.
- **Enums may grow**: expect values that this page does not know.
- **Limits** of a document: ${LIMITS.depth} levels, ${LIMITS.aliases} aliases, ${LIMITS.rootFields} root fields, ${LIMITS.directives} directives, ${LIMITS.tokens.toLocaleString('en')} tokens, and ${LIMITS.cost.toLocaleString('en')} items of
  all lists (nested ones multiplied).
- **Many at once**: \`createExecutions\` costs a fifth of as many \`createExecution\`.

## Logs that lose nothing

\`\`\`graphql
subscription Log($id: ID!, $after: String) {
  executionLogs(executionId: $id, after: $after) { lines { at level taskId message } cursor ended }
}
\`\`\`

Stored lines come first, then live ones, each once. After a cut subscribe again with the last \`cursor\`. With npm
\`graphql-ws\` a getter does it, because the payload is turned into text anew at each attempt:

\`\`\`ts
let cursor: string | undefined;
const variables = { id, get after() { return cursor; } };
client.subscribe({ query, variables }, { next: ({ data }) => (cursor = data.executionLogs.cursor), error, complete });
\`\`\`

A client that does not read is cut off with the code 4429; one that answers no ping for 12 s, too.`;

function rootSection(type: GraphQLNamedType | undefined): string[] {
  if (!(type instanceof GraphQLObjectType)) return [];
  const rows = Object.values(type.getFields()).map((field) => {
    const permission = permissionOfField(type.name, field.name) ?? '';
    return `| ${signature(field)} | \`${String(field.type)}\` | ${permission} | ${oneLine(field.description)} |`;
  });
  return [`## ${type.name}`, ['| field | type | permission | |', '|---|---|---|---|', ...rows].join('\n')];
}

function objectSection(type: GraphQLNamedType): string[] {
  if (!(type instanceof GraphQLObjectType)) return [];
  const rows = Object.values(type.getFields()).map(fieldRow);
  return section(type, ['| field | type | |', '|---|---|---|', ...rows]);
}

function inputSection(type: GraphQLNamedType): string[] {
  if (!(type instanceof GraphQLInputObjectType)) return [];
  return section(type, ['| field | type | |', '|---|---|---|', ...Object.values(type.getFields()).map(inputRow)]);
}

function enumSection(type: GraphQLNamedType): string[] {
  if (!(type instanceof GraphQLEnumType)) return [];
  const values = type.getValues();
  const list = values.some(({ description }) => description)
    ? values.map(({ name, description }) => `- \`${name}\`: ${oneLine(description)}`)
    : [values.map(({ name }) => `\`${name}\``).join(', ')];
  return section(type, list);
}

const section = ({ name, description }: GraphQLNamedType, lines: readonly string[]): string[] => [
  `### ${name}`,
  ...(description ? [oneLine(description)] : []),
  lines.join('\n'),
];

const fieldRow = (field: GraphQLField<unknown, unknown>): string =>
  `| ${signature(field)} | \`${String(field.type)}\` | ${oneLine(field.description)} |`;

function inputRow({ name, type, defaultValue, description }: GraphQLInputField): string {
  const byDefault = defaultValue === undefined ? '' : ` (default \`${JSON.stringify(defaultValue)}\`)`;
  return `| \`${name}\` | \`${String(type)}\` | ${oneLine(description)}${byDefault} |`;
}

function signature({ name, args }: GraphQLField<unknown, unknown>): string {
  const list = args.map((arg) => `${arg.name}: ${String(arg.type)}`).join(', ');
  return `\`${name}${list ? `(${list})` : ''}\``;
}

const oneLine = (text: string | null | undefined): string =>
  (text ?? '').replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
