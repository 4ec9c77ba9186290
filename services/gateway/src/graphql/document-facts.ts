import { GraphQLNonNull, TypeInfo, getNamedType, isListType, visit, visitWithTypeInfo } from 'graphql';
import type { ArgumentNode, DocumentNode, FieldNode, GraphQLOutputType, GraphQLSchema } from 'graphql';
import { permissionOfField } from '../access/field-policy.ts';
import type { Permission } from '../access/caller.ts';

/** What is known of a document before it runs; worked out once per document. */
export interface DocumentFacts {
  /** What the caller must be allowed; `undefined` stands for a field without a policy. */
  readonly permissions: ReadonlySet<Permission | undefined>;
  /** How many items its lists may hold at most, nested lists multiplied. */
  cost(variables: Readonly<Record<string, unknown>>): number;
}

/** Length that is assumed of a list without a `first` argument. */
const UNPAGED_LENGTH = 10;

/** Works out permissions and cost of documents, and remembers them. */
export class DocumentFactsCache {
  readonly #schema: GraphQLSchema;
  readonly #known = new WeakMap<DocumentNode, DocumentFacts>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  of(document: DocumentNode): DocumentFacts {
    const known = this.#known.get(document);
    if (known) return known;
    const facts = factsOf(this.#schema, document);
    this.#known.set(document, facts);
    return facts;
  }
}

function factsOf(schema: GraphQLSchema, document: DocumentNode): DocumentFacts {
  const permissions = new Set<Permission | undefined>();
  const lengths: Length[] = [];
  /** The lists around the field that is looked at, outermost first. */
  const around: Length[] = [];
  const info = new TypeInfo(schema);
  const enter = (node: FieldNode): void => {
    const parent = info.getParentType();
    const field = info.getFieldDef();
    if (!parent || !field) return;
    if (node.name.value !== '__typename') permissions.add(permissionOfField(parent.name, field.name));
    const length = lengthOf(
      node,
      field.type,
      field.args.some(({ name }) => name === 'first'),
      field.args.find(({ name }) => name === 'first')?.defaultValue,
    );
    if (length) lengths.push(multiplied(around, length));
    around.push(length ?? ONE);
  };
  visit(document, visitWithTypeInfo(info, { Field: { enter, leave: () => void around.pop() } }));
  const usesVariables = document.definitions.some(
    (one) => 'variableDefinitions' in one && one.variableDefinitions?.length,
  );
  const cost = (variables: Readonly<Record<string, unknown>>): number =>
    lengths.reduce((sum, length) => sum + length(variables), 1);
  const fixed = usesVariables ? undefined : cost({});
  return { permissions, cost: (variables) => fixed ?? cost(variables) };
}

/** How long a list may get, given the variables. */
type Length = (variables: Readonly<Record<string, unknown>>) => number;
const ONE: Length = () => 1;

function multiplied(around: readonly Length[], own: Length): Length {
  const factors = [...around, own];
  return (variables) => factors.reduce((product, length) => product * length(variables), 1);
}

/** A connection is as long as its `first`; its `edges` and `nodes` count with it. Other lists are taken to be short. */
function lengthOf(node: FieldNode, type: GraphQLOutputType, isPaged: boolean, byDefault: unknown): Length | undefined {
  if (isPaged)
    return pageLength(
      node.arguments?.find(({ name }) => name.value === 'first'),
      Number(byDefault ?? UNPAGED_LENGTH),
    );
  const inner = type instanceof GraphQLNonNull ? type.ofType : type;
  const isPartOfPage = ['edges', 'nodes', 'lines'].includes(node.name.value);
  const isLeafList = isListType(inner) && !('getFields' in getNamedType(inner));
  return isListType(inner) && !isPartOfPage && !isLeafList ? () => UNPAGED_LENGTH : undefined;
}

function pageLength(argument: ArgumentNode | undefined, byDefault: number): Length {
  const value = argument?.value;
  if (value?.kind === 'IntValue') return () => Number(value.value);
  if (value?.kind === 'Variable') return (variables) => Number(variables[value.name.value] ?? byDefault);
  return () => byDefault;
}
