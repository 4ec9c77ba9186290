import { GraphQLNonNull, GraphQLObjectType, Kind, getNamedType, isListType } from 'graphql';
import type { DocumentNode, FieldNode, FragmentDefinitionNode, GraphQLField, GraphQLSchema, SelectionSetNode } from 'graphql'; // prettier-ignore
import { permissionOfField } from '../access/field-policy.ts';
import type { Permission } from '../access/caller.ts';
import { isIntrospection } from './limits.ts';

/** What is known of a document before it runs; worked out once per document. */
export interface DocumentFacts {
  /** What the caller must be allowed; `undefined` stands for a field without a policy. */
  readonly permissions: ReadonlySet<Permission | undefined>;
  /** How many items its lists may hold at most, nested lists multiplied. */
  cost(variables: Variables): number;
}

type Variables = Readonly<Record<string, unknown>>;
/** How long a list may get, given the variables. */
type Length = (variables: Variables) => number;

/** Length that is assumed of a list without a `first` argument. */
const UNPAGED_LENGTH = 10;

/** Works out permissions and cost of valid documents, and remembers them. */
export class DocumentFactsCache {
  readonly #schema: GraphQLSchema;
  readonly #known = new WeakMap<DocumentNode, DocumentFacts>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  of(document: DocumentNode): DocumentFacts {
    const known = this.#known.get(document);
    if (known) return known;
    const facts = new DocumentWalk(this.#schema, document).facts();
    this.#known.set(document, facts);
    return facts;
  }
}

/** Goes through all operations of a document; fragments count wherever they are spread. */
class DocumentWalk {
  readonly #schema: GraphQLSchema;
  readonly #document: DocumentNode;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #permissions = new Set<Permission | undefined>();
  /** Of each list: its own length and those of the lists around it. */
  readonly #lists: (readonly Length[])[] = [];

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    this.#document = document;
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
  }

  facts(): DocumentFacts {
    for (const definition of this.#document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      this.#walk(definition.selectionSet, this.#schema.getRootType(definition.operation), []);
    }
    const product = (lengths: readonly Length[], variables: Variables): number =>
      lengths.reduce((soFar, length) => soFar * length(variables), 1);
    const cost = (variables: Variables): number =>
      this.#lists.reduce((sum, lengths) => sum + product(lengths, variables), 1);
    return { permissions: this.#permissions, cost };
  }

  #walk(set: SelectionSetNode, type: unknown, around: readonly Length[]): void {
    if (!(type instanceof GraphQLObjectType)) return;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        this.#walkField(selection, type, around);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const narrowed = selection.typeCondition && this.#schema.getType(selection.typeCondition.name.value);
        this.#walk(selection.selectionSet, narrowed ?? type, around);
      } else {
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment) this.#walk(fragment.selectionSet, type, around);
      }
    }
  }

  #walkField(node: FieldNode, type: GraphQLObjectType, around: readonly Length[]): void {
    if (node.name.value === '__typename') return;
    this.#permissions.add(permissionOfField(type.name, node.name.value));
    if (isIntrospection(node)) return;
    const field = type.getFields()[node.name.value];
    if (!field) return;
    const length = lengthOf(node, field);
    const inside = length ? [...around, length] : around;
    if (length) this.#lists.push(inside);
    if (node.selectionSet) this.#walk(node.selectionSet, getNamedType(field.type), inside);
  }
}

/** A connection is as long as its `first`; its `edges` and `nodes` count with it. Other lists are taken to be short. */
function lengthOf(node: FieldNode, { type, args }: GraphQLField<unknown, unknown>): Length | undefined {
  const first = args.find(({ name }) => name === 'first');
  if (first) return pageLength(node, Number(first.defaultValue ?? UNPAGED_LENGTH));
  const inner = type instanceof GraphQLNonNull ? type.ofType : type;
  const isPartOfPage = ['edges', 'nodes', 'lines'].includes(node.name.value);
  const holdsObjects = getNamedType(type) instanceof GraphQLObjectType;
  return isListType(inner) && holdsObjects && !isPartOfPage ? () => UNPAGED_LENGTH : undefined;
}

function pageLength(node: FieldNode, byDefault: number): Length {
  const value = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (value?.kind === Kind.INT) return () => Number(value.value);
  if (value?.kind === Kind.VARIABLE) return (variables) => Number(variables[value.name.value] ?? byDefault);
  return () => byDefault;
}
